// What somebody looks at in a panel that is no job, told to whoever writes down what is done. Nobody, most of the time.
import type { Modality } from "../ipc";

export interface Looked {
  place: Modality;
  /** As the panel's own `acts.ts` knows it. */
  what: object;
}

class Looks {
  readonly #watchers = new Set<(look: Looked) => void>();

  /** Returns how to stop. */
  watch(watcher: (look: Looked) => void): () => void {
    this.#watchers.add(watcher);
    return () => this.#watchers.delete(watcher);
  }

  tell(place: Modality, what: object): void {
    for (const watcher of this.#watchers) watcher({ place, what });
  }
}

export const looks = new Looks();
