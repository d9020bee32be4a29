// The guide: which lessons there are, which one is open, which one runs. What a lesson is run with is loaded when
// one is begun.
import { untrack } from "svelte";
import { i18n } from "../i18n/index.svelte";
import { asFailure, ipc, type Deck, type Failure, type Lesson, type LessonListing } from "../ipc";
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
import type { DeckRun } from "./deckRun.svelte";
import type { Writing } from "./editor/writing.svelte";
import type { Experiment } from "./experiment.svelte";
import { glossary } from "./glossary.svelte";
import type { LessonRun } from "./lesson.svelte";
import { progress } from "./progress.svelte";

/** A page of Start beside those of lessons. */
type Page = "checkup" | "glossary" | "handIns" | "deck" | "pack" | "kiosk";

/** A place in what is presented: an item of the deck, a step of the lesson. */
export interface Spot {
  item: number | null;
  step: number | null;
}

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
  /** What it is an item of. */
  deck = $state.raw<DeckRun | null>(null);
  /** The list of all steps is open on the stage. */
  jumping = $state(false);
  /** One is being got ready. */
  beginning = $state(false);
  #offersBack: () => void = () => undefined;
  #untrack: () => void = () => undefined;
  /** From one item of a deck to another. */
  #moving = false;

  readonly known: readonly Lesson[] = $derived((this.lessons ?? []).map(({ lesson }) => lesson).filter((lesson) => lesson !== null));

  /** Whether nothing comes after the step in view. */
  readonly isLast: boolean = $derived(this.run?.isLast === true && (this.deck?.following ?? null) === null);

  get canBack(): boolean {
    return this.run?.canBack === true || this.deck?.canBack === true;
  }

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
    await this.#prepare(async () => {
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
      announcer.say(i18n.t.guide.begun(i18n.local(lesson.title)));
    });
  }

  /** Takes a deck to the room, from its first item that is there. */
  async presentDeck(deck: Deck): Promise<void> {
    await this.#prepare(async () => {
      const t = i18n.t.present;
      const { deckRun } = await import("./deckRun.svelte");
      if (this.lessons === null) await this.load();
      const made = await deckRun(deck, (id) => this.lesson(id), (experiment) => (this.experiment = experiment));
      const run = made.begin();
      if (run === null) return toasts.tell({ place: "settings", message: deck.items.length === 0 ? t.emptyDeck : t.allMissing });
      await made.ready(made.at);
      await keeping.filled();
      this.deck = made;
      this.#trial = false;
      this.#take(run);
      layout.present(true);
      announcer.say(t.begun(i18n.local(deck.title)));
      made.tellSkipped();
    });
  }

  /** Once, and only where nothing else is at work. */
  async #prepare(begin: () => Promise<void>): Promise<void> {
    if (this.run || this.beginning) return;
    if (checkingUp.running) return toasts.tell({ place: "start", message: i18n.t.before.waitsForCheckup });
    const job = jobs.running.find(({ place }) => place !== null);
    if (job?.place) return toasts.tell({ place: job.place, message: i18n.t.guide.waitsFor(i18n.t.places[job.place]) });
    this.beginning = true;
    try {
      await begin();
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
    this.#track(run);
    void (run.resumed ? run.goOn() : run.enter());
  }

  /** From now on what comes of a run is kept at once: the window may be killed. */
  #track(run: LessonRun): void {
    this.#untrack();
    if (this.#trial || run.alone) return;
    const { id } = run.lesson;
    const [kept, digest] = [attempts.of(id), this.digest(id)];
    kept.take();
    this.#untrack = $effect.root(() => {
      $effect(() => {
        void [run.at, run.predictions, run.results, run.reflections, run.tries];
        untrack(() => kept.note(run, digest));
      });
    });
  }

  /** What Next does: to the next step, to the next item of a deck, or to the end. */
  onward(): boolean {
    const { run } = this;
    if (!run) return false;
    if (!run.isLast || run.runsFirst) return run.next();
    if (!run.canNext) return false;
    void this.finish();
    return true;
  }

  /** What Back does: the way that one came. */
  backward(): boolean {
    const { run, deck } = this;
    if (run?.back()) return true;
    const from = deck?.from ?? null;
    if (from === null) return false;
    void this.#toItem(from, true);
    return true;
  }

  /** To any item or step; Back returns. */
  jump({ item, step }: Spot): boolean {
    const { run, deck } = this;
    this.jumping = false;
    if (item !== null && deck && item !== deck.at) {
      if (deck.parts[item]?.lacks !== null) return false;
      void this.#toItem(item);
      return true;
    }
    return step !== null && run?.jump(step) === true;
  }

  async #toItem(to: number, back = false): Promise<void> {
    const { run, deck } = this;
    if (!run || !deck || this.#moving) return;
    this.#moving = true;
    try {
      this.#keep(run, run.isLast);
      deck.leave(this.experiment);
      await Promise.all([run.end(), deck.ready(to)]);
      if (run.isLast && !back) this.#finished(run);
      const next = deck.enter(to, back);
      this.experiment = deck.part?.experiment ?? null;
      this.run = next;
      this.#track(next);
      deck.tellSkipped();
      void next.enter();
    } finally {
      this.#moving = false;
    }
  }

  #keep(run: LessonRun, atEnd: boolean): void {
    // Who saw nothing come out has not done it.
    if (this.#trial || run.alone) return;
    progress.note(run, atEnd && (Object.keys(run.results).length > 0 || !run.lesson.steps.some((step) => step.do)));
    attempts.of(run.lesson.id).note(run, this.digest(run.lesson.id));
  }

  /** The attempt is whole. */
  #finished(run: LessonRun): void {
    if (!this.#trial && !run.alone) attempts.of(run.lesson.id).finish();
  }

  /** The last step is done: the next item of the deck comes, or the page of the lesson tells what came out. */
  async finish(): Promise<void> {
    const { run, deck } = this;
    if (!run) return;
    const following = deck?.following ?? null;
    if (following !== null) return this.#toItem(following);
    this.#keep(run, true);
    await run.end();
    this.#finished(run);
    this.#close();
    announcer.say(deck ? i18n.t.present.finished(i18n.local(deck.deck.title)) : i18n.t.guide.finished(i18n.local(run.lesson.title)));
  }

  /** In the middle of it. The way back is offered. */
  async leave(): Promise<void> {
    const { run, deck } = this;
    if (!run) return;
    const { experiment } = this;
    this.#keep(run, false);
    await run.end();
    const again = this.#close();
    // The editor is where it was.
    if (this.#trial) return;
    const left = () => (deck ? i18n.t.present.left(i18n.local(deck.deck.title)) : i18n.t.guide.left(i18n.local(run.lesson.title)));
    undoOffer.offer(left, () => this.#return(run, deck, experiment, again), { place: "start", focus: toCard });
  }

  #return(run: LessonRun, deck: DeckRun | null, experiment: Experiment | null, again: () => void): void {
    if (this.run) return;
    again();
    this.#offersBack = undoOffer.hold();
    Object.assign(this, { run, deck, experiment, opened: run.lesson.id });
    this.#track(run);
    navigation.lead(placeOf(run));
    announcer.say(deck ? i18n.t.present.begun(i18n.local(deck.deck.title)) : i18n.t.guide.begun(i18n.local(run.lesson.title)));
  }

  /** Gives the desks back, and shows the page of the lesson. */
  #close(): () => void {
    this.#untrack();
    this.#untrack = () => undefined;
    void putAway(this.deck?.passing ?? this.run?.passing ?? []);
    const again = keeping.giveBack();
    // What could be taken back before the lesson still can.
    this.#offersBack();
    if (this.deck) this.opened = null;
    Object.assign(this, { run: null, deck: null, experiment: null, jumping: false });
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
