// The desk of films from prompts: storyboard, settings, what it will take, the film in view. It
// outlives the panel, so that a run goes on out of view.
import { i18n } from "../../i18n/index.svelte";
import { asFailure, ipc } from "../../ipc";
import type { CameraMove, Failure, FilmFormat, FilmEstimate, ImageModelInfo, Inbetweens, TravelOrder, TravelRequest, Work, WorkDetail } from "../../ipc";
import { studio } from "../../ipc/studio.svelte";
import { holdOf, keeping, oneOf, openKept, takeOver } from "../../shared/keeping.svelte";
import { MOVES, travels, type Example } from "./examples";
import { both } from "../../shared/deck.svelte";
import { Film } from "./film.svelte";
import { Storyboard } from "./storyboard.svelte";
import { Thumbnails, type Look } from "./thumbnails.svelte";

export const SIZES = [256, 512] as const;
export const RATES = [12, 15, 24, 25, 30] as const;
export { MOVES };
export const FORMATS: readonly FilmFormat[] = ["webP", "mp4", "gif", "png"];
/** The engine's seed is 32 bits; nobody wants to read so many digits. */
const SEEDS = 1_000_000;
/** Larger pictures take too long to follow the typing. */
const SKETCH_SIDE = 128;
const SPEECHES = 40;
/** For each picture: neighbours of a film hide what few steps leave undone. */
const STEPS = 12;

interface Loaded {
  model: string;
  info: ImageModelInfo;
}

const luck = () => Math.floor(Math.random() * SEEDS);

export class Travel {
  readonly board = new Storyboard();
  readonly thumbnails = new Thumbnails();
  style = $state<string | null>(null);
  move = $state<CameraMove>("still");
  strength = $state(0.5);
  size = $state<number>(256);
  fps = $state<number>(24);
  /** Always a number: the scenes' pictures are those of the film only with the same luck. */
  seed = $state(luck());
  /** How far the noise turns in a second; 0 is fixed. */
  drift = $state(0);
  circle = $state(false);
  keysPerSecond = $state(6);
  format = $state<FilmFormat>("webP");
  blended = $state(false);
  narration = $state<string | null>(null);
  /** Kept speech and tunes that may lie under the film. */
  speeches = $state.raw<readonly Work[]>([]);
  promise = $state.raw<FilmEstimate | null>(null);
  loaded = $state.raw<Loaded | null>(null);
  film = $state.raw(new Film());
  /** What the film in view was asked for with. */
  filmed = $state("");
  failure = $state.raw<Failure | null>(null);

  readonly info = $derived(this.loaded?.model === studio.imageModel?.id ? (this.loaded?.info ?? null) : null);
  readonly styleInUse = $derived(this.style ?? this.info?.styles[0]?.id ?? null);
  readonly canStart = $derived(studio.imageModel !== null && this.board.trouble === null && !this.film.running);
  /** How the scenes are drawn as one types; null where that would take too long. */
  readonly look: Look | null = $derived.by(() => {
    const { info } = this;
    if (!studio.imageModel || !info || Math.max(info.width, info.height) > SKETCH_SIDE) return null;
    return { model: studio.imageModel.id, seed: this.seed, style: this.style, steps: STEPS, guidance: null };
  });
  readonly request: TravelRequest = $derived({
    scenes: this.board.scenes.map(({ prompt, seconds, subject }) => ({ prompt: prompt.trim(), seconds, subject })),
    parameters: {
      fps: this.fps,
      size: this.size,
      keysPerSecond: this.keysPerSecond,
      seed: this.seed,
      drift: this.drift,
      circle: this.circle,
      style: this.styleInUse === null ? null : this.style,
      steps: STEPS,
      guidance: null,
      camera: { move: this.move, strength: this.strength, eased: true },
    },
  });
  readonly order: TravelOrder = $derived({
    model: studio.imageModel?.id ?? null,
    request: this.request,
    inbetweens: inbetweens(this.blended),
    sharpen: true,
    format: this.format,
    narration: this.narration === null ? null : { kind: "work", id: this.narration },
  });

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

  start(): void {
    if (!this.canStart) return;
    this.thumbnails.rest();
    this.film.close();
    const film = new Film();
    this.film = film;
    this.filmed = this.board.scenes.map((scene) => scene.prompt.trim()).join(" → ");
    const { order } = this;
    const { scenes, parameters } = order.request;
    void film.start(Math.max(1, scenes.length - (parameters.circle ? 0 : 1)), (listen) => ipc.startTravel(order, listen));
    void film.finished.then(() => this.tell());
  }

  stop(): boolean {
    return this.film.stop();
  }

  newLuck(): void {
    this.seed = luck();
  }

  /** The storyboard with the settings of now, as a card of one's own. */
  keepCard(): void {
    const { style, move, circle, seed, size, fps, drift, keysPerSecond, strength } = this;
    const scenes = this.board.scenes.map(({ prompt, seconds }) => ({ prompt: both(prompt), seconds }));
    const words = scenes.map(({ prompt }) => prompt.en).join(" → ");
    travels.add(words, (id, topic) => ({ id, topic, title: both(words), scenes, move, circle, seed, settings: { size, fps, drift, keysPerSecond, strength }, ...(style === null ? {} : { style }) }));
  }

  runExample(example: Example): void {
    if (this.film.running) return;
    this.board.replace(example.scenes.map(({ prompt, seconds }) => ({ prompt: i18n.local(prompt), seconds })));
    this.style = example.style ?? null;
    this.move = example.move ?? "still";
    this.circle = example.circle ?? false;
    this.seed = example.seed ?? luck();
    Object.assign(this, example.settings);
    this.start();
  }

  /** A kept work, put back as it was asked, with its film. */
  open(detail: WorkDetail): void {
    const travel = detail.made?.film?.travel;
    if (!travel || this.film.running) return;
    const { parameters } = travel;
    this.board.replace(travel.scenes.map((one) => ({ ...one, subject: one.subject ?? null })));
    Object.assign(this, {
      style: parameters.style,
      move: parameters.camera.move,
      strength: parameters.camera.strength,
      size: parameters.size,
      fps: parameters.fps,
      seed: parameters.seed ?? this.seed,
      drift: parameters.drift,
      circle: parameters.circle,
      keysPerSecond: parameters.keysPerSecond,
      format: detail.made?.film?.format ?? "webP",
      blended: detail.made?.film?.inbetween === null,
      narration: detail.made?.film?.narration ?? null,
      filmed: detail.work.title,
    });
    this.film = kept(this.film, detail);
  }

  snapshot(): unknown {
    const { style, move, strength, size, fps, seed, drift, circle, keysPerSecond, format, blended, narration, board, film } = this;
    const scenes = board.scenes.map(({ prompt, seconds, subject }) => ({ prompt, seconds, subject }));
    return { style, move, strength, size, fps, seed, drift, circle, keysPerSecond, format, blended, narration, scenes, work: film.work };
  }

  hold(): () => void {
    const back = holdOf<Travel, keyof Travel>(this, [
      "style", "move", "strength", "size", "fps", "seed", "drift", "circle", "keysPerSecond", "format", "blended", "narration", "film", "filmed", "failure",
    ]); // prettier-ignore
    const { scenes } = this.board;
    this.film.reel.pause();
    return () => {
      this.stop();
      this.film.reel.pause();
      back();
      this.board.restore(scenes);
    };
  }

  async restore(state: Record<string, unknown>): Promise<void> {
    await openKept(state, this);
    takeOver<Travel>(this, state, ["strength", "size", "fps", "seed", "drift", "circle", "keysPerSecond", "blended"], ["style", "narration"]);
    this.move = oneOf(MOVES, state["move"], "still");
    this.format = oneOf(FORMATS, state["format"], "webP");
    this.board.restore(state["scenes"]);
  }

  /** What the film as asked for now will take. */
  async tell(): Promise<void> {
    if (!studio.imageModel || this.board.trouble !== null) {
      this.promise = null;
      return;
    }
    const { order } = this;
    try {
      const promise = await ipc.estimateTravel(order);
      if (order === this.order) this.promise = promise;
    } catch {
      // Nothing is promised; what is wrong shows when it is asked for.
      this.promise = null;
    }
  }

  /** Speech and tunes in the library that may be laid under the film. */
  async findSpeeches(): Promise<void> {
    try {
      const { works } = await ipc.works({ search: "", modality: "audio", limit: SPEECHES, offset: 0 });
      this.speeches = works.filter((work) => work.problem === null && ["speech", "composition"].includes(studio.model(work.model)?.skill ?? ""));
    } catch {
      this.speeches = [];
    }
  }

  narrate(work: string | null): void {
    this.narration = work;
    // Of the formats, it alone carries sound.
    if (work !== null) this.format = "mp4";
  }
}

export function inbetweens(blended: boolean): Inbetweens {
  return { kind: blended ? "blended" : "best" };
}

/** The film of a work in the place of another. */
export function kept(before: Film, detail: WorkDetail): Film {
  before.close();
  const film = new Film();
  const made = detail.made?.film;
  film.show(null, detail.work.id);
  Object.assign(film, { bytes: detail.work.bytes, stats: made?.stats ?? null, inbetween: made?.inbetween ?? null, lines: made?.lines ?? [] });
  void film.open({ kind: "work", id: detail.work.id });
  return film;
}

export const travel = new Travel();
keeping.keep("video.travel", travel);
