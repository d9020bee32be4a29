// The numbers that acts are given, with the limits that the check has.
import { LARGEST_SEED } from "../../shared/form/SeedField.svelte";
import type { Act } from "../../ipc";

export interface Numbered {
  name: "seed" | "temperature" | "maxTokens" | "steps" | "guidance" | "count" | "step" | "bars" | "tempo" | "seconds";
  min: number;
  max: number;
  step: number;
  /** It cannot be left out. */
  required: boolean;
}

const one = (name: Numbered["name"], min: number, max: number, step = 1, required = false): Numbered => ({ name, min, max, step, required });

const seed = one("seed", 0, LARGEST_SEED);
const temperature = one("temperature", 0, 5, 0.1);
const maxTokens = one("maxTokens", 1, 1024);

const numbers: Partial<Record<Act["act"] | "side", readonly Numbered[]>> = {
  "text.ask": [seed, temperature, maxTokens],
  "text.compare": [maxTokens],
  side: [temperature, seed],
  "image.draw": [seed, one("steps", 1, 200), one("guidance", 0, 50, 0.5), one("count", 1, 4)],
  "image.step": [one("step", 0, 1, 0.1, true)],
  "audio.speak": [seed],
  "audio.compose": [{ ...seed, required: true }, one("bars", 4, 64), one("tempo", 40, 220)],
  "video.travel": [seed, one("seconds", 0.2, 10, 0.1)],
};

export const numbersOf = (act: Act["act"] | "side"): readonly Numbered[] => numbers[act] ?? [];
