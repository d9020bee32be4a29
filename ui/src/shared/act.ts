// What a lesson does on a panel, and what came of it: the one way from the guide to the panels.
import type { Act, Failure, Language, LocalText } from "../ipc";
import type { EndPhase } from "../ipc/job.svelte";
import type { Setting } from "./deck.svelte";

/** What an act ended with. */
export interface Outcome {
  phase: EndPhase;
  /** What was written or said; of two lanes, both. */
  texts: readonly string[];
  /** The address of a picture. */
  picture: string | null;
  /** That was used, where the act named none. */
  seed?: number | null;
  failure: Failure | null;
  /** Ids in the library. */
  works: readonly string[];
  /** Makes the same once more, for the library; null where it is kept already, or cannot be. */
  keep: (() => Promise<Outcome>) | null;
}

/** Does it in its own place, and resolves at the end of the job, whatever that is. It never rejects. */
export type Doing<G> = (given: G, language: Language, stop: AbortSignal) => Promise<Outcome>;

export type Acts = { [A in Act["act"]]?: Doing<Extract<Act, { act: A }>> };

/** An example card of a panel, as it stands among those of a place of life. */
export interface PlaceCard {
  id: string;
  at: readonly Setting[];
  topic: LocalText;
  words: LocalText;
  pictures: readonly string[];
  run: () => void;
}

/** What the guide knows of a panel. */
export interface PanelActs {
  acts: Acts;
  cards: readonly PlaceCard[];
  /** Runs one example at once. */
  begin: () => void;
  /** The way back, for what somebody did: from a job that ended, or what was looked at, to the act that does it again.
   * `partly`: the rest of it is on its way; null: no act does this. */
  record?: (did: object) => Act | "partly" | null;
  /** What it can do, to be seen by a room while nobody is there: with seeds, one after the other. */
  shows?: readonly Act[];
  /** Brings forward what a part of the panel (`data-anchor`) lies in. */
  reveal?: (anchor: string) => void;
}

/** A job as an act waits for it. */
interface Waited {
  readonly phase: string;
  readonly failure: Failure | null;
  readonly works: readonly string[];
  finished: Promise<void>;
  stop: () => boolean;
}

export const nothing: Outcome = { phase: "done", texts: [], picture: null, failure: null, works: [], keep: null };

export const failedWith = (failure: Failure): Outcome => ({ ...nothing, phase: "failed", failure });

/** Waits for all of the jobs, and stops them where that is asked for. */
export async function ended(jobs: readonly Waited[], stop: AbortSignal, came: () => Partial<Outcome>): Promise<Outcome> {
  const halt = () => jobs.forEach((job) => job.stop());
  if (stop.aborted) halt();
  stop.addEventListener("abort", halt, { once: true });
  await Promise.all(jobs.map((job) => job.finished));
  stop.removeEventListener("abort", halt);
  const failed = jobs.find((job) => job.phase === "failed");
  const works = jobs.flatMap((job) => job.works);
  if (failed) return { ...nothing, phase: "failed", failure: failed.failure, works };
  if (jobs.some((job) => job.phase !== "done")) return { ...nothing, ...came(), phase: "stopped", works, keep: null };
  return { ...nothing, works, ...came() };
}

/** There is no model that could do it. */
export const lacking: Outcome = failedWith({
  code: "modelNone",
  message: { en: "There is no model on this computer that can do this step.", zh: "这台电脑上没有能完成这一步的模型。" },
  nextStep: { en: "Add one in Models, or go on with the next step.", zh: "请在“模型”里添加一个，或继续下一步。" },
  detail: "",
});

/** Something else has the panel; nothing of it is disturbed. */
export const busy: Outcome = failedWith({
  code: "busy",
  message: { en: "This panel is at work on something else.", zh: "这个面板正忙着别的任务。" },
  nextStep: { en: "Stop it there, or wait until it is done, and try again.", zh: "请先在那里停下，或等它完成后重试。" },
  detail: "",
});

/** Words that somebody wrote, in the language that they are in; the other is a gap to be filled. */
export const inOwnLanguage = (words: string): LocalText => (/\p{Script=Han}/u.test(words) ? { en: "", zh: words } : { en: words, zh: "" });

export const inLanguage = (text: LocalText, language: Language) => text[language] || text.en;

/** The members that were given. */
export function given<T extends object>(all: { [K in keyof T]: T[K] | null | undefined }): Partial<T> {
  return Object.fromEntries(Object.entries(all).filter(([, value]) => value !== null && value !== undefined)) as Partial<T>;
}
