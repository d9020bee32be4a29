// One film being made, as the window sees it: its plan, pictures drawn, frames, how far it is, what
// went wrong. Markup reads it and calls start(), stop(), save(); nothing else.
import { i18n } from "../../i18n/index.svelte";
import { asFailure, ipc } from "../../ipc";
import type { Caption, FilmId, FilmMade, FilmProgress, FilmEstimate, JobEvent, StoryLine, Subject, VideoStats } from "../../ipc";
import { type EndPhase, Job, type Progress } from "../../ipc/job.svelte";
import { announcer } from "../../shared/announcer.svelte";
import { Exporting, fileName } from "../../shared/form/exporting.svelte";
import { Pictures } from "./pictures.svelte";
import { Reel } from "./reel.svelte";

/** A picture that was drawn, as small as the model draws it. */
export interface Drawn {
  from: number;
  to: number;
  /** Of the way between the two scenes. */
  share: number;
  picture: string;
}

/** Of the times that are told; earlier ones are guesses. */
const TOLD_FROM = 0.05;
/** A picture that is drawn takes as long as so many frames. */
const KEY_WEIGHT = 4;
/** A clip that is being read is looked at again so often. */
const READING_MS = 250;

export class Film extends Job<FilmProgress, FilmMade, "lines" | "narration" | "drawing" | "filming" | "finishing"> {
  readonly place = "video";
  readonly reel = new Reel();
  /** What can be asked for its pictures; null until the engine took the job. */
  id = $state.raw<FilmId | null>(null);
  /** Of its frames, as large as they were made. */
  pictures = $state.raw<Pictures | null>(null);
  /** All its frames are known. */
  whole = $state(false);
  /** The newest frame, while it is made. */
  preview = $state<string | null>(null);
  promise = $state.raw<FilmEstimate | null>(null);
  /** The network that makes frames in between; null: they are blended. */
  inbetween = $state<string | null>(null);
  drawn = $state.raw<readonly Drawn[]>([]);
  /** From scene to scene; 0 where nothing is drawn. */
  ways = 0;
  keys = $state(0);
  /** Of a story: what is being written, and what came of it. */
  text = $state("");
  lines = $state.raw<readonly StoryLine[]>([]);
  /** What the words of each scene were taken for. */
  subjects = $state.raw<readonly (Subject | null)[]>([]);
  captions = $state.raw<readonly Caption[]>([]);
  spoken = $state.raw<Progress | null>(null);
  stats = $state.raw<VideoStats | null>(null);
  /** Of the kept file. */
  bytes = $state(0);
  readonly exporting = new Exporting();
  readonly cost = $derived(this.made?.cost ?? null);
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

  /** Frames a second. */
  override get pace(): number | null {
    return this.cost && this.stats && this.cost.seconds > 0 ? this.stats.frames / this.cost.seconds : null;
  }

  #closed = false;
  #began = 0;
  #passed = $state(0);

  /** Resolves when the job was accepted (not when it ends); every failure lands in `failure`. */
  async start(ways: number, ask: (listen: (event: JobEvent<FilmProgress, FilmMade>) => void) => Promise<number>): Promise<void> {
    if (this.running) return;
    this.ways = ways;
    announcer.say(i18n.t.video.announceStart);
    await this.run(async (listen) => {
      const job = await ask(listen);
      this.#shows({ kind: "take", job });
      return job;
    });
  }

  /** A film that is there already, kept or a clip: it is read while it can be looked at. */
  async open(id: FilmId): Promise<void> {
    this.#shows(id);
    this.reel.following = false;
    while (!(await this.#sheet(id, true))) await new Promise((resolve) => setTimeout(resolve, READING_MS));
  }

  override receive(event: JobEvent<FilmProgress, FilmMade>): void {
    // Sound and captions first, so that both are there when it begins to play.
    if (event.kind === "done" && this.id) void this.#sheet(this.id, false).then(() => super.receive(event));
    else super.receive(event);
  }

  protected override onProgress(progress: FilmProgress): void {
    switch (progress.kind) {
      case "text":
        this.enter("lines");
        this.text += progress.text;
        break;
      case "lines":
        this.enter("lines");
        this.lines = progress.lines;
        break;
      case "narration":
        this.#narrated(progress.event);
        break;
      case "subjects":
        this.enter("drawing");
        this.subjects = progress.subjects;
        break;
      case "plan":
        this.enter("drawing");
        this.#began = performance.now();
        this.promise = progress.promise;
        this.inbetween = progress.inbetween;
        break;
      case "drawn": {
        this.enter("drawing");
        this.#passes();
        const { done, from, to, share, picture } = progress;
        this.keys = done;
        this.drawn = [...this.drawn, { from, to, share, picture }];
        break;
      }
      case "frames":
        this.enter("filming");
        this.#passes();
        this.preview = progress.preview ?? this.preview;
        this.reel.append(progress.frames);
        break;
      case "finishing":
        this.enter("finishing");
        break;
    }
  }

  /** Writes a labelled copy where the person chooses. */
  async save(title: string, format: string): Promise<void> {
    const { work, id } = this;
    if (work === null && id === null) return;
    await this.exporting.save(fileName(title, format, i18n.t.places.video), async (path) => {
      if (work !== null) await ipc.exportWork(work, path);
      else if (id !== null) await ipc.exportFilm(id, path);
    });
  }

  /** Lets go of pictures and of what plays. */
  close(): void {
    this.#closed = true;
    this.reel.pause();
    this.pictures?.close();
  }

  #narrated(event: Extract<FilmProgress, { kind: "narration" }>["event"]): void {
    this.enter("narration");
    if (event.kind === "progress" && event.progress.kind === "sentence") this.spoken = { done: event.progress.done, total: event.progress.total, secondsLeft: null };
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

  protected override onEnd(phase: EndPhase): void {
    const { reel, made } = this;
    const watched = reel.following;
    reel.following = false;
    if (phase === "stopped") announcer.say(i18n.t.video.announceStopped);
    if (made) {
      this.stats = made.stats;
      this.bytes = made.bytes;
      announcer.say(i18n.t.video.announceDone(i18n.seconds(made.stats.seconds)));
    }
    // Whoever went to look at a frame is left there.
    if (made && watched && !matchMedia("(prefers-reduced-motion: reduce)").matches) {
      reel.position = 0;
      reel.play();
    }
  }

  #passes(): void {
    this.#passed = (performance.now() - this.#began) / 1000;
  }
}
