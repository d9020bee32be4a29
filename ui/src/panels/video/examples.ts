// The example cards: data, in both languages.
import type { CameraMove, LocalText } from "../../ipc";
import examplesJson from "./examples.json";
import storiesJson from "./stories.json";

export interface Example {
  id: string;
  /** The use of generative AI that the card stands for. */
  topic: LocalText;
  title: LocalText;
  scenes: { prompt: LocalText; seconds: number }[];
  style?: string;
  move?: CameraMove;
  circle?: boolean;
  seed?: number;
}

export const examples = examplesJson as Example[];

export interface Story {
  id: string;
  topic: LocalText;
  /** What the story is to be about. */
  about: LocalText;
}

export const stories: Story[] = storiesJson;
