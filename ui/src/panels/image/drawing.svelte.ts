// One job of pictures as the window sees it: steps, pictures, how far it is, what went
// wrong. Markup reads it and calls start() and stop(); nothing else.
import { asFailure, ipc } from "../../ipc";
import type { Failure, ImageCost, ImageJobEvent, ImageRequest, ImageSources, ImageStats, PictureSource, PromptReport } from "../../ipc";

export type Phase = "idle" | "queued" | "loading" | "drawing" | "enlarging" | "stopping" | "done" | "stopped" | "failed";

/** What was believed at one step. */
export interface Frame {
  /** The share of noise before the step, 0 to 1. */
  noise: number;
  /** One address for each picture. */
  previews: string[];
}

export interface Shown {
  src: string;
  width: number;
  height: number;
  /** As it was drawn, where it was enlarged afterwards. */
  small: string | null;
  /** What it started from. */
  start: string | null;
}

export interface Start {
  model: string;
  request: ImageRequest;
  sources: ImageSources;
  /** What it starts from, for comparing. */
  before: string | null;
  /** Enlarges so many times; 1 leaves it. */
  factor: number;
  keep: boolean;
}

const endPhases: readonly Phase[] = ["idle", "done", "stopped", "failed"];

export class Drawing {
  phase = $state<Phase>("idle");
  frames = $state.raw<Frame[]>([]);
  pictures = $state.raw<Shown[]>([]);
  done = $state(0);
  total = $state(0);
  report = $state.raw<PromptReport | null>(null);
  stats = $state.raw<ImageStats | null>(null);
  cost = $state.raw<ImageCost | null>(null);
  failure = $state.raw<Failure | null>(null);
  keepFailure = $state.raw<Failure | null>(null);
  works = $state.raw<string[]>([]);
  request = $state.raw<ImageRequest | null>(null);
  readonly running = $derived(!endPhases.includes(this.phase));
  /** Called once, when the job has come to an end of any kind. */
  onEnd: (() => void) | null = null;

  #id: number | null = null;
  #stopAsked = false;
  #before: string | null = null;

  /** Resolves when the job was accepted (not when it ends); every failure lands in `failure`. */
  async start({ model, request, sources, before, factor, keep }: Start): Promise<void> {
    if (this.running) return;
    this.request = request;
    this.#before = before;
    await this.#begin(() => ipc.startImage(model, request, sources, factor, keep, (event) => this.receive(event)));
  }

  /** The same for a picture that is made larger; `before` shows it. */
  async enlarge(source: PictureSource, title: string, factor: number, before: string | null): Promise<void> {
    if (this.running) return;
    this.#before = before;
    await this.#begin(() => ipc.startUpscale(source, title, factor, (event) => this.receive(event)));
  }

  async #begin(ask: () => Promise<number>): Promise<void> {
    this.phase = "queued";
    try {
      const id = await ask();
      this.#id = id;
      if (this.#stopAsked && this.running) await ipc.cancel(id);
    } catch (thrown) {
      this.#fail(asFailure(thrown));
    }
  }

  /** Stops as soon as the engine can; what was shown stays. */
  stop(): void {
    if (!this.running || this.#stopAsked) return;
    this.#stopAsked = true;
    this.phase = "stopping";
    if (this.#id === null) return;
    ipc.cancel(this.#id).catch((thrown: unknown) => this.#fail(asFailure(thrown)));
  }

  receive(event: ImageJobEvent): void {
    if (!this.running) return;
    switch (event.kind) {
      case "queued":
        this.#enter("queued");
        break;
      case "loading":
        this.#enter("loading");
        break;
      case "stage":
        this.#enter(event.stage === "loading" ? "loading" : "drawing");
        break;
      case "prompt":
        this.report = event.report;
        break;
      case "step":
        this.#enter("drawing");
        this.#progress(event.index + 1, event.total);
        if (event.previews.length > 0) this.frames = [...this.frames, { noise: event.noiseLevel, previews: event.previews }];
        break;
      case "tile":
        this.#enter("enlarging");
        this.#progress(event.done, event.total);
        break;
      case "picture":
        this.#show(event.index, event.picture, event.width, event.height);
        break;
      case "done":
        this.stats = event.stats;
        this.cost = event.cost;
        this.works = event.works;
        this.keepFailure = event.keepFailure;
        this.#end("done");
        break;
      case "failed":
        if (event.failure.code === "cancelled") this.#end("stopped");
        else this.#fail(event.failure);
    }
  }

  #show(index: number, src: string, width: number, height: number): void {
    const pictures = [...this.pictures];
    // The same picture again is the enlarged one.
    pictures[index] = { src, width, height, small: pictures[index]?.src ?? null, start: this.#before };
    this.pictures = pictures;
  }

  #progress(done: number, total: number): void {
    this.done = done;
    this.total = total;
  }

  #enter(phase: Phase): void {
    if (!this.#stopAsked) this.phase = phase;
  }

  #fail(failure: Failure): void {
    this.failure = failure;
    this.#end("failed");
  }

  #end(phase: Phase): void {
    this.phase = phase;
    this.onEnd?.();
    this.onEnd = null;
  }
}
