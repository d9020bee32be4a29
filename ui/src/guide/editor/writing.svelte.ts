// A lesson while it is written: what stands in it, which step is in view, how it was before, what is wrong with it.
// Every change is kept a moment later, whole or not.
import { asFailure, ipc, type Act, type Failure, type FieldProblem, type Lesson, type LessonDraft } from "../../ipc";
import type { Step } from "../lesson.svelte";
import type { Aside, Did } from "./aside";
import * as draft from "./draft";

/** The lesson's own page, before its steps. */
export const HEAD = -1;
/** After the last change. */
const PAUSE_MS = 500;
/** What is typed into one field in one go is taken back in one go. */
const GO_MS = 1500;
const MOST_BACK = 200;

interface Moment {
  lesson: Lesson;
  at: number;
}

export class Writing {
  readonly id: string;
  lesson = $state.raw<Lesson>() as Lesson;
  /** HEAD, or a step. */
  at = $state(HEAD);
  problems = $state.raw<readonly FieldProblem[]>([]);
  kept = $state<"kept" | "keeping" | "failed">("kept");
  failure = $state.raw<Failure | null>(null);
  aside = $state.raw<Aside | null>(null);
  /** What was done while the editor stood aside, to be chosen from; null: nothing waits. */
  recorded = $state.raw<readonly Did[] | null>(null);
  #past = $state.raw<readonly Moment[]>([]);
  #future = $state.raw<readonly Moment[]>([]);
  #last: { place: string; when: number } | null = null;
  #first: Lesson;
  #saved: Lesson;
  #saving: Promise<void> = Promise.resolve();
  #timer: ReturnType<typeof setTimeout> | null = null;

  readonly step: Step | null = $derived(this.lesson.steps[this.at] ?? null);
  readonly canUndo = $derived(this.#past.length > 0);
  readonly canRedo = $derived(this.#future.length > 0);

  constructor(
    { id, lesson, problems }: LessonDraft,
    /** It was made a moment ago, and nobody has written in it. */
    readonly isNew: boolean,
    private readonly save: (id: string, lesson: Lesson) => Promise<LessonDraft> = ipc.saveLesson,
  ) {
    this.id = id;
    this.lesson = draft.named(lesson);
    this.problems = problems;
    this.#first = this.lesson;
    this.#saved = this.lesson;
  }

  /** Nobody has written anything in it. */
  get untouched(): boolean {
    return this.isNew && this.lesson === this.#first;
  }

  /** What is wrong at a place, or in it. */
  problemsAt(path: draft.Path, inside = false): FieldProblem[] {
    const place = draft.at(path);
    return this.problems.filter(({ field: one }) => one === place || (inside && one.startsWith(`${place}/`)));
  }

  /** Of the lesson's own page. */
  get headProblems(): FieldProblem[] {
    return this.problems.filter(({ field }) => !/^steps\/\d/.test(field));
  }

  /** Another value at a place; `typed` ones of one go are one change. */
  set(path: draft.Path, to: unknown, typed = false): void {
    const now = Date.now();
    const place = draft.at(path);
    const goesOn = typed && this.#last?.place === place && now - this.#last.when < GO_MS;
    this.change(draft.set(this.lesson, path, to), this.at, goesOn);
    this.#last = typed ? { place, when: now } : null;
  }

  change(lesson: Lesson, at = this.at, goesOn = false): void {
    if (lesson === this.lesson) return;
    if (!goesOn) this.#past = [...this.#past, { lesson: this.lesson, at: this.at }].slice(-MOST_BACK);
    this.#future = [];
    this.#last = null;
    this.#put({ lesson, at });
  }

  undo(): boolean {
    const before = this.#past.at(-1);
    if (!before) return false;
    this.#past = this.#past.slice(0, -1);
    this.#future = [...this.#future, { lesson: this.lesson, at: this.at }];
    this.#put(before);
    return true;
  }

  redo(): boolean {
    const after = this.#future.at(-1);
    if (!after) return false;
    this.#future = this.#future.slice(0, -1);
    this.#past = [...this.#past, { lesson: this.lesson, at: this.at }];
    this.#put(after);
    return true;
  }

  #put({ lesson, at }: Moment): void {
    this.lesson = lesson;
    this.at = Math.min(at, lesson.steps.length - 1);
    this.#last = null;
    this.kept = "keeping";
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.flush(), PAUSE_MS);
  }

  // steps

  add(part: Step["part"]): void {
    // Behind the one in view; behind all where none is.
    const place = this.at === HEAD ? this.lesson.steps.length : this.at + 1;
    this.change(draft.insert(this.lesson, place, draft.newStep(this.lesson, part, place)), place);
  }

  addRecorded(acts: readonly Act[]): void {
    const lesson = acts.reduce((all, act) => draft.insert(all, all.steps.length, draft.recordedStep(all, act)), this.#withoutBlank());
    this.change(lesson, acts.length > 0 ? lesson.steps.length - acts.length : this.at);
  }

  /** The one empty step that a new lesson begins with makes way. */
  #withoutBlank(): Lesson {
    const [only, ...others] = this.lesson.steps;
    const isBlank = only && others.length === 0 && JSON.stringify({ ...only, id: null }) === JSON.stringify({ ...draft.newStep(this.lesson, "run", 0), id: null });
    return isBlank ? { ...this.lesson, steps: [] } : this.lesson;
  }

  duplicate(place = this.at): void {
    this.change(draft.duplicate(this.lesson, place), place + 1);
  }

  remove(place = this.at): void {
    this.change(draft.without(this.lesson, place), Math.min(place, this.lesson.steps.length - 2));
  }

  /** `goesOn`: of one pull. */
  move(from: number, to: number, goesOn = false): void {
    const lesson = draft.move(this.lesson, from, to);
    if (lesson !== this.lesson) this.change(lesson, to, goesOn);
  }

  /** What the step does; what leads on follows where nobody chose otherwise. */
  setAct(act: Act | null): void {
    const { step } = this;
    if (!step) return;
    const waits = step.predict ? "answer" : act === null || act.act === "open" || step.break ? "click" : "done";
    const go = step.go === "answer" && step.predict ? step.go : waits;
    this.change(draft.set(this.lesson, ["steps", this.at], { ...step, do: act, go }));
  }

  setPredict(predict: Step["predict"]): void {
    const { step } = this;
    if (!step) return;
    const go = predict ? "answer" : step.do ? "done" : "click";
    this.change(draft.set(this.lesson, ["steps", this.at], { ...step, predict, go }));
  }

  /** Another part, with what makes it that part. What was written for another stays. */
  setPart(part: Step["part"]): void {
    const { step } = this;
    if (!step) return;
    const fresh = draft.newStep(this.lesson, part, this.at);
    const { predict, keep, compare } = fresh;
    const next: Step = { ...step, part, predict: step.predict ?? predict, break: step.break ?? fresh.break, keep: step.keep ?? keep, compare: step.compare ?? compare };
    const go = next.predict && !step.predict ? "answer" : step.go;
    this.change(draft.set(this.lesson, ["steps", this.at], { ...next, go, do: step.do ?? fresh.do }));
  }

  fillGaps(): void {
    this.change(draft.filled(this.lesson));
  }

  /** Resolves when all that was written is kept, or cannot be. */
  flush(): Promise<void> {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
    // One after the other, so that the last change is the one that stays.
    this.#saving = this.#saving.then(() => this.#save());
    return this.#saving;
  }

  async #save(): Promise<void> {
    const { lesson } = this;
    if (lesson === this.#saved) {
      if (this.kept === "keeping") this.kept = "kept";
      return;
    }
    this.kept = "keeping";
    try {
      const { problems } = await this.save(this.id, lesson);
      this.#saved = lesson;
      this.failure = null;
      this.problems = problems;
      if (this.lesson === lesson) this.kept = "kept";
    } catch (thrown) {
      this.failure = asFailure(thrown);
      this.kept = "failed";
    }
  }
}
