// The keys of the notes: those of the stage, so that nobody has to think which window is in front.
import type { NotesAct } from "../ipc";

const acts: Record<string, NotesAct> = {
  PageDown: { act: "next" },
  ArrowRight: { act: "next" },
  PageUp: { act: "back" },
  ArrowLeft: { act: "back" },
  b: { act: "black" },
  ".": { act: "black" },
  r: { act: "again" },
  Escape: { act: "leave" },
};

/** What a key does; null where it is none of ours. Held keys do not repeat what cannot be taken back. */
export function actOf({ key, ctrlKey, metaKey, altKey, shiftKey, repeat, isComposing }: KeyboardEvent): NotesAct | null {
  if (ctrlKey || metaKey || altKey || shiftKey || repeat || isComposing) return null;
  return acts[key.length === 1 ? key.toLowerCase() : key] ?? null;
}
