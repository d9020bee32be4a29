// The minutes of a meeting as the window sees them: first the transcript, then notes, then minutes.
import { i18n } from "../../i18n/index.svelte";
import { ipc } from "../../ipc";
import type { JobEvent, MinutesMade, MinutesProgress, MinutesSource, ModelSummary, Segment, TranscriptionProgress, TranscriptionRecipe, TranscriptionRequest } from "../../ipc";
import { type EndPhase, Job } from "../../ipc/job.svelte";
import { studio } from "../../ipc/studio.svelte";
import { Exporting, fileName } from "../../shared/form/exporting.svelte";

/** What minutes are made of: a transcript in view, or a recording that becomes one. */
export interface Listening {
  readonly running: boolean;
  readonly work: string | null;
  readonly path: string | null;
  readonly recording: object | null;
  readonly segments: readonly Segment[];
  readonly model: ModelSummary | null;
  readonly request: TranscriptionRequest | null;
  readonly heardPath: string | null;
  /** Shows what becomes of a recording that is written down for its minutes. */
  follow(path: string): void;
  receive(event: JobEvent<TranscriptionProgress, TranscriptionRecipe>): void;
  giveUp(phase: "stopped" | "failed"): void;
}

export class Minutes extends Job<MinutesProgress, MinutesMade, "listening" | "notes" | "minutes"> {
  readonly place = "audio";
  /** Which piece of the transcript is summed up, counted from 1. */
  part = $state.raw<{ index: number; total: number } | null>(null);
  /** What was written of each step so far. */
  notes = $state.raw<string[]>([]);
  readonly exporting = new Exporting();
  #text = $state("");
  readonly text = $derived(this.made?.text ?? this.#text);
  readonly stats = $derived(this.made?.recipe.stats ?? null);

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
    if (source.kind === "recording") listening.follow(source.request.path);
    await this.run((listen) => ipc.startMinutes({ source, listener: null, writer: null }, listen));
  }

  protected override onProgress(progress: MinutesProgress): void {
    switch (progress.kind) {
      case "listening":
        this.enter("listening");
        this.#listening.receive(progress.event);
        break;
      case "step":
        if (this.phase === "notes" && this.#text !== "") this.notes = [...this.notes, this.#text];
        this.#text = "";
        this.progress = null;
        this.part = { index: progress.index + 1, total: progress.total };
        this.enter(progress.step);
        break;
      case "prompt":
        this.progress = { done: progress.done, total: progress.total, secondsLeft: null };
        break;
      case "text":
        this.progress = null;
        this.#text += progress.text;
        break;
    }
  }

  async save(): Promise<void> {
    const { work } = this;
    if (work !== null) await this.exporting.save(fileName(i18n.t.listen.minutes, "md", i18n.t.listen.minutes), (path) => ipc.exportWork(work, path));
  }

  override clear(): void {
    super.clear();
    this.part = null;
    this.notes = [];
    this.#text = "";
    this.exporting.clear();
  }

  protected override onEnd(phase: EndPhase): void {
    // Where it ended while it listened, the listening has ended too.
    if (this.#listening.running) this.#listening.giveUp(phase === "failed" ? "failed" : "stopped");
  }
}
