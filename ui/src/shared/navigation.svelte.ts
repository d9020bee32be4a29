// Which place of the window is shown.
import { keeping, oneOf } from "./keeping.svelte";

import type { Modality } from "../ipc";

/** One panel a modality, in their order on the rail; Ctrl and a digit opens one. */
export const panels = ["text", "image", "audio", "video"] as const satisfies readonly Modality[];
export const places = [...panels, "library", "models", "settings"] as const;
export type Place = (typeof places)[number];

class Navigation {
  place = $state<Place>("text");
  help = $state(false);

  go(place: Place): void {
    this.place = place;
  }
}

export const navigation = new Navigation();
keeping.keep("place", {
  snapshot: () => ({ place: navigation.place }),
  restore: (kept) => navigation.go(oneOf(places, kept["place"], "text")),
});
