// One generation of text as the window sees it: what has been written so far, how far
// it is, what went wrong. Markup reads it and calls start() and stop(); nothing else.
import { asFailure, ipc } from "./index";
import type { Failure, TextJobEvent, TextModelInfo, TextRequest, TextStats, Token } from "./index";

export type Phase =
  | "idle"
  | "loading" // the model's weights are being read
  | "queued" // another job runs first
  | "prompt" // the prompt is being read
  | "writing"
  | "stopping"
  | "done"
  | "stopped" // by the person; what was written stays
  | "failed";

/** How far a phase is: `done` of `total` in its own unit, and the seconds left when they can be told. */
export interface Progress {
  done: number;
  total: number | null;
  secondsLeft: number | null;
}

export interface Start {
  model: string;
  request: TextRequest;
  /** A fork: the tokens that the answer begins with. Their ids are the request's `answerStart`. */
  kept?: Token[];
}

/** The failure code with which the back end ends a job that was stopped on purpose. */
const CANCELLED = "cancelled";

const endPhases: readonly Phase[] = ["idle", "done", "stopped", "failed"];

export class TextJob {
  phase = $state<Phase>("idle");
  tokens = $state.raw<Token[]>([]);
  text = $state("");
  /** The first `kept` tokens came from the answer this one was forked from. */
  kept = $state(0);
  progress = $state.raw<Progress | null>(null);
  ahead = $state(0);
  /** Prompt tokens in all, and those the engine still remembered from the turn before. */
  promptTokens = $state(0);
  reused = $state(0);
  stats = $state.raw<TextStats | null>(null);
  failure = $state.raw<Failure | null>(null);
  /** The result could be shown but not kept in the library. */
  keepFailure = $state.raw<Failure | null>(null);
  work = $state<string | null>(null);
  /** Tokens a second, measured here while it writes; the engine's own figure once it is done. */
  speed = $state<number | null>(null);
  readonly running = $derived(!endPhases.includes(this.phase));
  /** Tokens of the context that are in use; null until the prompt was read. */
  readonly contextUsed = $derived(
    this.stats?.contextUsed ?? (this.promptTokens > 0 ? this.promptTokens + this.tokens.length - this.kept : null),
  );
  /** Called once, when the job has come to an end of any kind. */
  onEnd: (() => void) | null = null;

  #id: number | null = null;
  #stopAsked = false;
  #phaseSince = 0;
  #maxTokens = 0;

  /** Resolves when the job was accepted (not when it ends); every failure lands in `failure`. */
  async start({ model, request, kept = [] }: Start): Promise<void> {
    if (this.running) return;
    this.#reset(kept, request.parameters.maxTokens);
    this.#enter("queued");
    try {
      const id = await ipc.startText(model, request, (event) => this.receive(event));
      this.#id = id;
      if (this.#stopAsked && this.running) await ipc.cancel(id);
    } catch (thrown) {
      this.#fail(asFailure(thrown));
    }
  }

  /** As start(), but waits for the model (and its defaults) first; stop() ends the wait too. */
  async startWhenLoaded(loading: Promise<TextModelInfo>, start: (info: TextModelInfo) => Start): Promise<void> {
    if (this.running) return;
    this.#reset([], 0);
    this.#enter("loading");
    try {
      const info = await loading;
      if (!this.running) return;
      if (this.#stopAsked) return this.#finish("stopped");
      this.phase = "idle";
      await this.start(start(info));
    } catch (thrown) {
      this.#fail(asFailure(thrown));
    }
  }

  /** Stops as soon as the engine can; what was written stays. */
  stop(): void {
    if (!this.running || this.#stopAsked) return;
    this.#stopAsked = true;
    const id = this.#id;
    if (id === null) {
      // Not accepted yet: while only the model loads there is nothing to cancel.
      if (this.phase === "loading") this.#finish("stopped");
      else this.phase = "stopping";
      return;
    }
    this.phase = "stopping";
    ipc.cancel(id).catch((thrown: unknown) => this.#fail(asFailure(thrown)));
  }

  receive(event: TextJobEvent): void {
    if (!this.running) return;
    switch (event.kind) {
      case "queued":
        this.ahead = event.ahead;
        this.#enter("queued");
        break;
      case "loading":
        this.#enter("loading");
        this.progress = loadingProgress(event.seconds, event.expectedSeconds);
        break;
      case "prompt":
        this.#enter("prompt");
        this.promptTokens = event.total;
        this.reused = event.reused;
        this.progress = {
          done: event.done,
          total: event.total,
          secondsLeft: this.#secondsLeft(event.done - event.reused, event.total - event.done),
        };
        break;
      case "tokens":
        this.#append(event.tokens);
        break;
      case "done":
        this.stats = event.stats;
        this.work = event.work;
        this.keepFailure = event.keepFailure;
        if (event.stats.decodeSeconds > 0) this.speed = event.stats.generatedTokens / event.stats.decodeSeconds;
        this.#finish("done");
        break;
      case "failed":
        if (event.failure.code === CANCELLED) this.#finish("stopped");
        else this.#fail(event.failure);
        break;
    }
  }

  #append(tokens: Token[]): void {
    this.#enter("writing");
    this.tokens = this.tokens.concat(tokens);
    for (const token of tokens) this.text += token.text;
    const written = this.tokens.length - this.kept;
    const seconds = (performance.now() - this.#phaseSince) / 1000;
    // The first batch has no duration to divide by.
    if (seconds > 0.25 && written > 2) this.speed = written / seconds;
    const left = Math.max(0, this.#maxTokens - written);
    this.progress = {
      done: written,
      total: this.#maxTokens || null,
      secondsLeft: this.speed ? left / this.speed : null,
    };
  }

  /** A stop that is on its way keeps its name, whatever still arrives. */
  #enter(phase: Phase): void {
    if (this.phase === phase || this.phase === "stopping") return;
    this.phase = phase;
    this.progress = null;
    this.#phaseSince = performance.now();
  }

  #secondsLeft(done: number, left: number): number | null {
    const seconds = (performance.now() - this.#phaseSince) / 1000;
    return done > 0 && seconds > 0.2 ? (seconds / done) * left : null;
  }

  #finish(phase: "done" | "stopped" | "failed"): void {
    if (!this.running) return;
    this.phase = phase;
    this.progress = null;
    this.#id = null;
    this.onEnd?.();
  }

  #fail(failure: Failure): void {
    if (!this.running) return;
    this.failure = failure;
    this.#finish("failed");
  }

  #reset(kept: Token[], maxTokens: number): void {
    this.tokens = kept;
    this.kept = kept.length;
    this.text = kept.map((token) => token.text).join("");
    this.stats = null;
    this.failure = null;
    this.keepFailure = null;
    this.work = null;
    this.speed = null;
    this.ahead = 0;
    this.promptTokens = 0;
    this.reused = 0;
    this.#id = null;
    this.#stopAsked = false;
    this.#maxTokens = maxTokens;
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
