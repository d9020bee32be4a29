// Which part of the Video panel is open; kept while the person looks at other places.
export type Tab = "travel" | "clip" | "story";

class Tabs {
  open = $state<Tab>("travel");
}

export const tabs = new Tabs();
