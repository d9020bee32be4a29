// The desk of stories: a topic, and the film that becomes of it.
import { i18n } from "../../i18n/index.svelte";
import { ipc } from "../../ipc";
import type { CameraMove, FilmFormat, StoryOrder, WorkDetail } from "../../ipc";
import { studio } from "../../ipc/studio.svelte";
import { keeping, oneOf, openKept, takeOver } from "../../shared/keeping.svelte";
import { both } from "../../shared/deck.svelte";
import { told, type Story } from "./examples";
import { Film } from "./film.svelte";
import { FORMATS, inbetweens, kept, MOVES, travel } from "./travel.svelte";

export type Step = "lines" | "narration" | "pictures" | "film";
export const STEPS: readonly Step[] = ["lines", "narration", "pictures", "film"];
export type StepState = "waiting" | "running" | "done" | "skipped";
/** Narrated films are long: the film's frames a second and size are those that are quick. */
const FPS = 12;
const STORY_SIZE = 256;
const KEYS_PER_SECOND = 2;
const STEPS_A_PICTURE = 12;
/** A story has so many; each is a scene. */
const LINES = 4;

export class StoryDesk {
  topic = $state("");
  spoken = $state(true);
  style = $state<string | null>(null);
  move = $state<CameraMove>("zoomIn");
  format = $state<FilmFormat>("mp4");
  blended = $state(false);
  film = $state.raw(new Film());
  filmed = $state("");
  /** Whether the film in view was to be spoken. */
  #speaks = $state(true);

  readonly canStart = $derived(studio.textModel !== null && studio.imageModel !== null && this.topic.trim() !== "" && !this.film.running);
  /** Who speaks: the model in use, unless only another knows the language. */
  readonly speaker = $derived(studio.speaker(i18n.language) ?? studio.speechModel);
  /** Speech that nobody can give is not asked for. */
  readonly speaks = $derived(this.spoken && studio.speechModel !== null);
  readonly order: StoryOrder = $derived({
    topic: this.topic.trim(),
    language: i18n.language,
    writer: null,
    speaker: null,
    voice: null,
    spoken: this.speaks,
    model: studio.imageModel?.id ?? null,
    parameters: {
      fps: FPS,
      size: STORY_SIZE,
      keysPerSecond: KEYS_PER_SECOND,
      seed: null,
      drift: 0,
      circle: false,
      style: this.style,
      steps: STEPS_A_PICTURE,
      guidance: null,
      camera: { move: this.move, strength: 0.5, eased: true },
    },
    inbetweens: inbetweens(this.blended),
    format: this.format,
  });

  start(): void {
    if (!this.canStart) return;
    travel.thumbnails.rest();
    this.film.close();
    const film = new Film();
    this.film = film;
    this.filmed = this.topic.trim();
    this.#speaks = this.speaks;
    const { order } = this;
    void film.start(LINES - 1, (listen) => ipc.startStory(order, listen));
  }

  stop(): boolean {
    return this.film.stop();
  }

  /** The story in view, with the settings of now, as a card of one's own. */
  keepCard(): void {
    const { style, move, spoken } = this;
    const about = this.filmed;
    told.add(about, (id, topic) => ({ id, topic, about: both(about), own: { style, move, spoken } }));
  }

  tell(example: Story): void {
    if (this.film.running) return;
    this.topic = i18n.local(example.about);
    if (example.own) Object.assign(this, example.own);
    this.start();
  }

  /** How far each step is, told from what has come of it. */
  state(step: Step): StepState {
    const { film } = this;
    if (film.phase === "done") return step === "narration" && film.reel.narration === null && film.spoken === null ? "skipped" : "done";
    const reached = { lines: film.text !== "" || film.lines.length > 0, narration: film.spoken !== null, pictures: film.drawn.length > 0, film: film.phase === "finishing" };
    if (step === "lines") return film.lines.length > 0 ? "done" : film.running || reached.lines ? "running" : "waiting";
    if (step === "narration") {
      if (!this.#speaks) return "skipped";
      if (film.promise) return "done";
      return film.lines.length > 0 ? "running" : "waiting";
    }
    if (!film.promise) return "waiting";
    if (step === "pictures") return film.keys >= film.promise.plan.keys ? "done" : "running";
    return reached.film || film.reel.frames.length > 0 ? "running" : "waiting";
  }

  snapshot(): unknown {
    const { topic, spoken, style, move, format, blended, film } = this;
    return { topic, spoken, style, move, format, blended, work: film.work };
  }

  async restore(state: Record<string, unknown>): Promise<void> {
    await openKept(state, this);
    takeOver<StoryDesk>(this, state, ["topic", "spoken", "blended"], ["style"]);
    this.move = oneOf(MOVES, state["move"], "zoomIn");
    this.format = oneOf(FORMATS, state["format"], "mp4");
  }

  /** A kept story, with its film. */
  open(detail: WorkDetail): void {
    if (this.film.running) return;
    this.filmed = detail.work.title;
    this.#speaks = (detail.made?.film?.narration ?? null) !== null;
    this.film = kept(this.film, detail);
  }
}

export const story = new StoryDesk();
keeping.keep("video.story", story);
