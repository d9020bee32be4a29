// Films of the scripted engine: white frames with real times, keys and in-betweens.
import type { Caption, ClipFacts, FilmId, FilmMade, FilmProgress, FilmEstimate, FilmSheet, FrameMark, ImageRequest, ModelSummary, RetimingOrder, StoryLine, StoryOrder, TravelOrder, VideoStats } from "../index";
import type { FakeHost, FakeJob, Outcome } from "./job";
import { subjectOf } from "./image";
import { failures } from "./world";

/** A white pixel: jsdom shows nothing anyway, and the demo scales it. */
const PIXEL = "data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8BQDwAEhQGAhKmMIQAAAABJRU5ErkJggg==";

/** What a film is made by. */
interface Plan {
  promise: FilmEstimate;
  frames: FrameMark[];
  inbetween: string | null;
  seed?: number | null;
  drawn: boolean;
  captions?: Caption[];
  /** What is told before anything is drawn. */
  before?: FilmProgress[];
}

export function inbetweenModel(): ModelSummary {
  return {
    id: "inbetween",
    name: { en: "Inbetween", zh: "中间帧" },
    summary: { en: "Makes frames between frames.", zh: "在画面之间补帧。" },
    modality: "video",
    skill: "inbetween",
    languages: [],
    licence: "Apache-2.0",
    bytes: 3_200_000,
    memoryMb: 60,
    isDefault: true,
    folder: "/usr/lib/quartet/models/inbetween",
    loaded: false,
    added: false,
    problem: null,
  };
}

/** A key, then in-betweens up to the next; a last one ends it. */
function marks(count: number, every: number, fps: number): FrameMark[] {
  return Array.from({ length: count }, (_, index) => {
    const isKey = index % every === 0 || index === count - 1;
    return {
      seconds: 1 / fps,
      frame: isKey ? { kind: "key" } : { kind: "between", time: (index % every) / every },
      difference: index === 0 ? 0 : 0.02 + 0.004 * (index % 3),
    };
  });
}

const clipFacts: ClipFacts = { name: "holiday.gif", format: "GIF", width: 320, height: 240, frames: 12, seconds: 1, fps: 12, variable: false, poster: PIXEL };

function promised(frames: number, keys: number, width: number, height: number): FilmEstimate {
  return { seconds: 3.2, memoryMb: 520, measured: true, plan: { frames, keys, width, height } };
}

function ofTravel({ request }: TravelOrder): { promise: FilmEstimate; fps: number; every: number } {
  const { fps, size, keysPerSecond } = request.parameters;
  const seconds = request.scenes.reduce((sum, scene) => sum + scene.seconds, 0);
  const every = Math.max(1, Math.round(fps / keysPerSecond));
  return { promise: promised(Math.round(seconds * fps), Math.round(seconds * keysPerSecond) + 1, size, size), fps, every };
}

function ofRetiming({ request }: RetimingOrder): FilmEstimate {
  return promised(12 + 11 * (request.factor - 1), 12, 320 * request.sharpen, 240 * request.sharpen);
}

export class FakeFilms {
  #films = new Map<string, FilmSheet>();

  constructor(private readonly backend: FakeHost) {}

  answers(command: string): boolean {
    return /travel|retiming|story|clip|film/.test(command);
  }

  answer(command: string, parameters: Record<string, unknown>): unknown {
    const { events } = parameters;
    switch (command) {
      case "choose_clip":
        return ["/home/ada/Pictures/holiday.gif"];
      case "import_clip":
        return { kind: "files", paths: ["/home/ada/.local/share/quartet/brought/holiday.gif"], fps: 8 };
      case "clip_facts":
        if (JSON.stringify(parameters["source"]).includes("broken")) throw { ...failures.notAModel, code: "filmUnreadable" };
        return clipFacts;
      case "estimate_travel":
        return ofTravel(parameters["order"] as TravelOrder).promise;
      case "estimate_retiming":
        return ofRetiming(parameters["order"] as RetimingOrder);
      case "start_travel": {
        const order = parameters["order"] as TravelOrder;
        const { promise, fps, every } = ofTravel(order);
        const inbetween = order.inbetweens.kind === "blended" ? null : "inbetween";
        return this.#make(events, { promise, frames: marks(promise.plan.frames, every, fps), inbetween, seed: order.request.parameters.seed, drawn: true, before: subjects(order.request.scenes) });
      }
      case "start_retiming": {
        const order = parameters["order"] as RetimingOrder;
        const promise = ofRetiming(order);
        return this.#make(events, { promise, frames: marks(promise.plan.frames, order.request.factor, 12), inbetween: "inbetween", drawn: false });
      }
      case "start_story":
        return this.#story(parameters["order"] as StoryOrder, events);
      case "film_sheet":
        return this.#films.get(this.#key(parameters["film"] as FilmId)) ?? sheet(marks(12, 1, 12));
      case "film_pictures":
        return packed((parameters["to"] as number) - (parameters["from"] as number));
      case "film_difference":
      case "film_flow":
        return Uint8Array.from(atob(PIXEL.split(",")[1]!), (letter) => letter.charCodeAt(0)).buffer;
      case "export_film":
        return null;
      default:
        throw new Error(`no such command: ${command}`);
    }
  }

  #key(film: FilmId): string {
    return JSON.stringify(film.kind === "take" ? ["take", film.job] : film);
  }

  #make(events: unknown, plan: Plan): number {
    const id = this.backend.start<FilmProgress, FilmMade>(events, (job) => this.#play(job, plan));
    this.#films.set(this.#key({ kind: "take", job: id }), sheet(plan.frames, plan.captions));
    return id;
  }

  async #play(job: FakeJob<FilmProgress>, { promise, frames, inbetween, seed, drawn, before = [] }: Plan): Promise<Outcome<FilmMade>> {
    const { script } = this.backend;
    if (script.fail) throw failures[script.fail];
    for (const progress of before) job.tell(progress);
    job.tell({ kind: "plan", promise, inbetween, upscaler: null });
    const { keys, width, height } = promise.plan;
    for (let done = 1; drawn && done <= keys; done += 1) {
      job.tell({ kind: "drawn", done, total: keys, from: 0, to: 1, share: (done - 1) / Math.max(1, keys - 1), picture: PIXEL });
    }
    for (let first = 0; first < frames.length; first += 4) {
      await job.beat();
      while (script.holdAfter !== null && first >= script.holdAfter) await job.beat();
      job.tell({ kind: "frames", first, frames: frames.slice(first, first + 4), preview: PIXEL });
    }
    job.tell({ kind: "finishing" });
    const betweens = frames.filter((mark) => mark.frame.kind === "between").length;
    const seconds = frames.reduce((sum, mark) => sum + mark.seconds, 0);
    const stats: VideoStats = { seed: seed ?? 31, frames: frames.length, keys, betweens, cuts: 0, width, height, seconds, drawSeconds: 1.5, enlargeSeconds: 0.6, betweenSeconds: 0.4 };
    const cost = { promised: promise, seconds: 2.9, jobSeconds: 3.4, firstFrameSeconds: 0.4, outsideSeconds: 0.2, memoryMb: 510 };
    return { made: { stats, cost, narration: null, bytes: 410_000, notices: [] }, works: [`film-${job.id}`] };
  }

  #story(order: StoryOrder, events: unknown): number {
    const lines: StoryLine[] = ["It is cold.", "A penguin wakes.", "It looks for the sun.", "The sun comes up."].map((text) => ({ text, prompt: text.split(" ").at(-1) ?? "" }));
    const captions = lines.map(({ text }, index) => ({ from: index * 2, to: index * 2 + 1.8, text }));
    const spoken: FilmProgress = { kind: "narration", event: { kind: "progress", progress: { kind: "sentence", index: 0, words: [], done: 20, total: 60 } } };
    return this.#make(events, {
      promise: promised(8 * 12, 16, 256, 256),
      frames: marks(96, 6, 12),
      inbetween: "inbetween",
      drawn: true,
      captions,
      before: [{ kind: "text", text: lines.map((line) => line.text).join("\n") }, { kind: "lines", lines }, ...(order.spoken ? [spoken] : []), ...subjects(lines.map(({ prompt }) => ({ prompt, subject: { kind: "words" } })))],
    });
  }
}

/** What the words of scenes are taken for; nothing where none of them is. */
function subjects(scenes: readonly Pick<ImageRequest, "prompt" | "subject">[]): FilmProgress[] {
  const subjects = scenes.map(subjectOf);
  return subjects.some(Boolean) ? [{ kind: "subjects", subjects }] : [];
}

function sheet(frames: FrameMark[], captions: Caption[] = []): FilmSheet {
  return { width: 256, height: 256, frames, ended: true, narration: null, captions };
}

/** So many files, each the white pixel. */
function packed(count: number): ArrayBuffer {
  const file = Uint8Array.from(atob(PIXEL.split(",")[1] ?? ""), (letter) => letter.charCodeAt(0));
  const bytes = new Uint8Array(4 * (count + 1) + count * file.length);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, count, true);
  for (let index = 0; index < count; index += 1) {
    view.setUint32(4 * (index + 1), file.length, true);
    bytes.set(file, 4 * (count + 1) + index * file.length);
  }
  return bytes.buffer;
}
