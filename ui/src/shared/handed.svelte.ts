// A kept work that is to be put on a desk, on its way to the panel that made it.
import type { WorkDetail } from "../ipc";
import { studio } from "../ipc/studio.svelte";

/** Takes works that a panel can put on its desk: `accept` gives how, or null for those of others. To be called
 * while the panel is set up. */
export function handed(accept: (detail: WorkDetail) => (() => unknown) | null): void {
  $effect(() => {
    const detail = studio.handover;
    const open = detail && accept(detail);
    if (!open) return;
    studio.handover = null;
    // Outside of the effect: what it makes would end with the panel's being in view.
    queueMicrotask(open);
  });
}
