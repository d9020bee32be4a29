// Which part of the Video panel is open; kept while the person looks at other places.
export type Tab = "travel" | "clip" | "story";

class Tabs {
  open = $state<Tab>("travel");
}

export const tabs = new Tabs();

/** Whether the example cards stand in the place of what was made. */
class Cards {
  open = $state(false);
}

export const cards = new Cards();
