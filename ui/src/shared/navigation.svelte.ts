// Which place of the window is shown.
import { keeping, oneOf } from "./keeping.svelte";

import type { Modality } from "../ipc";

/** One panel a modality, in their order on the rail. */
export const panels = ["text", "image", "audio", "video"] as const satisfies readonly Modality[];
/** Ctrl and a digit opens one. */
export const places = [...panels, "library", "models", "settings"] as const;
export type Place = (typeof places)[number];

class Navigation {
  place = $state<Place>("text");
  /** Whether it is the one to show: not before the kept one was told, or somebody chose one. */
  known = $state(false);
  help = $state(false);
  /** Whoever led here puts the focus where it belongs; otherwise it goes to the place's heading. */
  led = false;

  go(place: Place): void {
    this.led = false;
    this.known = true;
    this.place = place;
  }

  /** The one that was in view when the window was closed, unless somebody was quicker. */
  begin(kept: unknown): void {
    if (!this.known) this.go(oneOf(places, kept, "text"));
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
});
// Where nothing was kept.
void keeping.told.then(() => navigation.begin(null));
