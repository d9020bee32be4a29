// What the presenter's notes show: all of it from here, in words, so that their window needs nothing else.
import { i18n } from "../i18n/index.svelte";
import type { NotesState } from "../ipc";
import type { DeckRun } from "./deckRun.svelte";
import { jumpRows } from "./jump";
import type { LessonRun } from "./lesson.svelte";

type Look = Pick<NotesState, "theme" | "textScale" | "black" | "timer" | "waits">;

const nothing = { title: "", deck: "", count: "", part: "", say: "", ask: "", choices: [], notes: "", questions: [], next: "", nextPart: "", rows: [], can: { back: false, next: false, again: false }, isLast: false };

export function notesState(run: LessonRun | null, deck: DeckRun | null, canBack: boolean, look: Look): NotesState {
  const { language } = i18n;
  if (run === null) return { ...nothing, language, ...look };
  const { step, lesson } = run;
  const t = i18n.t.guide;
  const comes = next(run, deck);
  return {
    language,
    ...look,
    title: i18n.local(lesson.title),
    deck: deck ? i18n.local(deck.deck.title) : "",
    count: countOf(run, deck),
    part: run.alone ? i18n.t.present.kinds[run.alone.kind] : t.parts[step.part],
    say: i18n.local(step.say),
    ask: asked(run),
    choices: (step.predict?.choices ?? []).map(({ text }, at) => ({ text: i18n.local(text), right: step.predict?.right === at, chosen: run.prediction === at })),
    notes: lesson.teacher?.notes ? i18n.local(lesson.teacher.notes) : "",
    questions: (lesson.teacher?.questions ?? []).map((question) => i18n.local(question)),
    next: comes.words,
    nextPart: comes.part,
    rows: jumpRows(run, deck).map(({ label, part, inner, now, state, lacks }) => ({ label: lacks === "" ? label : i18n.t.present.skippedOne(label, lacks), part, inner, now, state })),
    can: { back: canBack, next: run.canNext, again: step.do !== null && step.break === null && run.running === null && (step.predict === null || run.prediction !== null) },
    isLast: run.isLast && (deck?.following ?? null) === null,
  };
}

/** As the step card counts: the items of a deck, then the steps of a lesson. */
export function countOf(run: LessonRun, deck: DeckRun | null): string {
  const steps = i18n.t.guide.step(run.at + 1, run.lesson.steps.length);
  if (!deck) return steps;
  const items = i18n.t.present.itemOf(deck.at + 1, deck.parts.length);
  return run.alone ? items : `${items} · ${steps}`;
}

function asked({ step }: LessonRun): string {
  const ask = step.predict?.ask ?? step.break?.ask ?? step.keep?.ask;
  return ask ? i18n.local(ask) : "";
}

function next(run: LessonRun, deck: DeckRun | null): { words: string; part: string } {
  const t = i18n.t.present;
  if (run.runsFirst) return { words: t.runs, part: "" };
  const step = run.following === null ? undefined : run.lesson.steps[run.following];
  if (step) return { words: i18n.local(step.say), part: i18n.t.guide.parts[step.part] };
  const part = deck && deck.following !== null ? deck.parts[deck.following] : undefined;
  return part ? { words: i18n.local(part.title), part: t.kinds[part.item.kind] } : { words: "", part: "" };
}
