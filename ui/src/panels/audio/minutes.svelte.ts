// The minutes of a meeting as the window sees them: first the transcript, then notes, then minutes.
import { asFailure, ipc } from "../../ipc";
import type { Failure, MinutesJobEvent, MinutesSource, MinutesStats } from "../../ipc";
import { studio } from "../../ipc/studio.svelte";
import type { Listening } from "./listen.svelte";
import { type EndPhase, Run, type RunPhase } from "./run.svelte";

export type MinutesPhase = RunPhase | "listening" | "notes" | "minutes";

export class Minutes extends Run<"listening" | "notes" | "minutes"> {
  /** Which piece of the transcript is summed up, counted from 1. */
  part = $state.raw<{ index: number; total: number } | null>(null);
  /** What was written of each step so far; the minutes themselves are the last. */
  notes = $state.raw<string[]>([]);
  text = $state("");
  stats = $state.raw<MinutesStats | null>(null);
  work = $state<string | null>(null);
  keepFailure = $state.raw<Failure | null>(null);
  saved = $state<string | null>(null);

  #listening: Listening;

  constructor(listening: Listening) {
    super();
    this.#listening = listening;
  }

  get canStart(): boolean {
    const { running, work, path, recording, segments, model } = this.#listening;
    if (this.running || running || recording !== null || studio.textModel === null) return false;
    return (work !== null && segments.length > 0) || (path !== null && model !== null);
  }

  /** Of the transcript in view, or of the recording that is chosen. */
  async start(): Promise<void> {
    if (!this.canStart) return;
    const listening = this.#listening;
    const { work, request, heardPath, path } = listening;
    let source: MinutesSource;
    // A transcript that is there is not made again.
    if (work !== null && listening.segments.length > 0 && (path === null || path === heardPath)) source = { kind: "transcript", work };
    else if (request !== null) source = { kind: "recording", request };
    else return;
    this.clear();
    this.begin();
    if (source.kind === "recording") listening.hears(source.request.path);
    await this.accept(() => ipc.startMinutes(source, (event) => this.receive(event)));
  }

  stop(): boolean {
    return this.cancel();
  }

  receive(event: MinutesJobEvent): void {
    if (!this.running) return;
    switch (event.kind) {
      case "queued":
      case "loading":
      case "failed":
        this.told(event);
        break;
      case "listening":
        this.enter("listening");
        this.#listening.receive(event.event);
        break;
      case "step":
        if (this.phase === "notes" && this.text !== "") this.notes = [...this.notes, this.text];
        this.text = "";
        this.progress = null;
        this.part = { index: event.index + 1, total: event.total };
        this.enter(event.step);
        break;
      case "prompt":
        this.progress = { done: event.done, total: event.total, secondsLeft: null };
        break;
      case "text":
        this.progress = null;
        this.text += event.text;
        break;
      case "done":
        this.text = event.minutes;
        this.stats = event.stats;
        this.work = event.work;
        this.keepFailure = event.keepFailure;
        this.end("done");
        break;
    }
  }

  async save(): Promise<void> {
    if (this.work === null) return;
    try {
      const path = await ipc.chooseExport("minutes.md");
      if (path === null) return;
      await ipc.exportWork(this.work, path);
      this.saved = path;
    } catch (thrown) {
      this.failure = asFailure(thrown);
    }
  }

  clear(): void {
    this.phase = "idle";
    this.part = null;
    this.progress = null;
    this.notes = [];
    this.text = "";
    this.stats = null;
    this.work = null;
    this.failure = null;
    this.keepFailure = null;
    this.saved = null;
  }

  protected override ended(phase: EndPhase): void {
    // Where it ended while it listened, the listening has ended too.
    if (this.#listening.running) this.#listening.giveUp(phase === "failed" ? "failed" : "stopped");
  }
}
