// What F1 explains: for a named part of the window, or a place, the word of the glossary; and where a word is seen.
import { places, type Place } from "../shared/navigation.svelte";

/** By the part (`data-anchor`). */
export const wordOfAnchor: Record<string, string> = {
  "text.prompt": "prompt",
  "text.answer": "language-model",
  "text.lanes": "temperature",
  "inside.nextWord": "probability",
  "inside.tokens": "token",
  "inside.numbers": "token",
  "inside.near": "text-encoder",
  "inside.guidance": "guidance",
  "image.picture": "diffusion",
  "image.steps": "step",
  "audio.player": "speech-synthesis",
  "audio.sound": "speech-synthesis",
  "audio.words": "phoneme",
  "audio.notes": "composition",
  "video.timeline": "frame",
  "video.film": "morph",
  "start.experiment": "reproducible",
  "start.groups": "reproducible",
};

/** By the place, where no part is in focus; Start has the whole glossary. */
export const wordOfPlace: Record<Place, string | null> = {
  start: null,
  text: "language-model",
  image: "diffusion",
  audio: "speech-synthesis",
  video: "morph",
  library: "label",
  models: "model-card",
  settings: "privacy",
};

/** The place in which a part of Inside is. */
const insides: Record<string, Place> = { nextWord: "text", tokens: "text", numbers: "text", near: "image", guidance: "image" };

/** Of an anchor or a place; null for what this version does not have. */
export function placeOf(see: string): Place | null {
  const [first = "", part = ""] = see.split(".");
  if (first === "inside") return insides[part] ?? null;
  return places.find((place) => place === first) ?? null;
}

/** The word for what is in focus, or that a lesson points at; else for the place in view. */
export function wordFor(target: EventTarget | null, place: Place): string | null {
  const anchor = (target instanceof Element && target.closest<HTMLElement>("[data-anchor]")?.dataset["anchor"]) || document.documentElement.dataset["looking"];
  return (anchor && wordOfAnchor[anchor]) || wordOfPlace[place];
}
