// A kept work that is to be put on a desk, on its way to the panel that made it.
import type { Modality, WorkDetail } from "../ipc";
import { studio } from "../ipc/studio.svelte";
import { homeOf } from "./home";

/** Takes the works that a panel made. To be called while it is set up. */
export function handed(place: Modality, open: (detail: WorkDetail) => unknown): void {
  $effect(() => {
    const detail = studio.handover;
    if (!detail || homeOf(detail) !== place) return;
    studio.handover = null;
    // Outside of the effect: what it makes would end with the panel's being in view.
    queueMicrotask(() => open(detail));
  });
}
