// The Image panel's desk: words, settings, the drawing in view, the sketch that follows
// the typing, experiments. It outlives the panel, so that a run goes on out of view.
import { untrack } from "svelte";
import { i18n } from "../../i18n/index.svelte";
import { asFailure, ipc } from "../../ipc";
import type { Failure, ImageModelInfo, ImageParameters, ImageRequest, NearWord, WorkDetail } from "../../ipc";
import { studio } from "../../ipc/studio.svelte";
import { announcer } from "../../shared/announcer.svelte";
import { Drawing } from "./drawing.svelte";
import type { Example } from "./examples";

/** After the last key; a sketch that is overtaken is stopped. */
const PAUSE_MS = 160;
const SKETCH_STEPS = 10;
const NEAR_COUNT = 8;
export const STRENGTHS = [1, 1.5, 2, 3, 5] as const;

interface Loaded {
  model: string;
  info: ImageModelInfo;
}

export class Desk {
  draft = $state("");
  negative = $state("");
  style = $state<string | null>(null);
  steps = $state<number | null>(null);
  guidance = $state<number | null>(null);
  seed = $state<number | null>(null);
  count = $state(1);
  factor = $state(4);
  live = $state(true);
  drawing = $state.raw(new Drawing());
  sketch = $state.raw(new Drawing());
  /** The last one that showed something: what the stage keeps while the next one begins. */
  shown = $state.raw<Drawing | null>(null);
  /** The step in view; null follows the drawing. */
  frame = $state<number | null>(null);
  near = $state.raw<NearWord[]>([]);
  sweep = $state.raw<Drawing[]>([]);
  other = $state("");
  otherDrawing = $state.raw<Drawing | null>(null);
  loaded = $state.raw<Loaded | null>(null);
  failure = $state.raw<Failure | null>(null);
  saved = $state<string | null>(null);
  #timer: ReturnType<typeof setTimeout> | null = null;
  #sketchSeed = 1;

  readonly info = $derived(this.loaded?.model === studio.imageModel?.id ? (this.loaded?.info ?? null) : null);
  readonly styleInUse = $derived(this.style ?? this.info?.styles[0]?.id ?? null);
  readonly canDraw = $derived(studio.imageModel !== null && !this.drawing.running && this.draft.trim() !== "");
  /** What the stage shows: the drawing while it goes on, else what was drawn last. */
  readonly inView: Drawing | null = $derived(this.drawing.running && this.drawing.frames.length > 0 ? this.drawing : this.shown);

  /** Reads the model into memory ahead of its use. */
  async load(model: string): Promise<void> {
    try {
      this.loaded = await ipc.loadImage(model, () => undefined);
      this.failure = null;
    } catch (thrown) {
      const failure = asFailure(thrown);
      // A newer load took its place.
      if (failure.code !== "cancelled") this.failure = failure;
    }
  }

  submit(): void {
    if (this.canDraw) this.draw(this.seed);
  }

  draw(seed: number | null): void {
    const model = studio.imageModel;
    if (!model || this.drawing.running) return;
    this.#forgetSketch();
    const drawing = new Drawing();
    this.drawing = drawing;
    this.frame = null;
    this.saved = null;
    this.sweep = [];
    this.otherDrawing = null;
    announcer.say(i18n.t.image.announceStart);
    drawing.onEnd = () =>
      untrack(() => {
        if (drawing.pictures.length > 0 || drawing.failure || drawing.frames.length > 0) this.shown = drawing;
        announcer.say(drawing.phase === "done" ? i18n.t.image.announceDone : i18n.t.image.announceStopped);
      });
    void drawing.start({ model: model.id, request: this.request({ seed }), factor: this.enlarging, keep: true });
    this.look();
  }

  /** The seed that was used, once more. */
  again(): void {
    const { request, stats } = this.drawing;
    if (!request || !stats) return;
    this.draft = request.prompt;
    this.seed = stats.seed;
    this.draw(stats.seed);
  }

  stop(): boolean {
    const running = [this.drawing, ...this.sweep, this.otherDrawing].filter((one) => one?.running);
    for (const one of running) one?.stop();
    return running.length > 0;
  }

  runExample(example: Example): void {
    if (this.drawing.running) return;
    this.draft = i18n.local(example.prompt);
    this.style = example.style ?? null;
    this.count = example.count ?? 1;
    this.draw(example.seed ?? null);
  }

  /** The prompt was changed by hand. */
  typed(): void {
    this.#forgetSketch();
    if (!this.live || this.drawing.running) return;
    this.#timer = setTimeout(() => this.#sketchNow(), PAUSE_MS);
  }

  /** The same words and luck at five strengths of guidance. */
  drawStrengths(): void {
    const seed = this.inView?.stats?.seed ?? this.#sketchSeed;
    this.sweep = STRENGTHS.map((guidance) => this.#apart({ seed, guidance, count: 1 }));
  }

  /** Other words with the same luck. */
  drawOther(): void {
    if (this.other.trim() === "") return;
    const seed = this.inView?.stats?.seed ?? this.#sketchSeed;
    this.otherDrawing = this.#apart({ seed, count: 1 }, this.other);
  }

  /** A kept work, put back as it was asked. */
  open(detail: WorkDetail): void {
    const image = detail.made?.image;
    if (!image) return;
    const { prompt, negativePrompt, parameters } = image.request;
    this.#forgetSketch();
    this.draft = prompt;
    this.negative = negativePrompt;
    this.style = parameters.style;
    this.steps = parameters.steps;
    this.guidance = parameters.guidance;
    this.seed = parameters.seed;
    this.count = 1;
    this.factor = image.factor;
  }

  /** Writes a labelled copy of a kept picture where the person chooses. */
  async save(index: number): Promise<void> {
    const work = this.inView?.works[index];
    if (!work) return;
    try {
      const path = await ipc.chooseExport(`${this.inView?.request?.prompt.slice(0, 40).replaceAll(/[^\p{L}\p{N} _-]/gu, "") || "picture"}.png`);
      if (path === null) return;
      await ipc.exportWork(work, path);
      this.saved = path;
    } catch (thrown) {
      this.failure = asFailure(thrown);
    }
  }

  /** What the encoder finds near the words. */
  look(): void {
    const model = studio.imageModel;
    const prompt = this.draft.trim();
    if (!model || prompt === "") {
      this.near = [];
      return;
    }
    ipc.nearWords(model.id, prompt, NEAR_COUNT).then(
      (near) => (this.near = near),
      // An older question was overtaken; a real failure shows where the drawing is.
      () => undefined,
    );
  }

  private get enlarging(): number {
    return studio.enlarges ? this.factor : 1;
  }

  private request(changes: Partial<ImageParameters>, prompt = this.draft): ImageRequest {
    return {
      prompt: prompt.trim(),
      negativePrompt: this.negative,
      parameters: {
        width: null,
        height: null,
        steps: this.steps,
        guidance: this.guidance,
        guidanceRescale: 0,
        seed: this.seed,
        count: this.count,
        strength: 0.75,
        style: this.style,
        scheduler: null,
        previews: true,
        ...changes,
      },
    };
  }

  /** A drawing beside the one in view, not kept. */
  #apart(changes: Partial<ImageParameters>, prompt = this.inView?.request?.prompt ?? this.draft): Drawing {
    const drawing = new Drawing();
    const model = studio.imageModel;
    const request = this.request({ previews: false, ...changes }, prompt);
    if (model) void drawing.start({ model: model.id, request, factor: this.enlarging, keep: false });
    return drawing;
  }

  #sketchNow(): void {
    const model = studio.imageModel;
    if (!model || this.draft.trim() === "") return;
    const sketch = this.#apart({ seed: this.seed ?? this.#sketchSeed, steps: SKETCH_STEPS, count: 1 }, this.draft);
    this.sketch = sketch;
    sketch.onEnd = () =>
      untrack(() => {
        if (sketch === this.sketch && (sketch.pictures.length > 0 || sketch.failure)) {
          this.shown = sketch;
          this.frame = null;
          this.saved = null;
        }
      });
    this.look();
  }

  #forgetSketch(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
    this.sketch.stop();
  }
}

export const desk = new Desk();
