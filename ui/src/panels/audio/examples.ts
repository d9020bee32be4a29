// The example cards: data, in both languages.
import type { LocalText } from "../../ipc";
import examplesJson from "./examples.json";

export interface Example {
  id: string;
  /** The use of generative AI that the card stands for. */
  topic: LocalText;
  title: LocalText;
  /** What is said; the Chinese one where a voice speaks Chinese. */
  text: LocalText;
}

export const examples: Example[] = examplesJson;
