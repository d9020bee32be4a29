// How fast models were on this computer, so that a button can promise what its work will take: the seconds that
// one unit took (a character, a token, a bar). Kept over restarts. Pictures and films are estimated by the engine.
import { keeping } from "./keeping.svelte";

/** What is done with a model, and how it is counted. */
export type Pace = "read" | "write" | "speak" | "listen" | "compose";

/** More models than anyone has; the oldest are forgotten. */
const MOST = 200;

class Paces {
  #each = $state.raw<Readonly<Record<string, number>>>({});

  /** Seconds a unit; null before anything was measured. */
  of(pace: Pace, model: string | null | undefined): number | null {
    return model == null ? null : (this.#each[`${pace}:${model}`] ?? null);
  }

  /** The middle of this and what was known, so that one disturbed run is outlived. */
  measured(pace: Pace, model: string | null | undefined, seconds: number, units: number): void {
    const each = seconds / units;
    if (model == null || !isPace(each)) return;
    const name = `${pace}:${model}`;
    const { [name]: before, ...others } = this.#each;
    const kept = Object.entries(others).slice(-MOST + 1);
    this.#each = { ...Object.fromEntries(kept), [name]: before === undefined ? each : (before + each) / 2 };
  }

  snapshot(): unknown {
    return this.#each;
  }

  restore(kept: Record<string, unknown>): void {
    const known = Object.entries(kept).filter((entry): entry is [string, number] => isPace(entry[1]));
    this.#each = Object.fromEntries(known.slice(-MOST));
  }

  /** As on a computer where nothing was made yet. */
  clear(): void {
    this.#each = {};
  }
}

const isPace = (each: unknown): boolean => typeof each === "number" && Number.isFinite(each) && each > 0;

export const paces = new Paces();
keeping.keep("paces", paces);
