// What a visitor's hands must not do to the window: its keys, drops, menus, and words where none are taken.
import { visitor } from "../shared/visitor.svelte";

/** With Ctrl: what belongs to writing. */
const WRITING = new Set(["a", "c", "v", "x", "z", "y", "enter", "backspace", "delete", "home", "end", "arrowleft", "arrowright", "arrowup", "arrowdown"]);

/** Whether a press is left to the window. */
export function isLeft(event: Pick<KeyboardEvent, "key" | "ctrlKey" | "metaKey" | "altKey" | "getModifierState">): boolean {
  const key = event.key.toLowerCase();
  if (/^f\d+$/.test(key) || key === "contextmenu") return false;
  // AltGr writes letters in many languages.
  if (event.altKey && !event.getModifierState("AltGraph")) return false;
  return !(event.ctrlKey || event.metaKey) || event.getModifierState("AltGraph") || WRITING.has(key);
}

/** Ctrl+Shift+Q asks for the passcode. */
const isWayOut = (event: KeyboardEvent) => event.ctrlKey && event.shiftKey && !event.altKey && event.key.toLowerCase() === "q";

const stop = (event: Event) => {
  event.preventDefault();
  event.stopImmediatePropagation();
};

interface Hears {
  /** Somebody does something. */
  touch: () => void;
  wayOut: () => void;
  /** Words were typed where none are taken. */
  refused: () => void;
}

/** Before everybody else, until the returned function is called. */
export function guard(window: Window, hears: Hears): () => void {
  const all = new AbortController();
  const on = <K extends keyof WindowEventMap>(name: K, hear: (event: WindowEventMap[K]) => void) => window.addEventListener(name, hear, { capture: true, signal: all.signal });
  on("keydown", (event) => {
    hears.touch();
    if (isWayOut(event)) hears.wayOut();
    if (!isLeft(event)) stop(event);
  });
  on("contextmenu", stop);
  for (const name of ["dragstart", "dragenter", "dragover", "drop"] as const) on(name, stop);
  // Links of the page lead nowhere; a middle click must not either.
  on("auxclick", stop);
  on("beforeinput", (event) => {
    const { target } = event;
    const isPasscode = target instanceof Element && target.closest("[data-passcode]") !== null;
    if (isPasscode || visitor.kiosk?.freeWords !== false) return;
    stop(event);
    hears.refused();
  });
  for (const name of ["pointerdown", "pointermove", "wheel"] as const) on(name, () => hears.touch());
  return () => all.abort();
}
