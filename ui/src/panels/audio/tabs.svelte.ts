// Which part of the Audio panel is open; kept while the person looks at other places.
import { holdOf, keeping, oneOf } from "../../shared/keeping.svelte";

const TABS = ["speak", "listen", "compose"] as const;
export type Tab = (typeof TABS)[number];

class Tabs {
  open = $state<Tab>("speak");
}

export const tabs = new Tabs();
/** Whether the example cards stand in the place of what was made. */
class Cards {
  open = $state(false);
}

export const cards = new Cards();

keeping.keep("audio", {
  snapshot: () => ({ open: tabs.open }),
  restore: (kept) => {
    tabs.open = oneOf(TABS, kept["open"], "speak");
  },
  hold: () => {
    const backs = [holdOf(tabs, ["open"]), holdOf(cards, ["open"])];
    return () => backs.forEach((back) => back());
  },
});
