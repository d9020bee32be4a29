// What is kept of the attempts at a lesson over leaving it, a restart and a crash: the one that is in the middle, to
// go on with, and the last one that was finished, to be handed in.
import { i18n } from "../i18n/index.svelte";
import type { ExperimentMade, HandInOrder, HandInRun, Language } from "../ipc";
import { nothing } from "../shared/act";
import { isRecord, keeping } from "../shared/keeping.svelte";
import type { Left, LessonRun, Result } from "./lesson.svelte";
import { small } from "./thumbnail";

/** A result without what only lives as long as the window. */
export interface KeptResult {
  texts: readonly string[];
  /** A `data:` address. */
  picture: string | null;
  works: readonly string[];
  experiment: ExperimentMade | null;
  recorded: boolean;
  model: string | null;
  seed: number | null;
  at: string;
}

export interface Attempt {
  /** Of the lesson when it was begun. */
  digest: string;
  language: Language;
  begun: string;
  /** How long it was open. */
  seconds: number;
  at: number;
  way: number[];
  predictions: Record<number, number>;
  reflections: Record<number, string>;
  results: Record<number, KeptResult>;
  tries: Record<number, { prompt: string; result: KeptResult }[]>;
}

/** Of what one tried at a step, the last ones are kept. */
const MOST_TRIES = 12;
/** A longer pause is none of the lesson's time. */
const MOST_PAUSE_MS = 600_000;

const mapped = <T, U>(all: Record<number, T>, of: (one: T) => U): Record<number, U> => Object.fromEntries(Object.entries(all).map(([at, one]) => [at, of(one)])) as Record<number, U>;

export class LessonAttempts {
  middle = $state.raw<Attempt | null>(null);
  last = $state.raw<Attempt | null>(null);
  #seen = 0;
  #small = new WeakMap<Result, string | null>();

  /** The one that is handed in: the finished one, else what there is. */
  get told(): Attempt | null {
    return this.last ?? this.middle;
  }

  /** The one to go on with; none where the lesson is another one since. */
  ahead(digest: string, steps: number): Attempt | null {
    const { middle } = this;
    return middle && middle.digest === digest && middle.at < steps ? middle : null;
  }

  /** The clock of a run starts, or goes on. */
  take(): void {
    this.#seen = Date.now();
  }

  /** Takes over how a run stands now. */
  note(run: LessonRun, digest: string): void {
    const { at, predictions, reflections, results, tries, begun, resumed, way } = run;
    const has = [predictions, reflections, results, tries].some((all) => Object.keys(all).length > 0);
    if (!has && at === 0) return;
    const now = Date.now();
    const before = this.middle?.begun === begun ? this.middle.seconds : (resumed?.seconds ?? 0);
    const seconds = before + Math.max(0, Math.min(now - this.#seen, MOST_PAUSE_MS)) / 1000;
    this.#seen = now;
    this.middle = {
      digest,
      language: i18n.language,
      begun,
      seconds,
      at,
      way: [...way],
      predictions,
      reflections,
      results: mapped(results, (result) => this.#kept(result, run, digest)),
      tries: mapped(tries, (all) => all.slice(-MOST_TRIES).map(({ prompt, result }) => ({ prompt, result: this.#kept(result, run, digest) }))),
    };
  }

  /** It is done to its last step. */
  finish(): void {
    this.last = this.middle;
    this.middle = null;
  }

  forget(): () => void {
    const { middle, last } = this;
    Object.assign(this, { middle: null, last: null });
    return () => Object.assign(this, { middle, last });
  }

  snapshot(): unknown {
    return { middle: this.middle, last: this.last };
  }

  restore({ middle, last }: Record<string, unknown>): void {
    this.middle = read(middle);
    this.last = read(last);
  }

  /** A picture is kept small, once it is known how it looks so. */
  #kept(result: Result, run: LessonRun, digest: string): KeptResult {
    const known = this.#small.get(result);
    if (known === undefined && result.picture !== null) {
      this.#small.set(result, null);
      void small(result.picture).then((picture) => {
        this.#small.set(result, picture);
        const still = this.middle?.begun === run.begun;
        if (still) this.note(run, digest);
        else if (this.last?.begun === run.begun) this.last = filled(this.last, result, picture);
      });
    }
    const { texts, works, experiment, recorded, model = null, seed = null, at = "" } = result;
    return { texts, picture: known ?? null, works, experiment, recorded, model, seed, at };
  }
}

/** The picture of a result that was small only after the lesson had ended. */
function filled(attempt: Attempt, { at }: Result, picture: string | null): Attempt {
  const fill = (kept: KeptResult): KeptResult => (kept.at === at && kept.picture === null ? { ...kept, picture } : kept);
  return { ...attempt, results: mapped(attempt.results, fill), tries: mapped(attempt.tries, (all) => all.map(({ prompt, result }) => ({ prompt, result: fill(result) }))) };
}

/** As a run knows it. */
const recalled = (kept: KeptResult): Result => ({ ...nothing, ...kept });

export const resultsOf = (attempt: Attempt): Record<number, Result> => mapped(attempt.results, recalled);

/** For a run that goes on. */
export const leftAt = (attempt: Attempt): Left => ({
  ...attempt,
  results: resultsOf(attempt),
  tries: mapped(attempt.tries, (all) => all.map(({ prompt, result }) => ({ prompt, result: recalled(result) }))),
});

/** What is handed in of an attempt. */
export function orderOf(lesson: string, attempt: Attempt, name: string, finished: boolean): HandInOrder {
  const run = (step: string, words: string | null, { at, ...kept }: KeptResult): HandInRun => ({ ...kept, texts: [...kept.texts], works: [...kept.works], step: Number(step), words, at });
  const runs = Object.keys({ ...attempt.results, ...attempt.tries })
    .toSorted((a, b) => Number(a) - Number(b))
    .flatMap((step) => {
      const tries = attempt.tries[Number(step)] ?? [];
      const result = attempt.results[Number(step)];
      // The last try is the step's result as well.
      const own = result && tries.some((one) => one.result.at === result.at);
      return [...(result && !own ? [run(step, null, result)] : []), ...tries.map((one) => run(step, one.prompt, one.result))];
    });
  const { digest, language, begun, seconds, predictions, reflections } = attempt;
  return { lesson, digest, language, name: name.trim(), begun, seconds, finished, predictions, reflections, runs };
}

class Attempts {
  #known = new Map<string, LessonAttempts>();

  /** Those at a lesson, by its id. First asked for outside of any component, which would take them with it. */
  of(id: string): LessonAttempts {
    const known = this.#known.get(id);
    if (known) return known;
    const fresh = new LessonAttempts();
    this.#known.set(id, fresh);
    keeping.keep(`attempt.${id}`, fresh);
    return fresh;
  }
}

export const attempts = new Attempts();

function read(kept: unknown): Attempt | null {
  if (!isRecord(kept) || typeof kept["digest"] !== "string" || typeof kept["begun"] !== "string") return null;
  const { language, seconds, at, way } = kept;
  const members = <T>(name: string, of: (value: unknown) => T | null): Record<number, T> => {
    const all = kept[name];
    return isRecord(all) ? (Object.fromEntries(Object.entries(all).flatMap(([key, value]) => (of(value) === null ? [] : [[key, of(value)]]))) as Record<number, T>) : {};
  };
  return {
    digest: kept["digest"],
    begun: kept["begun"],
    language: language === "zh" ? "zh" : "en",
    seconds: isNumber(seconds) ? seconds : 0,
    at: isNumber(at) ? at : 0,
    way: Array.isArray(way) ? way.filter(isNumber) : [],
    predictions: members("predictions", (value) => (isNumber(value) ? value : null)),
    reflections: members("reflections", (value) => (typeof value === "string" ? value : null)),
    results: members("results", readResult),
    tries: members("tries", (value) => (Array.isArray(value) ? value.flatMap(readTry) : null)),
  };
}

const isNumber = (value: unknown): value is number => typeof value === "number" && Number.isFinite(value);
const isText = (value: unknown): value is string => typeof value === "string";
const texts = (value: unknown): string[] => (Array.isArray(value) ? value.filter(isText) : []);

function readTry(kept: unknown): { prompt: string; result: KeptResult }[] {
  if (!isRecord(kept) || !isText(kept["prompt"])) return [];
  const result = readResult(kept["result"]);
  return result ? [{ prompt: kept["prompt"], result }] : [];
}

function readResult(kept: unknown): KeptResult | null {
  if (!isRecord(kept)) return null;
  const { picture, experiment, recorded, model, seed, at } = kept;
  const made = isRecord(experiment) && Array.isArray(experiment["rows"]) && Array.isArray(experiment["groups"]) ? (experiment as unknown as ExperimentMade) : null;
  return {
    texts: texts(kept["texts"]),
    // Nothing that would be fetched from somewhere.
    picture: isText(picture) && picture.startsWith("data:image/") ? picture : null,
    works: texts(kept["works"]),
    experiment: made,
    recorded: recorded === true,
    model: isText(model) ? model : null,
    seed: isNumber(seed) ? seed : null,
    at: isText(at) ? at : "",
  };
}
