// The example cards of Speak and Listen: data, in both languages; and the cards of one's own.
import type { LocalText } from "../../ipc";
import { Deck, isLocal, pick, type Card } from "../../shared/deck.svelte";
import examplesJson from "./examples.json";
import listensJson from "./listens.json";

export interface Example extends Card {
  title: LocalText;
  /** What is said; the Chinese one where a voice speaks Chinese. */
  text: LocalText;
  /** Of a card of one's own. */
  own?: { voice?: string; speed?: number; seed?: number };
}

export const examples = examplesJson as Example[];

export const deck = new Deck<Example>("speak", examples, ({ id, topic, title, text, own }) => {
  if (!isLocal(title) || !isLocal(text)) return null;
  return { id: String(id), topic: topic as LocalText, title, text, own: pick<NonNullable<Example["own"]>>(Object(own) as Record<string, unknown>, { voice: "string", speed: "number", seed: "number" }) };
});

/** What a recording is heard for. */
export interface ListenExample extends Card {
  title: LocalText;
  language: "" | "en" | "zh";
  translate: boolean;
  /** The minutes are wanted, not only the transcript. */
  minutes: boolean;
}

/** None are one's own: a recording is not part of a card. */
export const listens = new Deck<ListenExample>("listen", listensJson as ListenExample[], () => null);
