// Which panes of the window are open, and whether it is laid out for a room that looks on.
import { fillScreen } from "../ipc/window";
import { holdOf, keeping, takeOver } from "./keeping.svelte";

/** Narrower windows show either compose or inside. */
export const THREE_PX = 1500;

class Layout {
  compose = $state(true);
  inside = $state(false);
  /** Presenter layout: rail, compose and strip fold away, the result has the window. */
  presenter = $state(false);
  /** The screen is put out until a key is pressed, while the room is to look elsewhere. */
  black = $state(false);
  fullscreen = $state(false);
  /** Full screen came with the presenter layout, and goes with it. */
  #came = false;

  present(on: boolean): void {
    if (on === this.presenter) return;
    this.presenter = on;
    this.black = false;
    if (on && !this.fullscreen) {
      this.#came = true;
      this.fillScreen(true);
    } else if (!on && this.#came) {
      this.#came = false;
      this.fillScreen(false);
    }
  }

  /** Compose is to be seen: where there is no room for both, inside makes way. */
  unfold(): void {
    this.compose = true;
    if (window.innerWidth < THREE_PX) this.inside = false;
  }

  fillScreen(on: boolean): void {
    void fillScreen(on).then((does) => (this.fullscreen = does));
  }
}

export const layout = new Layout();
keeping.keep("folds", {
  snapshot: () => ({ compose: layout.compose, inside: layout.inside }),
  restore: (kept) => takeOver<Layout>(layout, kept, ["compose", "inside"]),
  hold: () => holdOf(layout, ["compose", "inside"]),
});
