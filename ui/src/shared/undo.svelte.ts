// The last thing that can be taken back. Undo stands in for "are you sure".
import { announcer } from "./announcer.svelte";

export interface Undoable {
  message: string;
  undo: () => void | Promise<void>;
}

/** Long enough to read, notice and reach it with the keyboard. */
const SHOWN_MS = 12_000;

class UndoOffer {
  current = $state.raw<Undoable | null>(null);
  #timer: ReturnType<typeof setTimeout> | null = null;

  offer(message: string, undo: Undoable["undo"]): void {
    this.current = { message, undo };
    announcer.say(message);
    this.#restart();
  }

  async take(): Promise<void> {
    const current = this.current;
    this.dismiss();
    await current?.undo();
  }

  dismiss(): void {
    if (this.#timer) clearTimeout(this.#timer);
    this.#timer = null;
    this.current = null;
  }

  #restart(): void {
    if (this.#timer) clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.dismiss(), SHOWN_MS);
  }
}

export const undoOffer = new UndoOffer();
