// What can be taken back: the last thing of each place. Undo stands in for "are you sure": an offer stays until it
// is taken or dismissed, or until something else of its place can be taken back. It is seen, and taken, only
// where it belongs: what nobody looks at does not change.
import { SvelteMap } from "svelte/reactivity";
import { i18n } from "../i18n/index.svelte";
import { announcer } from "./announcer.svelte";
import { navigation, type Place } from "./navigation.svelte";

export interface Undoable {
  /** In the language of the moment. */
  message: () => string;
  undo: () => void | Promise<void>;
  /** Puts the focus where it is needed afterwards; without it, it goes to the stage if it is nowhere. */
  focus?: () => void;
}

class UndoOffers {
  readonly #offers = new SvelteMap<Place, Undoable>();
  /** Places where somebody has typed since: there Ctrl+Z in a field takes that back. */
  readonly #typed = new Set<Place>();

  /** Of the place in view. */
  get current(): Undoable | null {
    return this.#offers.get(navigation.place) ?? null;
  }

  get typedSince(): boolean {
    return this.#typed.has(navigation.place);
  }

  offer(message: () => string, undo: Undoable["undo"], { place = navigation.place, focus }: { place?: Place; focus?: () => void } = {}): void {
    this.#offers.set(place, { message, undo, ...(focus ? { focus } : {}) });
    this.#typed.delete(place);
    if (place === navigation.place) announcer.say(message());
  }

  /** Words that were typed, and are not those of what is in view, come back after something took their place. */
  offerWords(place: Place, typed: string, inView: string | undefined, putBack: () => void): void {
    if (typed.trim() !== "" && typed.trim() !== inView?.trim()) this.offer(() => i18n.t.form.wordsPutAway, putBack, { place });
  }

  typed(): void {
    this.#typed.add(navigation.place);
  }

  /** Takes back what the place in view offers; false where that is nothing. */
  async take(): Promise<boolean> {
    const { current } = this;
    this.dismiss();
    if (!current) return false;
    announcer.say(i18n.t.form.takenBack(current.message()));
    await current.undo();
    (current.focus ?? toStage)();
    return true;
  }

  dismiss(place: Place = navigation.place): void {
    this.#offers.delete(place);
  }

  /** Puts all offers away; returns how they come back, and what was offered meanwhile goes. */
  hold(): () => void {
    const held = [...this.#offers];
    this.clear();
    return () => {
      this.clear();
      for (const [place, offer] of held) this.#offers.set(place, offer);
    };
  }

  /** Nothing can be taken back any more, wherever. */
  clear(): void {
    this.#offers.clear();
    this.#typed.clear();
  }
}

function toStage(): void {
  const { activeElement } = document;
  if (activeElement === null || activeElement === document.body) document.getElementById("stage")?.focus();
}

export const undoOffer = new UndoOffers();
