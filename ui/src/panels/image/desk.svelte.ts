// The Image panel's desk: words, settings, the drawing in view, the sketch that follows
// the typing, experiments, the easel, the enlarger. It outlives the panel, so that a run goes
// on out of view.
import { i18n } from "../../i18n/index.svelte";
import { asFailure, ipc } from "../../ipc";
import type {
  Failure,
  ImageAsked,
  ImageModelInfo,
  ImageParameters,
  ImageEstimate,
  ImageRequest,
  NearWord,
  PictureSource,
  SchedulerKind,
  SubjectChoice,
  Thing,
  WorkDetail,
} from "../../ipc";
import { studio } from "../../ipc/studio.svelte";
import { announcer } from "../../shared/announcer.svelte";
import { both } from "../../shared/deck.svelte";
import { Exporting, fileName } from "../../shared/form/exporting.svelte";
import { holdOf, keeping, keptWork, oneOf, openKept, takeOver } from "../../shared/keeping.svelte";
import { undoOffer } from "../../shared/undo.svelte";
import { Drawing } from "./drawing.svelte";
import { Easel, fileSource } from "./easel.svelte";
import { Enlarging } from "./enlarging.svelte";
import { deck, PLAIN, type Example } from "./examples";
import { cutWords } from "./words";

/** After the last key; a sketch that is overtaken is stopped. */
const PAUSE_MS = 160;
const SKETCH_STEPS = 10;
const NEAR_COUNT = 8;
/** Strengths of guidance that are swept: for models that follow the words readily, and for others. */
const READILY = [1, 1.5, 2, 3, 5] as const;
const UNREADILY = [1, 3, 5, 7.5, 12] as const;
/** Larger pictures take too long to follow the typing. */
const SKETCH_SIDE = 128;
export const FORMATS = ["png", "jpg", "webp"] as const;
export type Format = (typeof FORMATS)[number];
export type Mode = "draw" | "enlarge";
/** The words say what is drawn. */
const BY_WORDS: SubjectChoice = { kind: "words" };

interface Loaded {
  model: string;
  info: ImageModelInfo;
}

export class Desk {
  readonly easel = new Easel();
  readonly enlarging = new Enlarging();
  mode = $state<Mode>("draw");
  draft = $state("");
  /** What is drawn; null for works of the version before, which knew no choice. */
  subject = $state.raw<SubjectChoice | null>(BY_WORDS);
  negative = $state("");
  style = $state<string | null>(null);
  steps = $state<number | null>(null);
  guidance = $state<number | null>(null);
  seed = $state<number | null>(null);
  count = $state(1);
  /** How much pictures are enlarged; null follows the model: small ones are. */
  factorChosen = $state<number | null>(null);
  width = $state<number | null>(null);
  height = $state<number | null>(null);
  scheduler = $state<SchedulerKind | null>(null);
  strength = $state(0.7);
  format = $state<Format>("png");
  promise = $state.raw<ImageEstimate | null>(null);
  live = $state(true);
  drawing = $state.raw(new Drawing());
  sketch = $state.raw(new Drawing());
  /** A sketch while a finished picture has the stage, which typing never takes from it. */
  glimpse = $state.raw<Drawing | null>(null);
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
  readonly exporting = new Exporting();
  /** The example cards stand in the place of the picture. */
  examples = $state(false);
  #timer: ReturnType<typeof setTimeout> | null = null;
  #sketchSeed = 1;

  readonly info = $derived(this.loaded?.model === studio.imageModel?.id ? (this.loaded?.info ?? null) : null);
  readonly styleInUse = $derived(this.style ?? this.info?.styles[0]?.id ?? null);
  /** Whether the model is quick enough to follow the typing. */
  readonly isSmall = $derived.by(() => {
    // Until it is read, the model that comes with Quartet is known to be.
    if (this.info === null) return studio.imageModel?.isDefault ?? false;
    return Math.max(this.info.width, this.info.height) <= SKETCH_SIDE;
  });
  /** Whether sizes other than the model's own can be had. */
  readonly isSizable = $derived(this.info !== null && this.info.maxSide > Math.max(this.info.width, this.info.height));
  readonly factor = $derived(this.factorChosen ?? (this.isSmall ? 4 : 1));
  readonly widthInUse = $derived((this.isSizable ? this.width : null) ?? this.info?.width ?? 64);
  readonly heightInUse = $derived((this.isSizable ? this.height : null) ?? this.info?.height ?? 64);
  readonly canDraw = $derived(studio.imageModel !== null && !this.drawing.running && this.draft.trim() !== "");
  /** How the words of now fit into the model; null until it has read them. */
  readonly report = $derived([this.sketch, this.drawing, this.shown].find((one) => one?.report && one.request?.prompt.trim() === this.draft.trim())?.report ?? null);
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
    if (this.mode === "enlarge") this.enlarging.start();
    else if (this.canDraw) this.draw(this.seed);
  }

  /** Pictures that are not kept are nobody's news; `apart` is without the picture on the easel. */
  draw(seed: number | null, { keep = true, apart = false } = {}): void {
    const model = studio.imageModel;
    if (!model || this.drawing.running) return;
    this.#forgetSketch();
    const drawing = new Drawing();
    this.drawing = drawing;
    this.frame = null;
    this.examples = false;
    this.exporting.clear();
    this.sweep = [];
    this.otherDrawing = null;
    this.glimpse = null;
    announcer.say(i18n.t.image.announceStart);
    this.easel.open = false;
    const { sources, before } = apart ? { sources: { start: null, mask: null }, before: null } : this.#start();
    void drawing.start({ model: model.id, request: this.request({ seed }), sources, before, factor: this.larger, keep });
    void drawing.finished.then(() => {
      if (drawing.pictures.length > 0 || drawing.failure || drawing.frames.length > 0) this.shown = drawing;
      void this.tell();
      announcer.say(drawing.phase === "done" ? i18n.t.image.announceDone : i18n.t.image.announceStopped);
      const notRead = cutWords(drawing.report);
      if (notRead) announcer.say(notRead);
    });
    this.look();
  }

  /** One step of the way from noise on or back; the last one is the finished picture. False at either end. */
  stepFrame(direction: 1 | -1): boolean {
    const steps = this.inView?.frames.length ?? 0;
    const at = (this.frame ?? steps) + direction;
    if (steps === 0 || this.drawing.running || at < 0 || at > steps) return false;
    this.frame = at === steps ? null : at;
    return true;
  }

  /** The seed that was used, once more. */
  again(): void {
    const { request, stats } = this.drawing;
    if (!request || !stats) return;
    this.draft = request.prompt;
    this.subject = request.subject ?? null;
    this.seed = stats.seed;
    this.draw(stats.seed);
  }

  stop(): boolean {
    if (this.mode === "enlarge") return this.enlarging.stop();
    const running = [this.drawing, ...this.sweep, this.otherDrawing].filter((one) => one?.running);
    for (const one of running) one?.stop();
    return running.length > 0;
  }

  runExample(example: Example): void {
    if (this.drawing.running) return;
    this.#offerWords();
    this.draft = i18n.local(example.prompt);
    this.subject = BY_WORDS;
    this.style = example.style ?? null;
    this.count = Math.min(4, Math.max(1, Math.round(example.count ?? 1)));
    if (example.settings) Object.assign(this, PLAIN, example.settings);
    this.draw(example.seed ?? null);
  }

  /** What was asked, with the settings of now, as a card of one's own. */
  keepCard(prompt: string): void {
    const { style, count, seed, negative, steps, guidance, factorChosen, width, height, strength, scheduler } = this;
    const more = { ...(style === null ? {} : { style }), ...(seed === null ? {} : { seed }), count };
    deck.add(prompt, (id, topic) => ({ id, topic, prompt: both(prompt), ...more, settings: { negative, steps, guidance, factorChosen, width, height, strength, scheduler } }));
    this.showExamples();
  }

  /** The cards in the place of whatever stands on the stage. */
  showExamples(): void {
    this.mode = "draw";
    this.easel.open = false;
    this.examples = true;
  }

  /** Words that were typed and never drawn come back by Undo. */
  #offerWords(): void {
    const { draft, subject } = this;
    undoOffer.offerWords("image", draft, this.shown?.request?.prompt, () => void Object.assign(this, { draft, subject, mode: "draw" }));
  }

  /** The prompt was changed by hand. */
  typed(): void {
    this.subject = BY_WORDS;
    this.#forgetSketch();
    if (!this.live || !this.isSmall || this.drawing.running) return;
    this.#timer = setTimeout(() => this.#sketchNow(), PAUSE_MS);
  }

  /** The sketch takes the stage after all. */
  showGlimpse(): void {
    if (!this.glimpse) return;
    this.shown = this.glimpse;
    this.glimpse = null;
    this.frame = null;
    this.exporting.clear();
  }

  /** What else the words could mean, drawn with the same luck. */
  drawInstead(thing: Thing): void {
    const view = this.inView;
    if (!view?.subject || this.drawing.running) return;
    this.draft = view.request?.prompt ?? this.draft;
    this.subject = { kind: "thing", english: thing.english, colour: view.subject.colour };
    this.draw(view.stats?.seed ?? this.seed);
  }

  /** The same words and luck at five strengths of guidance. */
  drawStrengths(): void {
    const seed = this.inView?.stats?.seed ?? this.#sketchSeed;
    const strengths = (this.info?.guidance ?? 0) > 4 ? UNREADILY : READILY;
    this.sweep = strengths.map((guidance) => this.#apart({ seed, guidance, count: 1 }));
  }

  /** Other words with the same luck. */
  drawOther(): void {
    if (this.other.trim() === "") return;
    const seed = this.inView?.stats?.seed ?? this.#sketchSeed;
    this.otherDrawing = this.#apart({ seed, count: 1 }, this.other, BY_WORDS);
  }

  /** A kept work, put back as it was asked, with its picture. */
  async open(detail: WorkDetail): Promise<void> {
    const image = detail.made?.image;
    if (detail.made?.upscale) {
      this.mode = "enlarge";
      return this.enlarging.open(detail);
    }
    if (!image || this.drawing.running) return;
    this.#offerWords();
    const { prompt, negativePrompt, parameters } = image.request;
    this.#forgetSketch();
    this.draft = prompt;
    this.subject = image.request.subject ?? null;
    this.negative = negativePrompt;
    this.style = parameters.style;
    this.steps = parameters.steps;
    this.guidance = parameters.guidance;
    this.seed = parameters.seed;
    this.scheduler = parameters.scheduler;
    this.width = parameters.width;
    this.height = parameters.height;
    this.strength = parameters.strength;
    this.count = 1;
    this.factorChosen = image.factor;
    this.mode = "draw";
    const { start } = image;
    if (start) {
      this.easel.fit(start.width, start.height);
      void this.easel.recall(detail.work.id, image.mask != null);
    } else this.easel.remove();
    await this.#recall([detail]);
  }

  snapshot(): unknown {
    const { mode, draft, subject, negative, style, steps, guidance, seed, count, factorChosen, width, height, scheduler, strength, format, live, shown, enlarging } = this;
    const works = shown?.works ?? [];
    return { mode, draft, subject, negative, style, steps, guidance, seed, count, factorChosen, width, height, scheduler, strength, format, live, works, enlarged: enlarging.drawing.work, factor: enlarging.factor };
  }

  hold(): () => void {
    const back = holdOf<Desk, keyof Desk>(this, [
      "mode", "draft", "subject", "negative", "style", "steps", "guidance", "seed", "count", "factorChosen", "width", "height", "scheduler", "strength",
      "format", "promise", "live", "drawing", "sketch", "glimpse", "shown", "frame", "near", "sweep", "other", "otherDrawing", "failure", "examples",
    ]); // prettier-ignore
    const { open } = this.easel;
    return () => {
      this.stop();
      this.#forgetSketch();
      back();
      this.easel.open = open;
    };
  }

  async restore(kept: Record<string, unknown>): Promise<void> {
    await openKept({ work: kept["enlarged"] }, this.enlarging);
    const works = await Promise.all(Array.isArray(kept["works"]) ? kept["works"].map(keptWork) : []);
    const details = works.filter((detail) => detail !== null);
    if (details.length > 0) await this.#recall(details);
    takeOver<Desk>(this, kept, ["draft", "negative", "count", "strength", "live"], ["subject", "style", "steps", "guidance", "seed", "factorChosen", "width", "height", "scheduler"]);
    takeOver(this.enlarging, kept, ["factor"]);
    this.mode = kept["mode"] === "enlarge" ? "enlarge" : "draw";
    this.format = oneOf(FORMATS, kept["format"], "png");
  }

  async #recall(details: readonly WorkDetail[]): Promise<void> {
    const drawing = new Drawing();
    await drawing.recall(details);
    if (this.drawing.running) return;
    Object.assign(this, { drawing, shown: drawing, frame: null, glimpse: null, examples: false, sweep: [], otherDrawing: null });
    this.exporting.clear();
    this.look();
  }

  /** A picture from anywhere: what to start from, or what to enlarge. */
  async bring(source: PictureSource, title: string): Promise<void> {
    if (this.mode === "enlarge") return this.enlarging.bring(source, title);
    if (this.info?.start !== false) await this.easel.bring(source);
  }

  async bringFile(file: File): Promise<void> {
    try {
      await this.bring(await fileSource(file), file.name || i18n.t.image.pasted);
    } catch (thrown) {
      this.failure = asFailure(thrown);
    }
  }

  async choosePicture(): Promise<void> {
    try {
      const path = await ipc.choosePicture();
      if (path !== null) await this.bring({ kind: "file", path }, path.split(/[/\\]/).at(-1) ?? path);
    } catch (thrown) {
      this.failure = asFailure(thrown);
    }
  }

  /** A kept picture as what the next one starts from, or as what is made larger. */
  async take(mode: Mode, work: string, title: string): Promise<void> {
    this.mode = mode;
    await this.bring({ kind: "work", id: work }, title);
  }

  /** What pictures as asked for now will take. */
  async tell(): Promise<void> {
    const model = studio.imageModel;
    const asked = this.asked;
    if (!model || !asked) return;
    try {
      this.promise = await ipc.estimateImage(model.id, asked);
    } catch {
      // Nothing is promised; what is wrong shows when it is asked for.
      this.promise = null;
    }
  }

  readonly asked: ImageAsked | null = $derived.by(() => {
    const { info } = this;
    if (!info) return null;
    const steps = this.steps ?? info.steps;
    const starts = this.easel.hasPicture && info.start;
    return {
      width: this.widthInUse,
      height: this.heightInUse,
      steps: starts ? Math.min(steps, Math.max(1, Math.round(steps * this.strength))) : steps,
      count: this.count,
      guided: info.negativePrompt && (this.guidance ?? info.guidance) > 1,
      previews: true,
      factor: this.larger,
    };
  });

  /** Writes a labelled copy of a kept picture where the person chooses. */
  async save(work: string, title: string, format = this.format): Promise<void> {
    this.format = format;
    const { exporting } = this.mode === "enlarge" ? this.enlarging : this;
    await exporting.save(fileName(title, format, i18n.t.image.title), (path) => ipc.exportWork(work, path));
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

  private get larger(): number {
    return studio.enlarges ? this.factor : 1;
  }

  /** What a drawing begins with, and how it looks. */
  #start(): { sources: ReturnType<Easel["sources"]>; before: string | null } {
    if (!this.easel.hasPicture || this.info?.start === false) return { sources: { start: null, mask: null }, before: null };
    const sources = this.easel.sources(this.info?.mask ?? false);
    return { sources, before: this.easel.view() };
  }

  private request(changes: Partial<ImageParameters>, prompt = this.draft, subject = this.subject): ImageRequest {
    return {
      prompt: prompt.trim(),
      subject,
      negativePrompt: this.negative,
      parameters: {
        width: this.isSizable ? this.width : null,
        height: this.isSizable ? this.height : null,
        steps: this.steps,
        guidance: this.guidance,
        guidanceRescale: 0,
        seed: this.seed,
        count: this.count,
        strength: this.strength,
        style: this.styleInUse === null ? null : this.style,
        scheduler: this.info?.schedulers.some((kind) => kind === this.scheduler) ? this.scheduler : null,
        previews: true,
        ...changes,
      },
    };
  }

  /** A drawing beside the one in view, not kept. */
  #apart(
    changes: Partial<ImageParameters>,
    prompt = this.inView?.request?.prompt ?? this.draft,
    subject = this.inView?.request?.subject ?? this.subject,
  ): Drawing {
    const drawing = new Drawing();
    const model = studio.imageModel;
    const request = this.request({ previews: false, ...changes }, prompt, subject);
    const { sources, before } = this.#start();
    if (model) void drawing.start({ model: model.id, request, sources, before, factor: this.larger, keep: false });
    return drawing;
  }

  #sketchNow(): void {
    const model = studio.imageModel;
    if (!model || this.draft.trim() === "") return;
    const sketch = this.#apart({ seed: this.seed ?? this.#sketchSeed, steps: SKETCH_STEPS, count: 1 }, this.draft, this.subject);
    this.sketch = sketch;
    void sketch.finished.then(() => {
      if (sketch !== this.sketch || (sketch.pictures.length === 0 && !sketch.failure)) return;
      if (this.shown?.work != null) {
        this.glimpse = sketch;
        this.failure = sketch.failure;
        return;
      }
      this.shown = sketch;
      this.frame = null;
      this.exporting.clear();
    });
    this.look();
  }

  #forgetSketch(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
    this.sketch.stop();
    // Whatever it still brings was for other words.
    this.sketch = new Drawing();
    this.glimpse = null;
  }
}

export const desk = new Desk();
keeping.keep("image", desk);
keeping.keep("image.easel", desk.easel);
