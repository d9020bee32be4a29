// One recording being written down as the window sees it. Markup reads it and calls start(),
// stop() and save(); nothing else.
import { asFailure, ipc } from "../../ipc";
import type { Failure, LanguageGuess, RecorderEvent, Segment, TranscriptionJobEvent, TranscriptionRequest, TranscriptionStats } from "../../ipc";
import { player } from "../../ipc/player.svelte";
import { studio } from "../../ipc/studio.svelte";
import { base64 } from "../../shared/files";
import { Minutes } from "./minutes.svelte";
import { type EndPhase, Run, type RunPhase } from "./run.svelte";

export { clock } from "../../shared/clock";

export type ListenPhase = RunPhase | "listening";

export type Script = "asWritten" | "simplified" | "traditional";
export const formats = ["txt", "srt", "vtt", "json"] as const;
export type Format = (typeof formats)[number];

/** As much of a dropped file as is handed over at once, in bytes. */
const PART = 4 << 20;

/** Whisper's languages that the list names; it hears others when none is chosen. */
export const languages = ["en", "zh", "de", "es", "fr", "it", "ja", "ko", "pt", "ru"] as const;

export class Listening extends Run<"listening"> {
  // What is asked.
  path = $state<string | null>(null);
  language = $state<"" | (typeof languages)[number]>("");
  translate = $state(false);
  script = $state<Script>("asWritten");
  /** Tint pieces by how sure the model was of them. */
  probabilities = $state(false);

  // What came of it.
  segments = $state.raw<Segment[]>([]);
  /** What is being written, not final. */
  partial = $state<{ from: number; text: string } | null>(null);
  heard = $state.raw<{ code: string; probability: number; guesses: LanguageGuess[] } | null>(null);
  stats = $state.raw<TranscriptionStats | null>(null);
  work = $state<string | null>(null);
  /** The transcript is whole but was not kept. */
  keepFailure = $state.raw<Failure | null>(null);
  /** Where the last export went. */
  saved = $state<string | null>(null);
  /** The recording that the transcript is of. */
  heardPath = $state<string | null>(null);

  /** A dropped file on its way, in bytes. */
  bringing = $state.raw<{ done: number; total: number } | null>(null);

  // The microphone.
  recording = $state.raw<{ seconds: number; peak: number; rms: number } | null>(null);
  /** Where the last recording of the microphone lies. */
  recorded = $state<string | null>(null);
  readonly minutes = new Minutes(this);

  readonly model = $derived((studio.models ?? []).find((model) => model.skill === "transcription" && model.problem === null) ?? null);
  readonly busy = $derived(this.running || this.minutes.running || this.bringing !== null);
  readonly canStart = $derived(this.path !== null && this.model !== null && !this.busy && this.recording === null);
  readonly file = $derived(this.path?.split(/[/\\]/).at(-1) ?? null);

  readonly request = $derived.by((): TranscriptionRequest | null =>
    this.path === null
      ? null
      : {
          path: this.path,
          language: this.language === "" ? null : this.language,
          translate: this.translate,
          script: this.script === "asWritten" ? null : this.script,
        },
  );

  /** Begins to record, or ends it and takes the recording as the one to listen to. */
  async record(): Promise<void> {
    try {
      if (this.recording !== null) {
        await ipc.stopRecording();
        return;
      }
      this.failure = null;
      await player.pause();
      await ipc.startRecording((event) => this.#heard(event));
      this.recording = { seconds: 0, peak: 0, rms: 0 };
    } catch (thrown) {
      this.recording = null;
      this.failure = asFailure(thrown);
    }
  }

  #heard(event: RecorderEvent): void {
    if (event.kind === "level") {
      this.recording = event;
      return;
    }
    this.recording = null;
    if (event.kind === "failed") this.failure = event.failure;
    if (event.recording) this.path = this.recorded = event.recording.path;
  }

  /** Plays the recording from a line on. */
  hear(seconds: number): void {
    if (this.heardPath !== null) void player.hear({ kind: "file", path: this.heardPath }, seconds);
  }

  async choose(): Promise<void> {
    try {
      this.path = (await ipc.chooseSound()) ?? this.path;
    } catch (thrown) {
      this.failure = asFailure(thrown);
    }
  }

  /** Takes a file that was dropped: the page knows what is in it, not where it lies. */
  async bring(file: File): Promise<void> {
    if (this.busy) return;
    this.failure = null;
    this.bringing = { done: 0, total: file.size };
    try {
      let to: string | null = null;
      for (let done = 0; done < file.size || to === null; done += PART) {
        const end = Math.min(done + PART, file.size);
        const part = { name: file.name, base64: await base64(file.slice(done, end)), to, last: end >= file.size };
        to = await ipc.bringSound(part);
        // It was stopped.
        if (this.bringing === null) return;
        this.bringing = { done: end, total: file.size };
      }
      this.path = to;
    } catch (thrown) {
      this.failure = asFailure(thrown);
    } finally {
      this.bringing = null;
    }
  }

  /** Resolves when the job was accepted (not when it ends); every failure lands in `failure`. */
  async start(): Promise<void> {
    const { request, model } = this;
    if (request === null || model === null || !this.canStart) return;
    this.hears(request.path);
    this.minutes.clear();
    await this.accept(() => ipc.startTranscription(model.id, request, (event) => this.receive(event)));
  }

  /** A recording is about to be heard. */
  hears(path: string): void {
    this.clear();
    this.begin();
    this.heardPath = path;
  }

  /** The job was stopped or failed where this one is a part of it. */
  giveUp(phase: "stopped" | "failed"): void {
    this.end(phase);
  }

  /** Stops as soon as the engine can; what was written stays. False where nothing runs. */
  stop(): boolean {
    if (this.recording !== null) {
      void this.record();
      return true;
    }
    if (this.bringing !== null) {
      this.bringing = null;
      return true;
    }
    if (this.minutes.running) return this.minutes.stop();
    return this.cancel();
  }

  receive(event: TranscriptionJobEvent): void {
    if (!this.running) return;
    switch (event.kind) {
      case "queued":
      case "loading":
      case "failed":
        this.told(event);
        break;
      case "language":
        this.enter("listening");
        this.progress = null;
        this.heard = { code: event.code, probability: event.probability ?? 0, guesses: event.guesses };
        break;
      case "partial":
        this.enter("listening");
        this.partial = { from: event.from ?? 0, text: event.text };
        break;
      case "segment":
        this.segments = [...this.segments, event.segment];
        this.partial = null;
        break;
      case "progress":
        this.enter("listening");
        this.progress = { done: event.done ?? 0, total: event.total, secondsLeft: null };
        break;
      case "done":
        this.stats = event.stats;
        this.work = event.work;
        this.keepFailure = event.keepFailure;
        this.end("done");
        break;
    }
  }

  protected override ended(_phase: EndPhase): void {
    this.partial = null;
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
    this.heardPath = null;
  }
}

/** Kept while the person looks at other places. */
export const listening = new Listening();
