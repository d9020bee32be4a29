// The last thing that can be taken back. Undo stands in for "are you sure": the offer stays until it is
// taken or dismissed, or until something else can be taken back.
import { i18n } from "../i18n/index.svelte";
import { announcer } from "./announcer.svelte";

export interface Undoable {
  /** In the language of the moment. */
  message: () => string;
  undo: () => void | Promise<void>;
  /** Puts the focus where it is needed afterwards; without it, it goes to the stage if it is nowhere. */
  focus?: () => void;
}

class UndoOffer {
  current = $state.raw<Undoable | null>(null);
  /** Somebody has typed since: then Ctrl+Z in a field takes that back. */
  typedSince = false;

  offer(message: () => string, undo: Undoable["undo"], focus?: () => void): void {
    this.current = { message, undo, ...(focus ? { focus } : {}) };
    this.typedSince = false;
    announcer.say(message());
  }

  /** Words that were typed, and are not those of what is in view, come back after something took their place. */
  offerWords(typed: string, inView: string | undefined, putBack: () => void): void {
    if (typed.trim() !== "" && typed.trim() !== inView?.trim()) this.offer(() => i18n.t.form.wordsPutAway, putBack);
  }

  typed(): void {
    this.typedSince = true;
  }

  async take(): Promise<void> {
    const current = this.current;
    this.dismiss();
    if (!current) return;
    await current.undo();
    (current.focus ?? toStage)();
  }

  dismiss(): void {
    this.current = null;
  }
}

function toStage(): void {
  const { activeElement } = document;
  if (activeElement === null || activeElement === document.body) document.getElementById("stage")?.focus();
}

export const undoOffer = new UndoOffer();
