// How long is spoken already: of the whole, and of the step in view. It goes on between two looks at it.

/** How often what is shown of it is looked at anew. */
const EVERY_MS = 500;

/** Under this part of what was planned it is in time. */
export const isOver = (seconds: number, planned: number): boolean => planned > 0 && seconds >= planned;

export class Timer {
  runs = $state(false);
  /** Seconds that were planned for the whole, and for each step. */
  planned = $state(0);
  stepPlanned = $state(0);
  /** Counts what was done to it, for who shows it elsewhere. */
  turns = $state(0);
  /** Until it was stopped last, in milliseconds; of steps by their names. */
  #before = $state.raw<{ all: number; steps: Readonly<Record<string, number>> }>({ all: 0, steps: {} });
  #since = $state(0);
  #step = $state("");
  /** Moves with time, where somebody looks. */
  #now = $state(0);
  readonly #clock: () => number;

  constructor(clock: () => number = () => performance.now()) {
    this.#clock = clock;
  }

  readonly seconds: number = $derived((this.#before.all + this.#going()) / 1000);
  readonly stepSeconds: number = $derived(((this.#before.steps[this.#step] ?? 0) + this.#going()) / 1000);

  /** Begins anew. */
  begin(planned: number, stepPlanned: number): void {
    this.planned = planned;
    this.stepPlanned = stepPlanned;
    this.reset();
    this.go();
  }

  go(): void {
    if (this.runs) return;
    this.#since = this.#now = this.#clock();
    this.runs = true;
    this.turns += 1;
  }

  stop(): void {
    if (!this.runs) return;
    this.#settle();
    this.runs = false;
  }

  toggle(): void {
    if (this.runs) this.stop();
    else this.go();
  }

  /** From nothing; it runs on where it ran. */
  reset(): void {
    this.#before = { all: 0, steps: {} };
    this.#since = this.#now = this.#clock();
    this.turns += 1;
  }

  /** Another step is in view; who comes back to one goes on with its time. */
  enter(step: string, planned = this.stepPlanned): void {
    if (this.runs) this.#settle();
    this.#step = step;
    this.stepPlanned = planned;
    this.turns += 1;
  }

  /** What it is now, without waiting for the next look. */
  look(): void {
    this.#now = this.#clock();
  }

  /** Looks again and again until the returned function is called. */
  watch(): () => void {
    this.look();
    const timer = setInterval(() => this.look(), EVERY_MS);
    return () => clearInterval(timer);
  }

  #going(): number {
    return this.runs ? Math.max(0, this.#now - this.#since) : 0;
  }

  #settle(): void {
    const now = this.#clock();
    const going = Math.max(0, now - this.#since);
    const { all, steps } = this.#before;
    this.#before = { all: all + going, steps: { ...steps, [this.#step]: (steps[this.#step] ?? 0) + going } };
    this.#since = this.#now = now;
  }
}
