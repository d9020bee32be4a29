// The example cards: data, in both languages, with what they draw; and the cards of one's own.
import type { LocalText } from "../../ipc";
import { Deck, isLocal, pick, type Card } from "../../shared/deck.svelte";
import { isRecord } from "../../shared/keeping.svelte";
import examplesJson from "./examples.json";

/** What else can be set; what a card does not say is as it comes. */
export interface Settings {
  negative: string;
  steps: number | null;
  guidance: number | null;
  factorChosen: number | null;
  width: number | null;
  height: number | null;
  strength: number;
  scheduler: string | null;
}

export interface Example extends Card {
  prompt: LocalText;
  style?: string;
  count?: number;
  seed?: number;
  /** Of a card of one's own. */
  settings?: Partial<Settings>;
}

export const examples = examplesJson as Example[];

export const PLAIN: Settings = { negative: "", steps: null, guidance: null, factorChosen: null, width: null, height: null, strength: 0.7, scheduler: null };

const kinds = { negative: "string", steps: "number", guidance: "number", factorChosen: "number", width: "number", height: "number", strength: "number", scheduler: "string" } as const;

export const deck = new Deck<Example>("image", examples, ({ id, topic, prompt, settings, ...rest }) => {
  if (!isLocal(prompt)) return null;
  const more = pick<Example>(rest, { style: "string", count: "number", seed: "number" });
  return { id: String(id), topic: topic as LocalText, prompt, ...more, settings: isRecord(settings) ? pick<Settings>(settings, kinds) : {} };
});

const drawn = import.meta.glob<string>("./cards/*.jpg", { eager: true, query: "?url", import: "default" });

/** What the card draws, as small as the model draws it: see `make-cards.mjs`. */
export function pictures({ id }: Example): string[] {
  const address = drawn[`./cards/${id}.jpg`];
  return address === undefined ? [] : [address];
}
