// The window's keys. Single letters act only while nobody is typing.
import type { Place } from "./navigation.svelte";

/** What the place in view does for Ctrl+Enter and Esc. */
export interface PlaceKeys {
  generate?: () => void;
  /** Returns whether there was something to stop. */
  stop?: () => boolean;
}

export interface WindowKeys {
  go: (place: Place) => void;
  language: () => void;
  inside: () => void;
  projector: () => void;
  help: () => void;
}

class Hotkeys {
  place: PlaceKeys = {};
  /** Open overlays (a popover, the help): Esc closes them first, letters rest. */
  overlays = 0;

  /** For an effect: the keys hold until the returned function is called. */
  claim(keys: PlaceKeys): () => void {
    this.place = keys;
    return () => {
      if (this.place === keys) this.place = {};
    };
  }

  overlay(): () => void {
    this.overlays += 1;
    return () => (this.overlays -= 1);
  }
}

export const hotkeys = new Hotkeys();

const typingInputs = new Set(["text", "search", "number", "email", "url", "password"]);

export function isTyping(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false;
  if (target.isContentEditable || target instanceof HTMLTextAreaElement || target instanceof HTMLSelectElement) return true;
  return target instanceof HTMLInputElement && typingInputs.has(target.type);
}

const panelKeys: Record<string, Place> = { "1": "text", "2": "image", "3": "audio", "4": "video" };

/** Acts on one key; true when it was one of ours. */
export function press(event: KeyboardEvent, window: WindowKeys): boolean {
  // An input method that composes Chinese owns every key, Enter and Esc included.
  if (event.defaultPrevented || event.isComposing) return false;
  const control = event.ctrlKey || event.metaKey;
  if (control && !event.altKey && !event.shiftKey) {
    const place = panelKeys[event.key];
    if (place) return run(() => window.go(place));
    if (event.key === "Enter" && hotkeys.place.generate) return run(hotkeys.place.generate);
    return false;
  }
  if (event.key === "Escape") return hotkeys.overlays === 0 && (hotkeys.place.stop?.() ?? false);
  if (control || event.altKey || hotkeys.overlays > 0 || isTyping(event.target)) return false;
  switch (event.key.toLowerCase()) {
    case "l":
      return run(window.language);
    case "i":
      return run(window.inside);
    case "p":
      return run(window.projector);
    case "?":
      return run(window.help);
    default:
      return false;
  }
}

function run(action: () => void): true {
  action();
  return true;
}
