// Which kept works were deleted since the window was opened: what shows one of them elsewhere says so, and
// offers nothing that needs its file.
import { SvelteSet } from "svelte/reactivity";

class Deleted {
  /** They can be taken out again. */
  readonly #binned = new SvelteSet<string>();
  readonly #purged = new SvelteSet<string>();

  has(work: string): boolean {
    return this.#binned.has(work) || this.#purged.has(work);
  }

  isBinned(work: string): boolean {
    return this.#binned.has(work);
  }

  bin(works: readonly string[]): void {
    works.forEach((work) => this.#binned.add(work));
  }

  restore(works: readonly string[]): void {
    works.forEach((work) => this.#binned.delete(work));
  }

  purge(works: readonly string[]): void {
    this.restore(works);
    works.forEach((work) => this.#purged.add(work));
  }
}

export const deleted = new Deleted();
