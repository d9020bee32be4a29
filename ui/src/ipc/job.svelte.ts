// One job of the engine as the window sees it: whether it waits, loads, works or has ended, what was
// made and kept, what went wrong, and how it is stopped. What a kind of job tells of its own progress
// is taken up by the class built on this one.
import { deleted } from "./deleted.svelte";
import { asFailure, ipc } from "./index";
import type { Failure, JobEvent, Modality } from "./index";

export type JobPhase =
  | "idle"
  | "queued" // another job runs first
  | "loading" // the model's weights are being read
  | "stopping"
  | "done"
  | "stopped" // by the person; what was made stays
  | "failed";

export type EndPhase = "done" | "stopped" | "failed";

/** How far a phase is: `done` of `total` in its own unit, and the seconds left when they can be told. */
export interface Progress {
  done: number;
  total: number | null;
  secondsLeft: number | null;
}

/** The failure code with which the engine ends a job that was stopped on purpose. */
const CANCELLED = "cancelled";

const restPhases: readonly string[] = ["idle", "done", "stopped", "failed"];

/** What the frame of the window sees of any job. */
export interface Afoot {
  /** The panel that shows it; null: it runs on the side, and is nobody's news. */
  readonly place: Modality | null;
  /** How fast it went, in the unit of its modality; null until that is known. */
  readonly pace: number | null;
  readonly phase: string;
  readonly progress?: Progress | null;
}

/** All jobs that run at the moment, wherever they were begun. */
class Jobs {
  running = $state.raw<readonly Afoot[]>([]);
  /** The frame hears of every end. */
  onend: (job: Afoot, phase: EndPhase) => void = () => undefined;
  readonly #watchers = new Set<(job: Afoot, phase: EndPhase) => void>();

  /** Hears of every end beside the frame; returns how to stop. */
  watch(watcher: (job: Afoot, phase: EndPhase) => void): () => void {
    this.#watchers.add(watcher);
    return () => this.#watchers.delete(watcher);
  }

  began(job: Afoot): void {
    this.running = [...this.running, job];
  }

  ended(job: Afoot, phase: EndPhase): void {
    this.running = this.running.filter((one) => one !== job);
    this.onend(job, phase);
    for (const watcher of this.#watchers) watcher(job, phase);
  }

  runsIn(place: string): boolean {
    return this.running.some((job) => job.place === place);
  }
}

export const jobs = new Jobs();

/** `P` is what it tells of its progress, `M` what it makes, `Own` its own phases. It can be run again
 * once it has ended. */
export abstract class Job<P, M, Own extends string> implements Afoot {
  abstract readonly place: Modality | null;
  phase = $state<JobPhase | Own>("idle");
  progress = $state.raw<Progress | null>(null);
  /** Jobs that come first. */
  ahead = $state(0);
  /** What came of it; null until it is done. */
  made = $state.raw<M | null>(null);
  /** Ids in the library. */
  works = $state.raw<string[]>([]);
  failure = $state.raw<Failure | null>(null);
  /** What was made is whole, but was not kept in the library. */
  keepFailure = $state.raw<Failure | null>(null);
  /** The one that it is, or that comes first; null where it was not kept, or was deleted. */
  readonly work: string | null = $derived.by(() => {
    const [first] = this.works;
    return first === undefined || deleted.has(first) ? null : first;
  });
  readonly running: boolean = $derived(!restPhases.includes(this.phase));
  /** Of this run, and no other: resolves when it has come to an end of any kind, and never rejects. */
  finished: Promise<void> = Promise.resolve();

  #id: number | null = null;
  #stopAsked = false;
  #resolve: () => void = () => undefined;

  get pace(): number | null {
    return null;
  }

  protected abstract onProgress(progress: P): void;

  /** What else belongs to an end of any kind. */
  protected onEnd(_phase: EndPhase): void {}

  /** Forgets the run before. */
  clear(): void {
    this.phase = "idle";
    this.progress = null;
    this.ahead = 0;
    this.made = null;
    this.works = [];
    this.failure = null;
    this.keepFailure = null;
  }

  /** A kept work in the place of what a run would have made. */
  show(made: M | null, work: string): void {
    this.clear();
    this.made = made;
    this.works = [work];
    this.phase = "done";
  }

  /** All that came of the run before; returns how that comes back. To be called at rest. */
  protected holdRun(): () => void {
    const { phase, progress, ahead, made, works, failure, keepFailure } = this;
    return () => {
      this.stop();
      // What the engine still tells is of a run that nobody looks at.
      if (this.running) this.end("stopped");
      Object.assign(this, { phase, progress, ahead, made, works, failure, keepFailure });
    };
  }

  /** Stops as soon as the engine can; what was made stays. False where nothing runs. */
  stop(): boolean {
    if (!this.running || this.#stopAsked) return this.running;
    this.#stopAsked = true;
    this.phase = "stopping";
    const { finished } = this;
    if (this.#id !== null)
      ipc.cancel(this.#id).catch((thrown: unknown) => {
        if (this.finished === finished) this.end("failed", asFailure(thrown));
      });
    return true;
  }

  receive(event: JobEvent<P, M>): void {
    if (!this.running) return;
    switch (event.kind) {
      case "queued":
        this.ahead = event.ahead;
        this.enter("queued");
        break;
      case "loading":
        this.enter("loading");
        this.progress = loadingProgress(event.seconds, event.expectedSeconds);
        break;
      case "progress":
        this.onProgress(event.progress);
        break;
      case "done":
        this.made = event.made;
        this.works = event.works;
        this.keepFailure = event.keepFailure;
        this.end("done");
        break;
      case "failed":
        if (event.failure.code === CANCELLED) this.end("stopped");
        else this.end("failed", event.failure);
        break;
    }
  }

  /** Asks the engine for a run; `ask` gives the job's number, null where it was not asked for after all.
   * Resolves when the job was accepted (not when it ends); every failure lands in `failure`. */
  protected async run(ask: (listen: (event: JobEvent<P, M>) => void) => Promise<number | null>, phase?: JobPhase): Promise<void> {
    this.begin(phase);
    const { finished } = this;
    // Nothing of an earlier run gets into a later one.
    const goesOn = () => this.running && this.finished === finished;
    try {
      const id = await ask((event) => {
        if (goesOn()) this.receive(event);
      });
      if (!goesOn()) return;
      this.#id = id;
      if (this.#stopAsked && id !== null) await ipc.cancel(id);
    } catch (thrown) {
      if (goesOn()) this.end("failed", asFailure(thrown));
    }
  }

  protected begin(phase: JobPhase = "queued"): void {
    this.clear();
    this.#id = null;
    this.#stopAsked = false;
    this.phase = phase;
    this.finished = new Promise((resolve) => (this.#resolve = resolve));
    jobs.began(this);
  }

  /** A stop that is on its way keeps its name, whatever still arrives. */
  protected enter(phase: JobPhase | Own): void {
    if (this.phase === phase || this.#stopAsked) return;
    this.phase = phase;
    this.progress = null;
  }

  protected end(phase: EndPhase, failure: Failure | null = null): void {
    if (!this.running) return;
    this.phase = phase;
    this.failure = failure;
    this.progress = null;
    this.#id = null;
    this.onEnd(phase);
    jobs.ended(this, phase);
    this.#resolve();
  }
}

/** Loading reports seconds against the seconds it took last time, when that is known. */
export function loadingProgress(seconds: number, expected: number | null): Progress {
  return {
    done: seconds,
    total: expected,
    secondsLeft: expected === null ? null : Math.max(0, expected - seconds),
  };
}
