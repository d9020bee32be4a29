// The list of all that is presented: the items of the deck, and the steps of the lesson in view.
import { i18n } from "../i18n/index.svelte";
import { gist } from "../shared/gist";
import type { DeckRun, Part } from "./deckRun.svelte";
import type { Spot } from "./guide.svelte";
import type { LessonRun, StepState } from "./lesson.svelte";

export interface JumpRow extends Spot {
  label: string;
  part: string;
  /** A step of the item above it. */
  inner: boolean;
  now: boolean;
  state: StepState;
  /** Why nobody can go there; empty where one can. */
  lacks: string;
}

const MOST_LETTERS = 64;
const plain = (words: string) => gist(words.replaceAll("**", ""), MOST_LETTERS);

export function jumpRows(run: LessonRun, deck: DeckRun | null): JumpRow[] {
  if (!deck) return stepRows(run, null);
  return deck.parts.flatMap((part, at) => [itemRow(part, at, deck), ...(at === deck.at && !run.alone ? stepRows(run, at) : [])]);
}

function stepRows(run: LessonRun, item: number | null): JumpRow[] {
  const t = i18n.t.guide;
  return run.lesson.steps.map((step, at) => ({
    item,
    step: at,
    label: plain(i18n.local(step.say)),
    part: t.parts[step.part],
    inner: item !== null,
    now: at === run.at,
    state: run.stateOf(at),
    lacks: "",
  }));
}

function itemRow({ item, title, lacks, run }: Part, at: number, deck: DeckRun): JumpRow {
  const t = i18n.t.present;
  const state = run === null ? "ahead" : run.lesson.steps.every((_step, step) => run.stateOf(step) === "done" || (step === run.at && at !== deck.at)) ? "done" : "seen";
  return { item: at, step: null, label: plain(i18n.local(title)), part: t.kinds[item.kind], inner: false, now: at === deck.at && run?.alone != null, state, lacks: lacks === null ? "" : t.missing[lacks] };
}

/** A row by the number that somebody typed; null where there is none. */
export function rowOf(rows: readonly JumpRow[], digits: string): JumpRow | null {
  return rows[Number(digits) - 1] ?? null;
}
