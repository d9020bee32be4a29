// A copy of what was made, written where the person chooses: the one way out for every kind of work.
import { asFailure, ipc } from "../../ipc";
import type { Failure } from "../../ipc";

const MOST_LETTERS = 40;

/** A name that every system takes, out of words that a person wrote; `otherwise` where nothing of them is left. */
export function fileName(words: string, extension: string, otherwise: string): string {
  const safe = words.replaceAll(/[/\\]/g, "-").replaceAll(/[^\p{L}\p{M}\p{N} _-]/gu, " ").replaceAll(/\s+/g, " ").replaceAll(/^[ -]+|[ -]+$/g, "");
  // By letters, so that none is cut in half.
  const stem = [...safe].slice(0, MOST_LETTERS).join("").trim();
  return `${stem || otherwise}.${extension}`;
}

export class Exporting {
  /** Where the last copy went. */
  saved = $state<string | null>(null);
  failure = $state.raw<Failure | null>(null);

  /** Asks where to, and lets `write` write it there; nothing happens where the person changes their mind. */
  async save(name: string, write: (path: string) => Promise<unknown>): Promise<void> {
    this.failure = null;
    try {
      const path = await ipc.chooseExport(name);
      if (path === null) return;
      await write(path);
      this.saved = path;
    } catch (thrown) {
      this.failure = asFailure(thrown);
    }
  }

  clear(): void {
    this.saved = null;
    this.failure = null;
  }
}
