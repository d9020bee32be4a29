// A lesson while it runs: which step, what was predicted, what came out. It knows nothing of panels: what
// performs acts is handed to it.
import type { Act, Claim, ExperimentMade, Language, Lesson } from "../ipc";
import type { Outcome } from "../shared/act";
import type { Place } from "../shared/navigation.svelte";
import { change } from "./prompts";

export type Step = Lesson["steps"][number];

export interface Result extends Outcome {
  experiment: ExperimentMade | null;
  /** It is not of this computer and this moment: it came with the lesson. */
  recorded: boolean;
  /** Of a recorded sound, its file as a `data:` address. */
  sound?: string | null;
  /** The id of the model that made it. */
  model?: string | null;
  /** When it was there; each result has another. */
  at?: string;
}

/** Something tried with one's own words. */
export interface Try {
  prompt: string;
  result: Result;
}

/** Where a lesson was left. */
export interface Left {
  begun: string;
  seconds: number;
  at: number;
  way: readonly number[];
  predictions: Record<number, number>;
  reflections: Record<number, string>;
  results: Record<number, Result>;
  tries: Record<number, Try[]>;
}

/** What a lesson is done with. */
export interface Doing {
  language: () => Language;
  perform: (act: Act, stop: AbortSignal) => Promise<Result>;
  /** What came with the lesson for a step; it fails where there is nothing. */
  recorded: (name: string) => Promise<Result>;
  /** Whether something came for it. */
  hasRecorded: (name: string) => Promise<boolean>;
  /** Shows once more what a step came to. */
  again: (step: Step, result: Result) => void;
  go: (place: Place) => void;
  /** Resolves when the words of a step are on the screen: what it does comes after them. */
  painted?: () => Promise<void>;
}

/** What is presented without a lesson around it. */
export interface Alone {
  kind: "card" | "act" | "work";
  /** Its act runs when somebody goes on, not at once. */
  waits: boolean;
}

/** How far somebody is with a step. */
export type StepState = "ahead" | "seen" | "done";

/** What is kept of a lesson. */
export interface Kept {
  predictions: Record<number, number>;
  reflections: Record<number, string>;
  results: Record<number, Result>;
}

export class LessonRun {
  at = $state(0);
  /** Choices by step. */
  predictions = $state.raw<Kept["predictions"]>({});
  results = $state.raw<Kept["results"]>({});
  reflections = $state.raw<Kept["reflections"]>({});
  /** Of a step that is to be broken: what was tried, the last one last. */
  tries = $state.raw<Record<number, Try[]>>({});
  /** Something came with the lesson for the step in view. */
  hasRecorded = $state(false);
  /** Works that somebody asked to keep. */
  staying = $state.raw<ReadonlySet<string>>(new Set());
  /** The step whose act runs now. */
  running = $state<number | null>(null);
  stopping = $state(false);
  /** The last act of the step in view that did not end well. */
  trouble = $state.raw<Result | null>(null);
  /** Steps that somebody was at. */
  seen = $state.raw<ReadonlySet<number>>(new Set([0]));

  readonly step: Step = $derived.by(() => this.lesson.steps[this.at] as Step);
  readonly result: Result | null = $derived(this.results[this.at] ?? null);
  readonly isRunning: boolean = $derived(this.running === this.at);
  readonly prediction: number | null = $derived(this.predictions[this.at] ?? null);
  /** The step that comes next; null at the end. */
  readonly following: number | null = $derived(this.#following());
  readonly isLast: boolean = $derived(this.following === null);
  /** Whether all that leads on has been done. */
  readonly canNext: boolean = $derived.by(() => {
    const { step } = this;
    if (step.predict && this.prediction === null) return false;
    // What went wrong must not keep a room waiting.
    if (step.go === "done" && step.do && !step.break) return this.result !== null || this.trouble !== null;
    return true;
  });
  /** The number that breaks the misconception; null until it is measured. */
  readonly number: number | null = $derived.by(() => {
    const { claim, steps } = this.lesson;
    const made = claim ? this.results[steps.findIndex((step) => step.id === claim.step)]?.experiment : null;
    return claim && made ? measured(claim, made) : null;
  });

  /** RFC 3339, UTC. */
  readonly begun: string;
  /** Where it was left before; null where it began anew. */
  readonly resumed: Left | null;
  #way = $state.raw<readonly number[]>([]);
  #stop = new AbortController();
  #acting: Promise<void> = Promise.resolve();
  #visit = 0;
  #latest = 0;

  constructor(
    readonly lesson: Lesson,
    private readonly doing: Doing,
    left: Left | null = null,
    readonly alone: Alone | null = null,
  ) {
    this.resumed = left;
    this.begun = left?.begun ?? new Date().toISOString();
    if (left === null) return;
    const { at, way, predictions, reflections, results, tries } = left;
    Object.assign(this, { at, predictions, reflections, results, tries });
    this.#way = way;
    this.seen = new Set([...way, at]);
  }

  /** The steps that led to the one in view. */
  get way(): readonly number[] {
    return this.#way;
  }

  /** Comes to the step where it was left: what a panel shows there is made once more, since desks are not kept. */
  async goOn(): Promise<void> {
    const visit = this.#visit + 1;
    const shown = this.#shown();
    await this.enter();
    for (const at of shown) {
      const act = this.lesson.steps[at]?.do;
      if (visit !== this.#visit || !act) return;
      const before = this.results[at]?.works ?? [];
      await this.#settle(at, (stop) => this.doing.perform(act, stop), (result) => {
        // What the first run left is put away with the lesson too.
        this.results = { ...this.results, [at]: { ...result, works: [...result.works, ...before] } };
      });
    }
  }

  /** The acts whose result stands in view at this step: the last one of a panel, and what that goes on with. */
  #shown(): number[] {
    // Its act runs when one comes to it.
    if (isOwnStage(this.step) || (this.step.do && !this.step.break && !this.result)) return [];
    const acts = [...this.#way, this.at].filter((at) => this.results[at] && this.lesson.steps[at]?.do?.act.includes(".") && !this.lesson.steps[at]?.break);
    const last = acts.at(-1);
    if (last === undefined) return [];
    const name = (at: number) => this.lesson.steps[at]?.do?.act;
    const drawn = name(last) === "image.step" ? acts.findLast((at) => name(at) === "image.draw") : undefined;
    return drawn === undefined ? [last] : [drawn, last];
  }

  /** Comes to the step in view: shows its place, and runs its act where nothing has to be said first. */
  async enter(): Promise<void> {
    const visit = ++this.#visit;
    this.trouble = null;
    this.seen = new Set([...this.seen, this.at]);
    this.hasRecorded = false;
    if (this.step.do) void this.doing.hasRecorded(nameOf(this.step, this.at)).then((has) => visit === this.#visit && (this.hasRecorded = has));
    await Promise.all([this.#acting, this.doing.painted?.()]);
    // Somebody was quicker, and its act runs already.
    if (visit !== this.#visit || this.running !== null) return;
    const { step, result } = this;
    if (result) return this.doing.again(step, result);
    if (this.at === 0 || isOwnStage(step)) this.doing.go("start");
    if (step.do && !step.predict && !step.break && !this.alone?.waits) await this.run();
  }

  async predict(choice: number): Promise<void> {
    if (!this.step.predict?.choices[choice] || this.isRunning) return;
    this.predictions = { ...this.predictions, [this.at]: choice };
    if (this.step.do && !this.step.break && !this.result) await this.run();
  }

  /** Runs the act of the step, with other words where the learner wrote some. */
  async run(words?: string): Promise<void> {
    const { step, at } = this;
    if (!step.do || this.running !== null) return;
    const act = words === undefined ? step.do : change(step.do, words);
    await this.#settle(at, (stop) => this.doing.perform(act, stop), (result) => {
      this.results = { ...this.results, [at]: result };
      if (words !== undefined) this.tries = { ...this.tries, [at]: [...(this.tries[at] ?? []), { prompt: words, result }] };
    });
  }

  /** Shows what came with the lesson in the place of a run. */
  async showRecorded(): Promise<void> {
    const { at, step } = this;
    if (this.running !== null) return;
    await this.#settle(at, () => this.doing.recorded(nameOf(step, at)), (result) => {
      this.results = { ...this.results, [at]: result };
      this.doing.go("start");
    });
  }

  /** False where there is nothing to stop. */
  stop(): boolean {
    if (this.running === null) return false;
    this.stopping = true;
    this.#stop.abort();
    return true;
  }

  /** Whether the way on runs what is in view, rather than leaving it. */
  get runsFirst(): boolean {
    return this.alone?.waits === true && this.step.do !== null && this.result === null && this.trouble === null && this.running === null;
  }

  next(): boolean {
    if (this.runsFirst) {
      void this.run();
      return true;
    }
    const to = this.#following();
    if (to === null || !this.canNext) return false;
    this.#way = [...this.#way, this.at];
    return this.#move(to);
  }

  back(): boolean {
    const to = this.#way.at(-1);
    if (to === undefined) return false;
    this.#way = this.#way.slice(0, -1);
    return this.#move(to);
  }

  /** To any step, whatever was not said or done before it; Back leads to where one was. */
  jump(to: number): boolean {
    if (to === this.at || !this.lesson.steps[to]) return false;
    this.#way = [...this.#way, this.at];
    return this.#move(to);
  }

  /** A step is done when all that it asks for is there. */
  stateOf(at: number): StepState {
    const step = this.lesson.steps[at];
    if (!step || !this.seen.has(at)) return "ahead";
    const lacks =
      (step.predict && this.predictions[at] === undefined) ||
      (step.do && !step.break && !this.results[at]) ||
      (step.break && !this.tries[at]) ||
      (step.keep && !this.reflections[at]?.trim()) ||
      at === this.at;
    return lacks ? "seen" : "done";
  }

  get canBack(): boolean {
    void this.at;
    return this.#way.length > 0;
  }

  reflect(words: string): void {
    this.reflections = { ...this.reflections, [this.at]: words };
  }

  /** The last thing that came out, which can be kept. */
  get last(): Result | null {
    return Object.entries(this.results).toSorted(([a], [b]) => Number(b) - Number(a)).map(([, result]) => result).find((result) => !result.recorded && (result.keep !== null || result.works.length > 0)) ?? null;
  }

  /** What went into the library on the way, and was not asked to stay there. */
  get passing(): string[] {
    const made = [...Object.values(this.results), ...Object.values(this.tries).flatMap((tries) => tries.map(({ result }) => result))];
    return [...new Set(made.flatMap(({ works }) => works))].filter((work) => !this.staying.has(work));
  }

  /** Ends what runs; resolves when it has. */
  async end(): Promise<void> {
    this.#visit += 1;
    this.stop();
    await this.#acting;
  }

  /** No two results have one time. */
  #now(): string {
    this.#latest = Math.max(Date.now(), this.#latest + 1);
    return new Date(this.#latest).toISOString();
  }

  #move(to: number): boolean {
    this.stop();
    this.at = to;
    void this.enter();
    return true;
  }

  /** The step that comes next: where the choice leads, else the one after it. */
  #following(): number | null {
    const { step, at, lesson } = this;
    const to = step.predict?.choices[this.prediction ?? -1]?.to;
    const led = to ? lesson.steps.findIndex((one, index) => index > at && one.id === to) : -1;
    const next = led > at ? led : at + 1;
    return next < lesson.steps.length ? next : null;
  }

  async #settle(at: number, doing: (stop: AbortSignal) => Promise<Result>, done: (result: Result) => void): Promise<void> {
    this.#stop = new AbortController();
    this.running = at;
    this.trouble = null;
    const acting = doing(this.#stop.signal).then((result) => {
      this.running = null;
      this.stopping = false;
      if (result.phase === "done") done({ ...result, at: this.#now() });
      else if (at === this.at) this.trouble = result;
    });
    this.#acting = acting;
    await acting;
  }
}

/** The name that its recorded run goes by. */
export const nameOf = (step: Step, at: number): string => step.id ?? `step-${at + 1}`;

/** What is not shown in a panel is shown in the lesson's own place. */
export const isOwnStage = (step: Step): boolean => step.do?.act === "experiment" || (step.compare ?? []).length > 0 || step.picture != null || step.keep != null;

/** What the claim is about, in what was counted. */
export function measured(claim: Claim, made: ExperimentMade): number | null {
  const of = (id: string): number | null => made.groups.find(({ group }) => group === id)?.[claim.measure] ?? null;
  const value = of(claim.group);
  if (value === null || claim.minus == null) return value;
  const other = of(claim.minus);
  return other === null ? null : value - other;
}

export const holds = ({ atLeast, atMost }: Claim, value: number): boolean => (atLeast == null || value >= atLeast) && (atMost == null || value <= atMost);
