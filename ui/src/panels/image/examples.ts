// The example cards: data, in both languages.
import type { LocalText } from "../../ipc";
import examplesJson from "./examples.json";

export interface Example {
  id: string;
  /** The use of generative AI that the card stands for. */
  topic: LocalText;
  prompt: LocalText;
  style?: string;
  count?: number;
  seed?: number;
}

export const examples: Example[] = examplesJson;
