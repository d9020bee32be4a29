// Which place of the window is shown.
import { keeping, oneOf } from "./keeping.svelte";
import { visitor } from "./visitor.svelte";

import type { Modality } from "../ipc";

/** One panel a modality, in their order on the rail. */
export const panels = ["text", "image", "audio", "video"] as const satisfies readonly Modality[];
export const places = ["start", ...panels, "library", "models", "settings"] as const;
export type Place = (typeof places)[number];
/** Ctrl and a digit opens one: the panels have the first four. */
export const keyed: readonly Place[] = [...panels, "library", "models", "settings", "start"];
/** Where somebody who is new begins. */
const FIRST: Place = "start";

class Navigation {
  place = $state<Place>(FIRST);
  /** Whether it is the one to show: not before the kept one was told, or somebody chose one. */
  known = $state(false);
  help = $state(false);
  /** Whoever led here puts the focus where it belongs; otherwise it goes to the place's heading. */
  led = false;

  go(place: Place): void {
    // In a kiosk there are fewer.
    if (!visitor.allows(place)) return;
    this.led = false;
    this.known = true;
    this.place = place;
  }

  /** The one that was in view when the window was closed, unless somebody was quicker. */
  begin(kept: unknown): void {
    if (!this.known) this.go(oneOf(places, kept, FIRST));
  }

  /** Goes to a place for something there that takes the focus. */
  lead(place: Place): void {
    this.led = this.place !== place;
    this.known = true;
    this.place = place;
  }
}

export const navigation = new Navigation();
keeping.keep("place", {
  snapshot: () => ({ place: navigation.place }),
  restore: (kept) => navigation.begin(kept["place"]),
  // Where a lesson goes is not where the person was; what comes after it says where to go.
  hold: () => () => undefined,
});
// Where nothing was kept.
void keeping.told.then(() => navigation.begin(null));
