// A desk of one line, for tests of what is kept.
import type { Kept } from "../src/shared/keeping.svelte";

type HoldOf = <T extends object, K extends keyof T>(desk: T, names: readonly K[]) => () => void;

class Line implements Kept {
  words = $state("");
  hold?: () => () => void;

  snapshot(): unknown {
    return { words: this.words };
  }

  restore(kept: Record<string, unknown>): void {
    this.words = String(kept["words"]);
  }
}

/** One that can be lent where it is told how. */
export function lendable(holdOf: HoldOf | null): Line {
  const line = new Line();
  if (holdOf) line.hold = () => holdOf(line, ["words"]);
  return line;
}
