// Which part of the Audio panel is open; kept while the person looks at other places.
export type Tab = "speak" | "listen" | "compose";

class Tabs {
  open = $state<Tab>("speak");
}

export const tabs = new Tabs();

/** Whether the example cards stand in the place of what was made. */
class Cards {
  open = $state(false);
}

export const cards = new Cards();
