// One job of sound as the window sees it: its phase, how far it is, what went wrong, and how it is
// stopped. What becomes of its other events is told by the classes built on it.
import { untrack } from "svelte";
import { asFailure, ipc } from "../../ipc";
import type { Failure } from "../../ipc";
import { loadingProgress, type Progress } from "../../ipc/job.svelte";

export type RunPhase =
  | "idle"
  | "queued" // another job runs first
  | "loading" // the model's weights are being read
  | "stopping"
  | "done"
  | "stopped" // by the person; what was made stays
  | "failed";

export type EndPhase = "done" | "stopped" | "failed";

/** What every job tells. */
export type CommonEvent =
  | { kind: "queued" }
  | { kind: "loading"; seconds: number; expectedSeconds: number | null }
  | { kind: "failed"; failure: Failure };

const CANCELLED = "cancelled";
const restPhases: readonly string[] = ["idle", "done", "stopped", "failed"];

export abstract class Run<Own extends string> {
  phase = $state<RunPhase | Own>("idle");
  progress = $state.raw<Progress | null>(null);
  failure = $state.raw<Failure | null>(null);
  readonly running = $derived(!restPhases.includes(this.phase));

  #id: number | null = null;
  #stopAsked = false;

  /** The job is about to be asked for. */
  protected begin(): void {
    this.#id = null;
    this.#stopAsked = false;
    this.phase = "queued";
  }

  /** Resolves when the job was accepted (not when it ends); every failure lands in `failure`. */
  protected async accept(ask: () => Promise<number>): Promise<void> {
    try {
      const id = await ask();
      if (!this.running) return;
      this.#id = id;
      if (this.#stopAsked) await ipc.cancel(id);
    } catch (thrown) {
      this.end("failed", asFailure(thrown));
    }
  }

  /** Stops as soon as the engine can; what was made stays. False where nothing runs. */
  protected cancel(): boolean {
    if (!this.running || this.#stopAsked) return this.running;
    this.#stopAsked = true;
    this.phase = "stopping";
    if (this.#id !== null) ipc.cancel(this.#id).catch((thrown: unknown) => this.end("failed", asFailure(thrown)));
    return true;
  }

  protected told(event: CommonEvent): void {
    switch (event.kind) {
      case "queued":
        this.enter("queued");
        break;
      case "loading":
        this.enter("loading");
        this.progress = loadingProgress(event.seconds, event.expectedSeconds);
        break;
      case "failed":
        if (event.failure.code === CANCELLED) this.end("stopped");
        else this.end("failed", event.failure);
        break;
    }
  }

  /** A stop that is on its way keeps its name, whatever still arrives. */
  protected enter(phase: RunPhase | Own): void {
    if (!this.#stopAsked) this.phase = phase;
  }

  protected end(phase: EndPhase, failure: Failure | null = null): void {
    if (!untrack(() => this.running)) return;
    this.phase = phase;
    this.failure = failure;
    this.progress = null;
    this.#id = null;
    this.ended(phase);
  }

  /** What else belongs to an end of any kind. */
  protected ended(_phase: EndPhase): void {}
}
