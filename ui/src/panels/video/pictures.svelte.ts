// The frames' pictures of one film, fetched from the engine when they are about to be seen.
import { SvelteMap } from "svelte/reactivity";
import { ipc } from "../../ipc";
import type { FilmId } from "../../ipc";
import { unpacked } from "../../shared/files";

/** Fetched at once, and ahead of the one that is seen: two thirds of a second of film. */
const BATCH = 16;
/** Kept at hand; those that came first go first. */
const KEPT = 480;

export class Pictures {
  #there = new SvelteMap<number, HTMLImageElement>();
  #asked = new Set<number>();
  #addresses = new Map<number, string>();
  /** Single frames that are wanted one day, and where the reel is. */
  #singles = new Set<number>();
  #place: { index: number; count: number } | null = null;
  #busy = false;
  #closed = false;

  constructor(readonly film: FilmId) {}

  /** The picture of a frame once it is there; null until then. */
  get(index: number): HTMLImageElement | null {
    return this.#there.get(index) ?? null;
  }

  /** Fetches a frame and, of `count`, those behind it; the film begins anew behind its last. */
  want(index: number, count: number): void {
    this.#place = { index, count };
    void this.#fetch();
  }

  /** These too, when nothing else is to do. */
  wantAll(indices: readonly number[]): void {
    for (const index of indices) if (!this.#asked.has(index)) this.#singles.add(index);
    void this.#fetch();
  }

  close(): void {
    this.#closed = true;
    for (const address of this.#addresses.values()) URL.revokeObjectURL(address);
    this.#addresses.clear();
    this.#there.clear();
  }

  async #fetch(): Promise<void> {
    if (this.#busy) return;
    this.#busy = true;
    for (let range = this.#next(); range && !this.#closed; range = this.#next()) {
      const [from, to] = range;
      for (let index = from; index < to; index += 1) this.#asked.add(index);
      try {
        const parts = unpacked(await ipc.filmPictures(this.film, from, to));
        if (this.#closed) break;
        const shown = await Promise.all(parts.map((part, at) => this.#image(part, from + at)));
        shown.forEach((image, at) => image && this.#there.set(from + at, image));
        this.#forget();
      } catch {
        // They may be asked for again; what is wrong with the film is told where it is made.
        for (let index = from; index < to; index += 1) this.#asked.delete(index);
        this.#singles.clear();
        this.#place = null;
      }
    }
    this.#busy = false;
  }

  /** The frames to fetch next, the last excluded. */
  #next(): [number, number] | null {
    const { index, count } = this.#place ?? { index: 0, count: 0 };
    for (let ahead = 0; ahead < Math.min(BATCH, count); ahead += 1) {
      const from = (index + ahead) % count;
      if (this.#asked.has(from)) continue;
      let to = from + 1;
      while (to < Math.min(from + BATCH, count) && !this.#asked.has(to)) to += 1;
      return [from, to];
    }
    for (const single of this.#singles) {
      this.#singles.delete(single);
      if (!this.#asked.has(single)) return [single, single + 1];
    }
    return null;
  }

  #image(bytes: Uint8Array<ArrayBuffer>, index: number): Promise<HTMLImageElement | null> {
    const address = URL.createObjectURL(new Blob([bytes]));
    this.#addresses.set(index, address);
    return new Promise((resolve) => {
      const image = new Image();
      image.onload = () => resolve(image);
      image.onerror = () => resolve(null);
      image.src = address;
    });
  }

  #forget(): void {
    for (const index of [...this.#there.keys()]) {
      if (this.#there.size <= KEPT) return;
      this.#there.delete(index);
      this.#asked.delete(index);
      const address = this.#addresses.get(index);
      if (address) URL.revokeObjectURL(address);
      this.#addresses.delete(index);
    }
  }
}
