// Which place of the window is shown.
import { keeping, oneOf } from "./keeping.svelte";

import type { Modality } from "../ipc";

/** One panel a modality, in their order on the rail; Ctrl and a digit opens one. */
export const panels = ["text", "image", "audio", "video"] as const satisfies readonly Modality[];
export const places = ["start", ...panels, "library", "models", "settings"] as const;
export type Place = (typeof places)[number];
/** Where somebody who is new begins. */
const FIRST: Place = "start";

class Navigation {
  place = $state<Place>(FIRST);
  help = $state(false);
  /** Whoever led here puts the focus where it belongs; otherwise it goes to the place's heading. */
  led = false;

  go(place: Place): void {
    this.led = false;
    this.place = place;
  }

  /** Goes to a place for something there that takes the focus. */
  lead(place: Place): void {
    this.led = this.place !== place;
    this.place = place;
  }
}

export const navigation = new Navigation();
keeping.keep("place", {
  snapshot: () => ({ place: navigation.place }),
  restore: (kept) => navigation.go(oneOf(places, kept["place"], FIRST)),
  // Where a lesson goes is not where the person was; what comes after it says where to go.
  hold: () => () => undefined,
});
