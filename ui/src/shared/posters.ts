// What works look like in the list, asked for a few at a time and kept while the window is open.
import { ipc, type Modality } from "../ipc";

export type Poster = { kind: "picture"; address: string } | { kind: "outline"; path: string };

/** So many are made at once: what a person clicks must not wait behind them. */
const AT_ONCE = 3;
/** So many stay at hand. */
const KEPT = 400;

interface Waiting {
  id: string;
  modality: Modality;
  tell: (poster: Poster) => void;
}

class Posters {
  #kept = new Map<string, Poster>();
  #waiting: Waiting[] = [];
  #running = 0;

  at(id: string): Poster | null {
    return this.#kept.get(id) ?? null;
  }

  /** Tells the poster when it is there; returns how to give up asking. */
  ask(id: string, modality: Modality, tell: (poster: Poster) => void): () => void {
    const waiting = { id, modality, tell };
    this.#waiting.push(waiting);
    this.#next();
    return () => {
      waiting.tell = () => undefined;
      this.#waiting = this.#waiting.filter((one) => one !== waiting);
    };
  }

  #next(): void {
    while (this.#running < AT_ONCE) {
      const waiting = this.#waiting.shift();
      if (!waiting) return;
      this.#running += 1;
      void this.#fetch(waiting).finally(() => {
        this.#running -= 1;
        this.#next();
      });
    }
  }

  async #fetch(waiting: Waiting): Promise<void> {
    try {
      const bytes = await ipc.workPoster(waiting.id);
      if (bytes.byteLength === 0) return;
      const poster: Poster =
        waiting.modality === "audio"
          ? { kind: "outline", path: outline(new Int8Array(bytes)) }
          : { kind: "picture", address: URL.createObjectURL(new Blob([bytes])) };
      this.#keep(waiting.id, poster);
      waiting.tell(poster);
    } catch {
      // What is wrong with a work is told on its card.
    }
  }

  #keep(id: string, poster: Poster): void {
    this.#kept.set(id, poster);
    for (const [oldest, old] of this.#kept) {
      if (this.#kept.size <= KEPT) return;
      if (old.kind === "picture") URL.revokeObjectURL(old.address);
      this.#kept.delete(oldest);
    }
  }
}

/** Peaks, low and high in turns, as a closed line around the middle: one unit a column, 128 high. */
export function outline(peaks: Int8Array): string {
  const columns = Math.floor(peaks.length / 2);
  const point = (column: number, value: number) => `${column} ${64 - Math.round(value / 2)}`;
  const high = Array.from({ length: columns }, (_, column) => point(column, Math.max(2, peaks[2 * column + 1] ?? 0)));
  const low = Array.from({ length: columns }, (_, column) => point(column, Math.min(-2, peaks[2 * column] ?? 0)));
  return `M${[...high, ...low.reverse()].join("L")}Z`;
}

/** The first lines of a text, without the signs of Markdown. */
export function plainLines(excerpt: string): string {
  return excerpt
    .replace(/^\s{0,3}((#{1,6}|[-*+]|\d+\.)\s+|>\s*|`{3}.*)/gm, "")
    .replace(/(\*{1,3}|`+|~~)(\S(?:.*?\S)?)\1/g, "$2")
    .replace(/\n{2,}/g, "\n")
    .trim();
}

export const posters = new Posters();
