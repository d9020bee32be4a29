// The example cards and the lessons: data, in both languages.
import type { LocalText, TextParameters } from "../../ipc";
import examplesJson from "./examples.json";
import lessonsJson from "./lessons.json";

export interface Example {
  id: string;
  /** The use of generative AI that the card stands for. */
  topic: LocalText;
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

export const examples: Example[] = examplesJson;
export const lessons: Lesson[] = lessonsJson;
