// The example cards and the lessons: data, in both languages; and the cards of one's own.
import type { LocalText, TextParameters } from "../../ipc";
import { Deck, isLocal, pick, type Card } from "../../shared/deck.svelte";
import { isRecord } from "../../shared/keeping.svelte";
import examplesJson from "./examples.json";
import lessonsJson from "./lessons.json";

export interface Example extends Card {
  icon: string;
  title: LocalText;
  prompt: LocalText;
  system?: LocalText;
  parameters?: Partial<TextParameters>;
}

export interface LessonSide {
  prompt: LocalText;
  temperature?: number;
}

export interface Lesson {
  id: string;
  icon: string;
  title: LocalText;
  /** What the class should look out for. */
  watch: LocalText;
  a: LessonSide;
  b: LessonSide;
  parameters?: Partial<TextParameters>;
}

export const examples = examplesJson as Example[];
export const lessons: Lesson[] = lessonsJson;

/** What a card of one's own shows. */
export const OWN_ICON = "bookmark";

/** As the engine takes. */
const MOST_STOPS = 8;
const kinds = { temperature: "number", topK: "number", topP: "number", minP: "number", repetitionPenalty: "number", maxTokens: "number", seed: "number" } as const;

export const deck = new Deck<Example>("text", examples, ({ id, topic, title, prompt, system, parameters }) => {
  if (!isLocal(prompt) || !isLocal(title)) return null;
  const settings: Partial<TextParameters> = isRecord(parameters) ? pick<TextParameters>(parameters, kinds) : {};
  const stop: unknown = isRecord(parameters) ? parameters["stop"] : null;
  if (Array.isArray(stop)) settings.stop = stop.filter((word) => typeof word === "string").slice(0, MOST_STOPS);
  return { id: String(id), topic: topic as LocalText, icon: OWN_ICON, title, prompt, ...(isLocal(system) ? { system } : {}), parameters: settings };
});
