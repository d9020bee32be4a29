// What a visitor of a kiosk finds. What they must not do is refused by the engine, whatever is shown here.
import type { KioskShown } from "../ipc";

class Visitor {
  /** Null in every other window. */
  kiosk = $state.raw<KioskShown | null>(null);

  /** Whether a place is to be gone to. */
  allows(place: string): boolean {
    return this.kiosk === null || place === "start" || this.kiosk.places.some((one) => one === place);
  }

  /** Whether example cards are shown. */
  get cards(): boolean {
    return this.kiosk?.cards ?? true;
  }
}

export const visitor = new Visitor();
