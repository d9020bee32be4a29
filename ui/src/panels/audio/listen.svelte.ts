// One recording being written down as the window sees it. Markup reads it and calls start(),
// stop() and save(); nothing else.
import { asFailure, ipc } from "../../ipc";
import type { Failure, LanguageGuess, Segment, TranscriptionJobEvent, TranscriptionStats } from "../../ipc";
import { loadingProgress, type Progress } from "../../ipc/job.svelte";
import { studio } from "../../ipc/studio.svelte";

export type ListenPhase =
  | "idle"
  | "loading" // the model's weights are being read
  | "queued" // another job runs first
  | "listening"
  | "stopping"
  | "done"
  | "stopped" // by the person; what was written stays
  | "failed";

export type Script = "asWritten" | "simplified" | "traditional";
export const formats = ["txt", "srt", "vtt", "json"] as const;
export type Format = (typeof formats)[number];

const CANCELLED = "cancelled";
const endPhases: readonly ListenPhase[] = ["idle", "done", "stopped", "failed"];

/** Whisper's languages that the list names; it hears others when none is chosen. */
export const languages = ["en", "zh", "de", "es", "fr", "it", "ja", "ko", "pt", "ru"] as const;

export class Listening {
  // What is asked.
  path = $state<string | null>(null);
  language = $state<"" | (typeof languages)[number]>("");
  translate = $state(false);
  script = $state<Script>("asWritten");
  /** Tint pieces by how sure the model was of them. */
  probabilities = $state(false);

  // What came of it.
  phase = $state<ListenPhase>("idle");
  segments = $state.raw<Segment[]>([]);
  /** What is being written, not final. */
  partial = $state<{ from: number; text: string } | null>(null);
  heard = $state.raw<{ code: string; probability: number; guesses: LanguageGuess[] } | null>(null);
  progress = $state.raw<Progress | null>(null);
  stats = $state.raw<TranscriptionStats | null>(null);
  work = $state<string | null>(null);
  failure = $state.raw<Failure | null>(null);
  /** The transcript is whole but was not kept. */
  keepFailure = $state.raw<Failure | null>(null);
  /** Where the last export went. */
  saved = $state<string | null>(null);

  readonly running = $derived(!endPhases.includes(this.phase));
  readonly model = $derived((studio.models ?? []).find((model) => model.skill === "transcription" && model.problem === null) ?? null);
  readonly canStart = $derived(this.path !== null && this.model !== null && !this.running);
  readonly file = $derived(this.path?.split(/[/\\]/).at(-1) ?? null);

  #id: number | null = null;
  #stopAsked = false;

  async choose(): Promise<void> {
    try {
      this.path = (await ipc.chooseSound()) ?? this.path;
    } catch (thrown) {
      this.failure = asFailure(thrown);
    }
  }

  /** Resolves when the job was accepted (not when it ends); every failure lands in `failure`. */
  async start(): Promise<void> {
    const { path, model } = this;
    if (path === null || model === null || this.running) return;
    this.clear();
    this.#stopAsked = false;
    this.phase = "queued";
    const request = {
      path,
      language: this.language === "" ? null : this.language,
      translate: this.translate,
      script: this.script === "asWritten" ? null : this.script,
    };
    try {
      const id = await ipc.startTranscription(model.id, request, (event) => this.receive(event));
      if (!this.running) return;
      this.#id = id;
      if (this.#stopAsked) await ipc.cancel(id);
    } catch (thrown) {
      this.#end("failed", asFailure(thrown));
    }
  }

  /** Stops as soon as the engine can; what was written stays. False where nothing runs. */
  stop(): boolean {
    if (!this.running || this.#stopAsked) return this.running;
    this.#stopAsked = true;
    this.phase = "stopping";
    if (this.#id !== null) ipc.cancel(this.#id).catch((thrown: unknown) => this.#end("failed", asFailure(thrown)));
    return true;
  }

  receive(event: TranscriptionJobEvent): void {
    if (!this.running) return;
    switch (event.kind) {
      case "queued":
        this.#enter("queued");
        break;
      case "loading":
        this.#enter("loading");
        this.progress = loadingProgress(event.seconds, event.expectedSeconds);
        break;
      case "language":
        this.#enter("listening");
        this.progress = null;
        this.heard = { code: event.code, probability: event.probability ?? 0, guesses: event.guesses };
        break;
      case "partial":
        this.#enter("listening");
        this.partial = { from: event.from ?? 0, text: event.text };
        break;
      case "segment":
        this.segments = [...this.segments, event.segment];
        this.partial = null;
        break;
      case "progress":
        this.#enter("listening");
        this.progress = { done: event.done ?? 0, total: event.total, secondsLeft: null };
        break;
      case "done":
        this.stats = event.stats;
        this.work = event.work;
        this.keepFailure = event.keepFailure;
        this.#end("done");
        break;
      case "failed":
        if (event.failure.code === CANCELLED) this.#end("stopped");
        else this.#end("failed", event.failure);
        break;
    }
  }

  /** Writes the kept transcript to a file that the person chooses. */
  async save(format: Format): Promise<void> {
    if (this.work === null) return;
    try {
      const stem = (this.file ?? "transcript").replace(/\.[^.]+$/, "");
      const path = await ipc.chooseExport(`${stem}.${format}`);
      if (path === null) return;
      await ipc.exportTranscript(this.work, path);
      this.saved = path;
    } catch (thrown) {
      this.failure = asFailure(thrown);
    }
  }

  clear(): void {
    this.segments = [];
    this.partial = null;
    this.heard = null;
    this.progress = null;
    this.stats = null;
    this.work = null;
    this.failure = null;
    this.keepFailure = null;
    this.saved = null;
    this.#id = null;
  }

  /** A stop that is on its way keeps its name, whatever still arrives. */
  #enter(phase: ListenPhase): void {
    if (this.phase !== "stopping") this.phase = phase;
  }

  #end(phase: "done" | "stopped" | "failed", failure: Failure | null = null): void {
    if (!this.running) return;
    this.phase = phase;
    this.failure = failure;
    this.partial = null;
    this.progress = null;
    this.#id = null;
  }
}

/** Kept while the person looks at other places. */
export const listening = new Listening();

/** `1:02:03`, `2:03` */
export function clock(seconds: number): string {
  const whole = Math.max(0, Math.floor(seconds));
  const [hours, minutes, rest] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60, whole % 60];
  const two = (value: number) => String(value).padStart(2, "0");
  return hours > 0 ? `${hours}:${two(minutes)}:${two(rest)}` : `${minutes}:${two(rest)}`;
}
