// A deck while it is presented: its items one after the other, each as a lesson runs. A card and a work are lessons
// of one step, so that the card, the keys, the list and the notes are the same for all.
import { i18n } from "../i18n/index.svelte";
import { asFailure, ipc, type Act, type Deck, type DeckItem, type Lesson, type LocalText, type Modality, type WorkDetail } from "../ipc";
import { jobs } from "../ipc/job.svelte";
import { studio } from "../ipc/studio.svelte";
import { failedWith, nothing, type Outcome } from "../shared/act";
import { announcer } from "../shared/announcer.svelte";
import { both } from "../shared/deck.svelte";
import { homeOf } from "../shared/home";
import { hotkeys } from "../shared/hotkeys";
import { navigation } from "../shared/navigation.svelte";
import type { Experiment } from "./experiment.svelte";
import { present as english } from "./i18n/present.en";
import { present as chinese } from "./i18n/present.zh";
import { LessonRun, type Alone, type Doing, type Result, type Step } from "./lesson.svelte";
import { panelActs } from "./panels";
import { prepare, Stagehand } from "./perform";
import { wordsOf } from "./prompts";

/** What of an item is not on this computer. */
export type Lacks = keyof typeof i18n.t.present.missing;

export interface Part {
  item: DeckItem;
  title: LocalText;
  /** Null where it is there. */
  lacks: Lacks | null;
  make: () => LessonRun;
  /** Once it was in view. */
  run: LessonRun | null;
  experiment: Experiment | null;
}

export class DeckRun {
  at = $state(-1);
  /** What was left out on the way to the item in view. */
  skipped = $state.raw<readonly Part[]>([]);
  /** Where one came from. */
  #way = $state.raw<readonly number[]>([]);

  constructor(
    readonly deck: Deck,
    readonly parts: readonly Part[],
  ) {}

  readonly part: Part | null = $derived.by(() => this.parts[this.at] ?? null);
  /** The next item that is there. */
  readonly following: number | null = $derived(this.#after(this.at));
  readonly from: number | null = $derived(this.#way.at(-1) ?? null);
  readonly canBack: boolean = $derived(this.#way.length > 0);

  /** The first item that is there; null where none is. */
  begin(): LessonRun | null {
    const first = this.#after(-1);
    return first === null ? null : this.#show(first, 0);
  }

  /** The item in view rests, with what it shows. */
  leave(experiment: Experiment | null): void {
    if (this.part) this.part.experiment = experiment;
  }

  /** The panels of an item are there; what cannot be loaded says so in its step. */
  async ready(to: number): Promise<void> {
    const part = this.parts[to];
    if (part) await prepare((part.run ?? part.make()).lesson);
  }

  enter(to: number, back = false): LessonRun {
    const from = this.at;
    const run = this.#show(to, to > from ? from + 1 : to);
    this.#way = back ? this.#way.slice(0, -1) : [...this.#way, from];
    return run;
  }

  /** What went into the library on the way, and was not asked to stay there. */
  get passing(): string[] {
    return [...new Set(this.parts.flatMap(({ run }) => run?.passing ?? []))];
  }

  /** The step that the next item begins with, to get it ready. */
  get nextStep(): { step: Step; lesson: string } | null {
    const part = this.following === null ? null : this.parts[this.following];
    const run = part ? (part.run ?? part.make()) : null;
    return run && { step: run.step, lesson: run.lesson.id };
  }

  /** What was left out is told, never passed over. */
  tellSkipped(): void {
    if (this.skipped.length > 0) announcer.say(skippedWords(this.skipped));
  }

  #show(to: number, from: number): LessonRun {
    const part = this.parts[to] as Part;
    this.skipped = this.parts.slice(from, to).filter(({ lacks }) => lacks !== null);
    this.at = to;
    return (part.run ??= part.make());
  }

  #after(at: number): number | null {
    const next = this.parts.findIndex(({ lacks }, index) => index > at && lacks === null);
    return next < 0 ? null : next;
  }
}

export const skippedWords = (parts: readonly Part[]): string => {
  const t = i18n.t.present;
  return t.skipped(i18n.list(parts.map(({ title, lacks }) => t.skippedOne(i18n.local(title), lacks === null ? "" : t.missing[lacks]))));
};

/** Looks up every item of a deck, so that nobody is surprised in front of a room. */
export async function deckRun(deck: Deck, lesson: (id: string) => Lesson | null, show: (experiment: Experiment | null) => void): Promise<DeckRun> {
  const parts = await Promise.all(deck.items.map((item, at) => partOf(item, at, lesson, show)));
  return new DeckRun(deck, parts);
}

type Show = (experiment: Experiment | null) => void;

async function partOf(item: DeckItem, at: number, lesson: (id: string) => Lesson | null, show: Show): Promise<Part> {
  const rest = { item, run: null, experiment: null };
  const none = (title: LocalText, lacks: Lacks): Part => ({ ...rest, title, lacks, make: () => new LessonRun(aloneIn(at, title, title, opens("start")), noDoing) });
  switch (item.kind) {
    case "lesson": {
      const found = lesson(item.lesson);
      if (!found) return none(both(item.lesson), "lesson");
      return { ...rest, title: found.title, lacks: null, make: () => new LessonRun(found, new Stagehand(found, show)) };
    }
    case "act": {
      const says = { en: wordsOf(item.do, "en") ?? item.title.en, zh: wordsOf(item.do, "zh") ?? item.title.zh };
      const made = aloneIn(at, item.title, says, item.do);
      return { ...rest, title: item.title, lacks: null, make: () => new LessonRun(made, new Stagehand(made, show), null, alone("act", item.start)) };
    }
    case "card": {
      const card = await exampleCard(item.panel, item.card);
      if (!card) return none(both(item.card), "card");
      const made = aloneIn(at, card.topic, card.words, opens(item.panel));
      return { ...rest, title: card.topic, lacks: null, make: () => new LessonRun(made, doingOf(made, show, (stop) => runCard(item.panel, card.run, stop)), null, alone("card", item.start)) };
    }
    case "work": {
      const detail = await kept(item.work);
      if (!detail) return none(item.title, "work");
      const made = aloneIn(at, item.title, labelled(item.title, detail), opens(homeOf(detail) ?? "library"));
      return { ...rest, title: item.title, lacks: null, make: () => new LessonRun(made, { ...doingOf(made, show, () => showWork(item.work)), again: () => void showWork(item.work) }, null, alone("work", "run")) };
    }
  }
}

const alone = (kind: Alone["kind"], start: string | null | undefined): Alone => ({ kind, waits: start === "key" });

type Opens = Extract<Act, { act: "open" }>["place"];
const opens = (place: Opens): Act => ({ act: "open", place }) as Act;

/** The colour of a panel, by a topic that has it. */
const topics: Record<string, Lesson["topic"]> = { image: "craft", audio: "industry", video: "limits" };

/** A lesson of one step. */
function aloneIn(at: number, title: LocalText, say: LocalText, act: Act): Lesson {
  const place = act.act === "open" ? act.place : (act.act.split(".")[0] ?? "");
  const step = { id: null, part: "run", say, picture: null, look: null, go: "click", predict: null, do: act, break: null, keep: null, compare: null };
  const rest = { schema: 1, minutes: 1, age: 6, mode: "led", needs: [], models: [], competences: [], words: [], goal: title, misconception: title, teacher: null, claim: null };
  return { ...rest, id: `deck-item-${at + 1}`, topic: topics[place] ?? "basics", title, steps: [step] } as unknown as Lesson;
}

const result = (outcome: Outcome): Result => ({ ...outcome, experiment: null, recorded: false });

const noDoing: Doing = { language: () => "en", perform: () => Promise.resolve(result(nothing)), recorded: () => Promise.resolve(result(nothing)), hasRecorded: () => Promise.resolve(false), again: () => undefined, go: () => undefined };

/** As a lesson is done with, but for what it does. */
function doingOf(lesson: Lesson, show: Show, does: (stop: AbortSignal) => Promise<Outcome>): Doing {
  const perform = async (_act: Act, stop: AbortSignal): Promise<Result> => {
    try {
      return result(await does(stop));
    } catch (thrown) {
      return result(failedWith(asFailure(thrown)));
    }
  };
  return { ...new Stagehand(lesson, show), perform, hasRecorded: () => Promise.resolve(false) };
}

async function exampleCard(panel: Modality, id: string) {
  try {
    return (await panelActs[panel]()).cards.find((card) => card.id === id) ?? null;
  } catch {
    return null;
  }
}

async function kept(id: string): Promise<WorkDetail | null> {
  try {
    const detail = await ipc.openWork(id);
    return detail.work.removedAt === null && detail.work.problem === null ? detail : null;
  } catch {
    return null;
  }
}

/** When it was made, and by what. */
function labelled(title: LocalText, { work }: WorkDetail): LocalText {
  const date = i18n.date(work.createdAt);
  return { en: english.workSays(title.en, date), zh: chinese.workSays(title.zh, date) };
}

/** In its panel, which has the stage for itself. */
async function showWork(id: string): Promise<Outcome> {
  const detail = await ipc.openWork(id);
  const home = homeOf(detail);
  if (home !== null) studio.handover = detail;
  navigation.lead(home ?? "library");
  return nothing;
}

const WAIT_MS = 60;
/** An example may have to wait for its panel. */
const MOST_WAITS = 50;

/** Runs an example of a panel, until nothing is at work there. */
async function runCard(panel: Modality, run: () => void, stop: AbortSignal): Promise<Outcome> {
  const pause = () => new Promise((resolve) => setTimeout(resolve, WAIT_MS));
  run();
  navigation.led = true;
  for (let waits = 0; waits < MOST_WAITS && !jobs.runsIn(panel) && !stop.aborted; waits += 1) await pause();
  while (jobs.runsIn(panel) && !stop.aborted) await pause();
  if (stop.aborted) hotkeys.place.stop?.();
  return stop.aborted ? { ...nothing, phase: "stopped" } : nothing;
}
