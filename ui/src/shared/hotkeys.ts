// The window's keys. Single letters act only while nobody is typing, and can be changed or switched off.
import { keyed, type Place } from "./navigation.svelte";

/** What the place in view does for Ctrl+Enter and Esc. */
export interface PlaceKeys {
  generate?: () => void;
  /** Returns whether there was something to stop. */
  stop?: () => boolean;
}

/** What a presenter's remote does. Each returns whether there was anywhere to go. */
export interface Steps {
  next: () => boolean;
  previous: () => boolean;
}

/** What single letters do, in the order of the settings, with the keys they come with. */
export const letters = { language: "l", inside: "i", presenter: "p", help: "?", black: "b", jump: "j" } as const;
export type Act = keyof typeof letters;
export const acts = Object.keys(letters) as Act[];

export interface LetterKeys {
  off: boolean;
  /** What was changed; an empty one has no key. */
  changed: Partial<Record<string, string>>;
}

export interface WindowKeys {
  go: (place: Place) => void;
  acts: Record<Act, () => void>;
  fullscreen: () => void;
  /** Tells the word for what has the focus. */
  explain: (target: EventTarget | null) => void;
  /** Takes the last thing back; false where there is nothing. */
  undo: () => boolean;
  /** What can be taken back came after the last typing, so that it is meant in a field too. */
  readonly undoesTyping: boolean;
  /** Larger (1), smaller (-1), or as it comes (0). */
  words: (direction: 1 | -1 | 0) => void;
  /** Leaves presenter layout, else a lesson; false where there is neither. */
  leave: () => boolean;
  letters: LetterKeys;
  presents: boolean;
}

class Hotkeys {
  place: PlaceKeys = {};
  /** Open overlays (a popover, the help): Esc closes them first, letters rest. */
  overlays = 0;
  /** Who takes the presenter's remote; the last one that claimed it is asked first. */
  #steps: Steps[] = [];
  /** Who has the remote alone, as a lesson that runs. */
  #leads: Steps | null = null;

  /** For an effect: the keys hold until the returned function is called. */
  claim(keys: PlaceKeys): () => void {
    this.place = keys;
    return () => {
      if (this.place === keys) this.place = {};
    };
  }

  /** For an effect: takes the presenter's remote until the returned function is called. Whoever has nowhere
   * to go leaves it to the one before. */
  claimSteps(steps: Steps): () => void {
    this.#steps.push(steps);
    return () => (this.#steps = this.#steps.filter((one) => one !== steps));
  }

  /** For an effect: takes the remote from everybody else, in any layout, until the returned function is called. */
  lead(steps: Steps): () => void {
    this.#leads = steps;
    return () => {
      if (this.#leads === steps) this.#leads = null;
    };
  }

  get led(): boolean {
    return this.#leads !== null;
  }

  step(direction: "next" | "previous"): boolean {
    if (this.#leads) return this.#leads[direction]();
    return this.#steps.toReversed().some((steps) => steps[direction]());
  }

  overlay(): () => void {
    this.overlays += 1;
    return () => (this.overlays -= 1);
  }
}

export const hotkeys = new Hotkeys();

const typingInputs = new Set(["text", "search", "number", "email", "url", "password"]);
/** Lists in which letters go to the entry that begins with them. */
const LISTS = "[role='listbox'], [role='option'], [role='menu'], [role='menuitem'], [role='combobox'], [aria-haspopup='listbox']";
/** What acts on arrows itself. */
const ARROWS = "input, select, textarea, [role='slider'], [role='radio'], [role='tab'], [role='listbox'], [role='menu'], [role='separator'], .pane-resizer";
const CONTROLS = "button, a, input, select, textarea, summary, [role='button'], [role='radio'], [role='tab'], [role='slider'], [role='switch']";

export function isTyping(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false;
  if (target.isContentEditable || target instanceof HTMLTextAreaElement || target instanceof HTMLSelectElement) return true;
  if (target.closest(LISTS)) return true;
  return target instanceof HTMLInputElement && typingInputs.has(target.type);
}

const within = (target: EventTarget | null, selector: string) => target instanceof Element && target.closest(selector) !== null;

/** The key that does it; null where it was taken away. */
export function keyFor(act: Act, { off, changed }: LetterKeys): string | null {
  if (off) return null;
  return (changed[act] ?? letters[act]) || null;
}

/** What opens a place. */
export const placeKey = (place: Place) => `Ctrl+${keyed.indexOf(place) + 1}`;

/** As it is printed on the keyboard. */
export const shownKey = (key: string) => key.toUpperCase();

const wordKeys: Record<string, 1 | -1 | 0> = { "+": 1, "=": 1, "-": -1, "0": 0 };
const stepKeys: Record<string, "next" | "previous"> = { PageDown: "next", ArrowRight: "next", PageUp: "previous", ArrowLeft: "previous" };

/** Acts on one key; true when it was one of ours. */
export function press(event: KeyboardEvent, window: WindowKeys): boolean {
  // An input method that composes Chinese owns every key, Enter and Esc included.
  if (event.defaultPrevented || event.isComposing) return false;
  const control = event.ctrlKey || event.metaKey;
  const alone = !control && !event.altKey && !event.shiftKey;
  if (event.key === "F11" && alone) return run(window.fullscreen);
  if (event.key === "F1" && alone) return run(() => window.explain(event.target));
  if (control && !event.altKey) return pressControl(event, window);
  if (event.key === "Escape") return hotkeys.overlays === 0 && ((hotkeys.place.stop?.() ?? false) || window.leave());
  if (control || event.altKey || hotkeys.overlays > 0 || isTyping(event.target)) return false;
  return ((window.presents || hotkeys.led) && pressRemote(event, window)) || pressLetter(event, window);
}

function pressControl(event: KeyboardEvent, window: WindowKeys): boolean {
  const words = wordKeys[event.key];
  if (words !== undefined && hotkeys.overlays === 0) return run(() => window.words(words));
  if (event.shiftKey) return false;
  const place = keyed[Number(event.key) - 1];
  if (place) return run(() => window.go(place));
  if (event.key === "Enter" && hotkeys.place.generate) return run(hotkeys.place.generate);
  return event.key.toLowerCase() === "z" && hotkeys.overlays === 0 && (!isTyping(event.target) || window.undoesTyping) && window.undo();
}

/** The few keys that every presenter's remote has. */
function pressRemote(event: KeyboardEvent, window: WindowKeys): boolean {
  const direction = stepKeys[event.key];
  if (direction) return !within(event.target, ARROWS) && hotkeys.step(direction);
  if (!window.presents) return false;
  // No letter: it stays when those are switched off.
  if (event.key === ".") return run(window.acts.black);
  return event.key === "F5" && run(() => undefined);
}

function pressLetter(event: KeyboardEvent, window: WindowKeys): boolean {
  if (event.repeat) return false;
  const key = event.key.toLowerCase();
  const act = acts.find((one) => keyFor(one, window.letters) === key);
  if (!act) return false;
  // The screen goes out only where a room looks on.
  if (act === "black" && !window.presents) return false;
  // A whole window in the other language by a slip, with a button in focus, is hard to find back from.
  if (act === "language" && within(event.target, CONTROLS)) return false;
  return run(window.acts[act]);
}

function run(action: () => void): true {
  action();
  return true;
}
