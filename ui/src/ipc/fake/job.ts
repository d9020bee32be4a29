// A job of the scripted engine: what it tells, how it takes its time, how it ends.
import type { CheckVerdict, Failure } from "../bindings";
import type { JobEvent, WorkDetail } from "../index";
import type { failures } from "./world";

/** How the script behaves; the demo reads it from the address, tests set it. */
export interface Script {
  /** Milliseconds between two batches of tokens. */
  beat: number;
  loadMilliseconds: number;
  /** Fails instead of answering. */
  fail: keyof typeof failures | null;
  /** Writes this many tokens and then waits for the stop. */
  holdAfter: number | null;
  /** Answers are so many times as long. */
  long: number;
  noModels: boolean;
  /** There is neither loudspeaker nor microphone. */
  deaf: boolean;
  emptyLibrary: boolean;
  runtimeFailed: boolean;
  warning: boolean;
  /** Models that draw and enlarge are installed too. */
  pictures: boolean;
  /** How many models lie in a folder that is none itself. */
  deeper: number;
  /** What stood on the desks when the window was last closed. */
  desks: Record<string, string>;
  /** So many works of all kinds instead of a few texts. */
  works: number | null;
  /** There are decks already. */
  decks: boolean;
  /** How the check-up before a class ends. */
  checkup: CheckVerdict;
  /** The class pack of a stick: whole, with a changed file, none, or the one that the app runs from. */
  stick: "whole" | "tampered" | "none" | "own";
}

/** What plays jobs, as its parts see it. */
export interface FakeHost {
  readonly script: Script;
  works: WorkDetail[];
  start<P, M>(events: unknown, play: Play<P, M>): number;
}

/** What a job is played with. */
export interface FakeJob<P> {
  readonly id: number;
  tell(progress: P): void;
  /** Takes a moment, and ends the job where it was stopped meanwhile. */
  beat(): Promise<void>;
}

export interface Outcome<M> {
  made: M;
  works: string[];
}

export type Play<P, M> = (job: FakeJob<P>) => Promise<Outcome<M>>;

export const pause = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds));

/** The job's last event; a failure that is thrown fails it. */
export async function lastEvent<P, M>(job: FakeJob<P>, play: Play<P, M>): Promise<JobEvent<P, M>> {
  try {
    return { kind: "done", ...(await play(job)), keepFailure: null };
  } catch (thrown) {
    if (thrown instanceof Error) throw thrown;
    return { kind: "failed", failure: thrown as Failure };
  }
}
