// The guide: which lessons there are, which one is open, which one runs. What a lesson is run with is loaded when
// one is begun.
import { untrack } from "svelte";
import { i18n } from "../i18n/index.svelte";
import { asFailure, ipc, type Failure, type Lesson, type LessonListing } from "../ipc";
import { deleted } from "../ipc/deleted.svelte";
import { jobs } from "../ipc/job.svelte";
import { announcer } from "../shared/announcer.svelte";
import { keeping } from "../shared/keeping.svelte";
import { layout } from "../shared/layout.svelte";
import { navigation, type Place } from "../shared/navigation.svelte";
import { toasts } from "../shared/toast.svelte";
import { undoOffer } from "../shared/undo.svelte";
import { wordFor } from "./anchors";
import { attempts, leftAt, type Attempt } from "./attempts.svelte";
import { checkingUp } from "./checkup.svelte";
import type { Writing } from "./editor/writing.svelte";
import type { Experiment } from "./experiment.svelte";
import { glossary } from "./glossary.svelte";
import type { LessonRun } from "./lesson.svelte";
import { progress } from "./progress.svelte";

/** A page of Start beside those of lessons. */
type Page = "checkup" | "glossary" | "handIns";

class Guide {
  /** Null until they are known. */
  lessons = $state.raw<readonly LessonListing[] | null>(null);
  failure = $state.raw<Failure | null>(null);
  /** The lesson whose page stands in Start. */
  opened = $state<string | null>(null);
  /** The one that stands above all others there. */
  page = $state<Page | null>(null);
  /** Where somebody was who asked for a word, to go back to. */
  from: Place | null = null;
  /** The one that is being run. */
  run = $state.raw<LessonRun | null>(null);
  experiment = $state.raw<Experiment | null>(null);
  /** The lesson that is being written; its editor has Start, unless it stands aside. */
  writing = $state.raw<Writing | null>(null);
  /** The one that runs is only tried: nothing of it is noted. */
  #trial = false;
  /** One is being got ready. */
  beginning = $state(false);
  #offersBack: () => void = () => undefined;
  #notes: () => void = () => undefined;

  readonly known: readonly Lesson[] = $derived((this.lessons ?? []).map(({ lesson }) => lesson).filter((lesson) => lesson !== null));

  async load(): Promise<void> {
    try {
      const lessons = await ipc.lessons();
      for (const { lesson } of lessons) if (lesson) attempts.of(lesson.id);
      this.lessons = lessons;
      this.failure = null;
    } catch (thrown) {
      this.failure = asFailure(thrown);
    }
  }

  /** What tells one version of a lesson from another; empty where there is none. */
  digest(id: string): string {
    return (this.lessons ?? []).find(({ lesson }) => lesson?.id === id)?.digest ?? "";
  }

  lesson(id: string | null): Lesson | null {
    return this.known.find((lesson) => lesson.id === id) ?? null;
  }

  /** In Start, from wherever one is. */
  show(page: Page): void {
    this.from = navigation.place === "start" ? null : navigation.place;
    this.page = page;
    navigation.lead("start");
  }

  /** What stood below it is in view again, or the place where somebody was. */
  closePage(): boolean {
    const { page, from } = this;
    Object.assign(this, { page: null, from: null });
    if (from !== null) navigation.go(from);
    return page !== null;
  }

  /** The word for what has the focus, or for the place in view. */
  explain(target: EventTarget | null): void {
    if (this.page === "glossary" && navigation.place === "start") return;
    glossary.wanted = wordFor(target, navigation.place);
    this.show("glossary");
  }

  /** Takes the stage to the room: Start, or a lesson. */
  async present(lesson: Lesson | null): Promise<void> {
    if (lesson) await this.begin(lesson);
    if (lesson && !this.run) return;
    layout.present(true);
    announcer.say(i18n.t.stage.presenting);
  }

  /** Takes the desks and begins with the first step, or goes on where an attempt was left. What is at work somewhere
   * is not disturbed. A trial of what is being written leaves no trace. */
  async begin(lesson: Lesson, { attempt = null, from = 0, trial = false }: { attempt?: Attempt | null; from?: number; trial?: boolean } = {}): Promise<void> {
    if (this.run || this.beginning) return;
    if (checkingUp.running) return toasts.tell({ place: "start", message: i18n.t.before.waitsForCheckup });
    const job = jobs.running.find(({ place }) => place !== null);
    if (job?.place) return toasts.tell({ place: job.place, message: i18n.t.guide.waitsFor(i18n.t.places[job.place]) });
    this.beginning = true;
    try {
      const [{ LessonRun }, { Stagehand, prepare }] = await Promise.all([import("./lesson.svelte"), import("./perform")]);
      await prepare(lesson);
      await keeping.filled();
      const left = attempt && leftAt(attempt);
      const stagehand = new Stagehand(lesson, (experiment) => (this.experiment = experiment));
      const run = new LessonRun(lesson, stagehand, left);
      if (from > 0) run.at = from;
      this.#trial = trial;
      this.#take(run);
      if (this.run && left) stagehand.recall(this.run);
    } catch (thrown) {
      this.failure = asFailure(thrown);
    } finally {
      this.beginning = false;
    }
  }

  #take(run: LessonRun): void {
    this.#offersBack = undoOffer.hold();
    toasts.dismiss();
    keeping.lend();
    // The room looks at what comes out; what was asked stands above it in one line.
    layout.compose = false;
    this.experiment = null;
    this.opened = run.lesson.id;
    this.page = null;
    this.run = run;
    this.#note(run);
    announcer.say(i18n.t.guide.begun(i18n.local(run.lesson.title)));
    void (run.resumed ? run.goOn() : run.enter());
  }

  /** From now on what comes of a run is kept at once: the window may be killed. */
  #note(run: LessonRun): void {
    if (this.#trial) return;
    const { id } = run.lesson;
    const [kept, digest] = [attempts.of(id), this.digest(id)];
    kept.take();
    this.#notes();
    this.#notes = $effect.root(() => {
      $effect(() => {
        void [run.at, run.predictions, run.results, run.reflections, run.tries];
        untrack(() => kept.note(run, digest));
      });
    });
  }

  /** The last step is done: the page of the lesson tells what came out. */
  async finish(): Promise<void> {
    const { run } = this;
    if (!run) return;
    // Who saw nothing come out has not done it.
    this.#keep(run, Object.keys(run.results).length > 0 || !run.lesson.steps.some((step) => step.do));
    await run.end();
    if (!this.#trial) attempts.of(run.lesson.id).finish();
    this.#close();
    announcer.say(i18n.t.guide.finished(i18n.local(run.lesson.title)));
  }

  /** In the middle of it. The way back is offered. */
  async leave(): Promise<void> {
    const { run } = this;
    if (!run) return;
    const { experiment } = this;
    this.#keep(run, false);
    await run.end();
    const again = this.#close();
    // The editor is where it was.
    if (this.#trial) return;
    undoOffer.offer(() => i18n.t.guide.left(i18n.local(run.lesson.title)), () => this.#return(run, experiment, again), { place: "start", focus: toCard });
  }

  #keep(run: LessonRun, isDone: boolean): void {
    if (this.#trial) return;
    progress.note(run, isDone);
    attempts.of(run.lesson.id).note(run, this.digest(run.lesson.id));
  }

  #return(run: LessonRun, experiment: Experiment | null, again: () => void): void {
    if (this.run) return;
    again();
    this.#offersBack = undoOffer.hold();
    Object.assign(this, { run, experiment, opened: run.lesson.id });
    this.#note(run);
    navigation.lead(placeOf(run));
    announcer.say(i18n.t.guide.begun(i18n.local(run.lesson.title)));
  }

  /** Gives the desks back, and shows the page of the lesson. */
  #close(): () => void {
    this.#notes();
    this.#notes = () => undefined;
    void putAway(this.run?.passing ?? []);
    const again = keeping.giveBack();
    // What could be taken back before the lesson still can.
    this.#offersBack();
    this.run = null;
    this.experiment = null;
    navigation.go("start");
    return again;
  }
}

/** Where the step in view is shown. */
function placeOf(run: LessonRun): Place {
  const act = run.step.do?.act ?? "";
  const panel = act.split(".")[0];
  return panel === "text" || panel === "image" || panel === "audio" || panel === "video" ? panel : "start";
}

/** What a lesson showed and nobody asked to keep: not among what people made, and not lost either. */
async function putAway(works: string[]): Promise<void> {
  if (works.length === 0) return;
  try {
    await ipc.removeWorks(works);
    deleted.bin(works);
  } catch {
    // One that is gone keeps no other; what else is wrong with the library is told elsewhere.
    if (works.length > 1) await Promise.all(works.map((work) => putAway([work])));
  }
}

function toCard(): void {
  setTimeout(() => document.querySelector<HTMLElement>('[data-testid="step-next"]')?.focus(), 60);
}

export const guide = new Guide();
