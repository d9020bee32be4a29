// A value worked out by the engine from something that is being typed: asked for only when
// the typing rests, and an answer that was overtaken is dropped.
import { asFailure, type Failure } from "../../ipc";

/** Long enough not to ask for every letter, short enough to feel live. */
const REST_MS = 350;

export class Latest<T> {
  value = $state.raw<T | null>(null);
  failure = $state.raw<Failure | null>(null);
  pending = $state(false);
  #asked = 0;
  #timer: ReturnType<typeof setTimeout> | null = null;

  /** For an effect: asks after a rest; the returned function takes the question back. */
  ask(question: () => Promise<T>): () => void {
    const mine = ++this.#asked;
    this.pending = true;
    this.#timer = setTimeout(() => {
      question().then(
        (value) => this.#settle(mine, value, null),
        (thrown: unknown) => this.#settle(mine, null, asFailure(thrown)),
      );
    }, REST_MS);
    return () => {
      if (this.#timer) clearTimeout(this.#timer);
      this.#asked += 1;
      this.pending = false;
    };
  }

  clear(): void {
    this.value = null;
    this.failure = null;
  }

  #settle(mine: number, value: T | null, failure: Failure | null): void {
    if (mine !== this.#asked) return;
    // On failure the last value stays: it is still true of what it was asked about.
    if (value !== null) this.value = value;
    this.failure = failure;
    this.pending = false;
  }
}
