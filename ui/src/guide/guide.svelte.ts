// The guide: which lessons there are, which one is open, which one runs. What a lesson is run with is loaded when
// one is begun.
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
import { checkingUp } from "./checkup.svelte";
import type { Experiment } from "./experiment.svelte";
import { glossary } from "./glossary.svelte";
import type { LessonRun } from "./lesson.svelte";
import { progress } from "./progress.svelte";

/** A page of Start beside those of lessons. */
type Page = "checkup" | "glossary" | "kiosk";

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
  /** One is being got ready. */
  beginning = $state(false);
  #offersBack: () => void = () => undefined;

  readonly known: readonly Lesson[] = $derived((this.lessons ?? []).map(({ lesson }) => lesson).filter((lesson) => lesson !== null));

  async load(): Promise<void> {
    try {
      this.lessons = await ipc.lessons();
      this.failure = null;
    } catch (thrown) {
      this.failure = asFailure(thrown);
    }
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

  /** Takes the desks and begins with the first step. What is at work somewhere is not disturbed. */
  async begin(lesson: Lesson): Promise<void> {
    if (this.run || this.beginning) return;
    if (checkingUp.running) return toasts.tell({ place: "start", message: i18n.t.before.waitsForCheckup });
    const job = jobs.running.find(({ place }) => place !== null);
    if (job?.place) return toasts.tell({ place: job.place, message: i18n.t.guide.waitsFor(i18n.t.places[job.place]) });
    this.beginning = true;
    try {
      const [{ LessonRun }, { Stagehand, prepare }] = await Promise.all([import("./lesson.svelte"), import("./perform")]);
      await prepare(lesson);
      await keeping.filled();
      this.#take(new LessonRun(lesson, new Stagehand(lesson, (experiment) => (this.experiment = experiment))));
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
    announcer.say(i18n.t.guide.begun(i18n.local(run.lesson.title)));
    void run.enter();
  }

  /** The last step is done: the page of the lesson tells what came out. */
  async finish(): Promise<void> {
    const { run } = this;
    if (!run) return;
    // Who saw nothing come out has not done it.
    progress.note(run, Object.keys(run.results).length > 0 || !run.lesson.steps.some((step) => step.do));
    await run.end();
    this.#close();
    announcer.say(i18n.t.guide.finished(i18n.local(run.lesson.title)));
  }

  /** In the middle of it. The way back is offered. */
  async leave(): Promise<void> {
    const { run } = this;
    if (!run) return;
    const { experiment } = this;
    progress.note(run, false);
    await run.end();
    const again = this.#close();
    undoOffer.offer(() => i18n.t.guide.left(i18n.local(run.lesson.title)), () => this.#return(run, experiment, again), { place: "start", focus: toCard });
  }

  #return(run: LessonRun, experiment: Experiment | null, again: () => void): void {
    if (this.run) return;
    again();
    this.#offersBack = undoOffer.hold();
    Object.assign(this, { run, experiment, opened: run.lesson.id });
    navigation.lead(placeOf(run));
    announcer.say(i18n.t.guide.begun(i18n.local(run.lesson.title)));
  }

  /** Gives the desks back, and shows the page of the lesson. */
  #close(): () => void {
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
    // They stay, then: the library says elsewhere what is wrong with it.
  }
}

function toCard(): void {
  setTimeout(() => document.querySelector<HTMLElement>('[data-testid="step-next"]')?.focus(), 60);
}

export const guide = new Guide();
