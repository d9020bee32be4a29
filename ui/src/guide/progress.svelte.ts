// What is kept of lessons over a restart: which are done, what was predicted, what came out.
import { isRecord, keeping } from "../shared/keeping.svelte";
import type { LessonRun, Result } from "./lesson.svelte";

export interface Done {
  done: boolean;
  /** Choices by step. */
  predictions: Record<number, number>;
  /** The beginnings of what came out, by step. */
  texts: Record<number, string>;
  reflections: Record<number, string>;
  /** The number of the claim; null where it was not measured. */
  number: number | null;
  /** It was measured elsewhere. */
  recorded: boolean;
}

/** Of what came out. */
const MOST_LETTERS = 400;
/** Of a reflection. */
export const MOST_REFLECTED = 1000;

const few = (words: string, most: number) => [...words].slice(0, most).join("");

class Progress {
  lessons = $state.raw<Readonly<Record<string, Done>>>({});

  of(id: string): Done | null {
    return this.lessons[id] ?? null;
  }

  /** Takes over what came of a run; one that was done stays done. */
  note(run: LessonRun, done: boolean): void {
    const { id, claim, steps } = run.lesson;
    const before = this.of(id);
    const texts = Object.fromEntries(Object.entries(run.results).map(([at, { texts }]) => [at, few(texts.join("\n\n"), MOST_LETTERS)]));
    const measured: Result | undefined = claim ? run.results[steps.findIndex((step) => step.id === claim.step)] : undefined;
    this.lessons = {
      ...this.lessons,
      [id]: {
        done: done || (before?.done ?? false),
        predictions: { ...before?.predictions, ...run.predictions },
        texts: { ...before?.texts, ...texts },
        reflections: { ...before?.reflections, ...run.reflections },
        number: run.number ?? before?.number ?? null,
        recorded: measured?.recorded ?? before?.recorded ?? false,
      },
    };
  }

  forget(id: string): void {
    this.lessons = Object.fromEntries(Object.entries(this.lessons).filter(([one]) => one !== id));
  }

  snapshot(): unknown {
    return { lessons: this.lessons };
  }

  restore({ lessons }: Record<string, unknown>): void {
    if (!isRecord(lessons)) return;
    this.lessons = Object.fromEntries(Object.entries(lessons).flatMap(([id, kept]) => (isRecord(kept) ? [[id, read(kept)]] : [])));
  }
}

function read({ done, predictions, texts, reflections, number, recorded }: Record<string, unknown>): Done {
  const members = <T>(kept: unknown, is: (value: unknown) => value is T): Record<number, T> =>
    isRecord(kept) ? (Object.fromEntries(Object.entries(kept).filter(([, value]) => is(value))) as Record<number, T>) : {};
  const isText = (value: unknown): value is string => typeof value === "string";
  const isNumber = (value: unknown): value is number => typeof value === "number" && Number.isFinite(value);
  return { done: done === true, predictions: members(predictions, isNumber), texts: members(texts, isText), reflections: members(reflections, isText), number: isNumber(number) ? number : null, recorded: recorded === true };
}

export const progress = new Progress();
keeping.keep("guide", progress);
