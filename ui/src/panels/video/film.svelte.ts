// One film being made, as the window sees it: its plan, pictures drawn, frames, how far it is, what
// went wrong. Markup reads it and calls start(), stop(), save(); nothing else.
import { untrack } from "svelte";
import { i18n } from "../../i18n/index.svelte";
import { asFailure, ipc } from "../../ipc";
import type { Caption, Failure, FilmCost, FilmId, FilmPromise, StoryLine, VideoJobEvent, VideoStats } from "../../ipc";
import { loadingProgress, type Progress } from "../../ipc/job.svelte";
import { announcer } from "../../shared/announcer.svelte";
import { Pictures } from "./pictures.svelte";
import { Reel } from "./reel.svelte";

export type Phase = "idle" | "queued" | "loading" | "lines" | "narration" | "drawing" | "filming" | "finishing" | "stopping" | "done" | "stopped" | "failed";

/** A picture that was drawn, as small as the model draws it. */
export interface Drawn {
  from: number;
  to: number;
  /** Of the way between the two scenes. */
  share: number;
  picture: string;
}

const endPhases: readonly Phase[] = ["idle", "done", "stopped", "failed"];
/** Of the times that are told; earlier ones are guesses. */
const TOLD_FROM = 0.05;
/** A picture that is drawn takes as long as so many frames. */
const KEY_WEIGHT = 4;
/** A clip that is being read is looked at again so often. */
const READING_MS = 250;

export class Film {
  readonly reel = new Reel();
  phase = $state<Phase>("idle");
  /** What can be asked for its pictures; null until the engine took the job. */
  id = $state.raw<FilmId | null>(null);
  /** Of its frames, as large as they were made. */
  pictures = $state.raw<Pictures | null>(null);
  /** All its frames are known. */
  whole = $state(false);
  /** The newest frame, while it is made. */
  preview = $state<string | null>(null);
  promise = $state.raw<FilmPromise | null>(null);
  /** The network that makes frames in between; null: they are blended. */
  inbetween = $state<string | null>(null);
  drawn = $state.raw<readonly Drawn[]>([]);
  /** From scene to scene; 0 where nothing is drawn. */
  ways = 0;
  keys = $state(0);
  /** Of a story: what is being written, and what came of it. */
  text = $state("");
  lines = $state.raw<readonly StoryLine[]>([]);
  captions = $state.raw<readonly Caption[]>([]);
  spoken = $state.raw<Progress | null>(null);
  loading = $state.raw<Progress | null>(null);
  stats = $state.raw<VideoStats | null>(null);
  cost = $state.raw<FilmCost | null>(null);
  bytes = $state(0);
  work = $state<string | null>(null);
  failure = $state.raw<Failure | null>(null);
  /** The film is whole but was not kept. */
  keepFailure = $state.raw<Failure | null>(null);
  saved = $state<string | null>(null);
  readonly running = $derived(!endPhases.includes(this.phase));
  /** Of all that is to be made; null while nobody can say. */
  readonly share: number | null = $derived.by(() => {
    const plan = this.promise?.plan;
    if (!plan || plan.frames === 0) return null;
    const weight = this.ways > 0 ? KEY_WEIGHT : 0;
    return Math.min(1, (this.reel.frames.length + weight * this.keys) / (plan.frames + weight * plan.keys));
  });
  readonly secondsLeft: number | null = $derived.by(() => {
    const { share } = this;
    if (share === null || share < TOLD_FROM || this.phase === "finishing") return null;
    return (this.#passed / share) * (1 - share);
  });
  /** Called once, when it has come to an end of any kind. */
  onEnd: (() => void) | null = null;

  #job: number | null = null;
  #stopAsked = false;
  #closed = false;
  #began = 0;
  #passed = $state(0);

  /** Resolves when the job was accepted (not when it ends); every failure lands in `failure`. */
  async start(ways: number, ask: (listen: (event: VideoJobEvent) => void) => Promise<number>): Promise<void> {
    if (this.running) return;
    this.ways = ways;
    this.phase = "queued";
    announcer.say(i18n.t.video.announceStart);
    try {
      const job = await ask((event) => this.receive(event));
      this.#job = job;
      this.#shows({ kind: "take", job });
      if (this.#stopAsked && this.running) await ipc.cancel(job);
    } catch (thrown) {
      this.#fail(asFailure(thrown));
    }
  }

  /** A film that is there already, kept or a clip: it is read while it can be looked at. */
  async open(id: FilmId): Promise<void> {
    this.#shows(id);
    this.reel.following = false;
    while (!(await this.#sheet(id, true))) await new Promise((resolve) => setTimeout(resolve, READING_MS));
  }

  /** Stops as soon as the engine can; the frames that are there stay. */
  stop(): boolean {
    if (!this.running) return false;
    if (this.#stopAsked) return true;
    this.#stopAsked = true;
    this.phase = "stopping";
    if (this.#job !== null) ipc.cancel(this.#job).catch((thrown: unknown) => this.#fail(asFailure(thrown)));
    return true;
  }

  receive(event: VideoJobEvent): void {
    if (!this.running) return;
    switch (event.kind) {
      case "queued":
        this.#enter("queued");
        break;
      case "loading":
        this.#enter("loading");
        this.loading = loadingProgress(event.seconds, event.expectedSeconds);
        break;
      case "text":
        this.#enter("lines");
        this.text += event.text;
        break;
      case "lines":
        this.#enter("lines");
        this.lines = event.lines;
        break;
      case "narration":
        this.#narrated(event.event);
        break;
      case "plan":
        this.#enter("drawing");
        this.#began = performance.now();
        this.promise = event.promise;
        this.inbetween = event.inbetween;
        break;
      case "drawn":
        this.#enter("drawing");
        this.#passes();
        this.keys = event.done;
        this.drawn = [...this.drawn, { from: event.from, to: event.to, share: event.share, picture: event.picture }];
        break;
      case "frames":
        this.#enter("filming");
        this.#passes();
        this.preview = event.preview ?? this.preview;
        this.reel.append(event.frames);
        break;
      case "finishing":
        this.#enter("finishing");
        break;
      case "done":
        void this.#finish(event);
        break;
      case "failed":
        if (event.failure.code === "cancelled") {
          announcer.say(i18n.t.video.announceStopped);
          this.#end("stopped");
        } else this.#fail(event.failure);
    }
  }

  /** Writes a labelled copy where the person chooses. */
  async save(title: string, format: string): Promise<void> {
    const { work, id } = this;
    try {
      const name = title.slice(0, 40).replaceAll(/[^\p{L}\p{N}_-]+/gu, " ").trim() || i18n.t.places.video;
      const path = await ipc.chooseExport(`${name}.${format}`);
      if (path === null) return;
      if (work !== null) await ipc.exportWork(work, path);
      else if (id !== null) await ipc.exportFilm(id, path);
      this.saved = path;
      announcer.say(i18n.t.video.saved(path));
    } catch (thrown) {
      this.failure = asFailure(thrown);
    }
  }

  /** Lets go of pictures and of what plays. */
  close(): void {
    this.#closed = true;
    this.reel.pause();
    this.pictures?.close();
  }

  #narrated(event: Extract<VideoJobEvent, { kind: "narration" }>["event"]): void {
    this.#enter("narration");
    if (event.kind === "sentence") this.spoken = { done: event.done, total: event.total, secondsLeft: null };
    if (event.kind === "done") this.spoken = { done: 1, total: 1, secondsLeft: null };
  }

  #shows(id: FilmId): void {
    this.id = id;
    this.pictures?.close();
    this.pictures = new Pictures(id);
  }

  /** What the engine knows of the film: sound and captions; of one that is there, its frames too.
   * True when no more will come. */
  async #sheet(id: FilmId, frames: boolean): Promise<boolean> {
    try {
      const sheet = await ipc.filmSheet(id);
      if (this.#closed) return true;
      this.reel.narration = sheet.narration;
      this.captions = sheet.captions;
      if (frames) this.reel.append(sheet.frames.slice(this.reel.frames.length));
      this.whole = sheet.ended;
      return sheet.ended;
    } catch (thrown) {
      if (frames) this.failure = asFailure(thrown);
      return true;
    }
  }

  async #finish(done: Extract<VideoJobEvent, { kind: "done" }>): Promise<void> {
    Object.assign(this, { stats: done.stats, cost: done.cost, work: done.work, bytes: done.bytes, keepFailure: done.keepFailure });
    announcer.say(i18n.t.video.announceDone(i18n.seconds(done.stats.seconds)));
    const { id } = this;
    // Sound and captions first, so that both are there when it begins to play.
    if (id) await this.#sheet(id, false);
    this.#end("done");
  }

  #passes(): void {
    this.#passed = (performance.now() - this.#began) / 1000;
  }

  /** A stop that is on its way keeps its name, whatever still arrives. */
  #enter(phase: Phase): void {
    if (!this.#stopAsked && this.phase !== phase) this.phase = phase;
  }

  #fail(failure: Failure): void {
    if (!this.running) return;
    this.failure = failure;
    this.#end("failed");
  }

  #end(phase: "done" | "stopped" | "failed"): void {
    const { reel } = this;
    const watched = reel.following;
    this.phase = phase;
    this.loading = null;
    this.#job = null;
    reel.following = false;
    // Whoever went to look at a frame is left there.
    if (phase === "done" && watched && !matchMedia("(prefers-reduced-motion: reduce)").matches) {
      reel.position = 0;
      reel.play();
    }
    untrack(() => this.onEnd?.());
    this.onEnd = null;
  }
}
