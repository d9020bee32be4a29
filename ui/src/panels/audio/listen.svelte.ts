// One recording being written down as the window sees it. Markup reads it and calls start(),
// stop() and save(); nothing else.
import { i18n } from "../../i18n/index.svelte";
import { asFailure, ipc } from "../../ipc";
import type { LanguageGuess, RecorderEvent, Segment, TranscriptionProgress, TranscriptionRecipe, TranscriptionRequest, WorkDetail } from "../../ipc";
import { Job } from "../../ipc/job.svelte";
import { player } from "../../ipc/player.svelte";
import { studio } from "../../ipc/studio.svelte";
import { base64 } from "../../shared/files";
import { Exporting, fileName } from "../../shared/form/exporting.svelte";
import { keeping, oneOf, openKept, takeOver } from "../../shared/keeping.svelte";
import { paces } from "../../shared/paces.svelte";
import type { ListenExample } from "./examples";
import { Minutes } from "./minutes.svelte";

export { clock } from "../../shared/clock";

export type Script = "simplified" | "traditional";
export const formats = ["txt", "srt", "vtt", "json"] as const;
export type Format = (typeof formats)[number];

/** As much of a dropped file as is handed over at once, in bytes. */
const PART = 4 << 20;

/** Whisper's languages that the list names; it hears others when none is chosen. */
export const languages = ["en", "zh", "de", "es", "fr", "it", "ja", "ko", "pt", "ru"] as const;

export class Listening extends Job<TranscriptionProgress, TranscriptionRecipe, "listening"> {
  readonly place = "audio";
  // What is asked.
  path = $state<string | null>(null);
  language = $state<"" | (typeof languages)[number]>("");
  translate = $state(false);
  script = $state<Script>("simplified");
  /** Tint pieces by how sure the model was of them. */
  probabilities = $state(false);

  // What came of it.
  /** What is being written, not final. */
  partial = $state<{ from: number; text: string } | null>(null);
  heard = $state.raw<{ code: string; probability: number; guesses: LanguageGuess[] } | null>(null);
  readonly exporting = new Exporting();
  /** What "Save" writes. */
  format = $state<Format>("txt");
  /** The recording that the transcript is of. */
  heardPath = $state<string | null>(null);
  /** What the recording of a transcript of the library was called; it is not in the library itself. */
  elsewhere = $state<string | null>(null);
  /** While it is written. */
  #segments = $state.raw<Segment[]>([]);
  readonly segments = $derived(this.made?.segments ?? this.#segments);
  readonly stats = $derived(this.made?.stats ?? null);

  /** Times real time. */
  override get pace(): number | null {
    return this.stats && this.stats.seconds > 0 ? this.stats.audioSeconds / this.stats.seconds : null;
  }

  /** A dropped file on its way, in bytes. */
  bringing = $state.raw<{ done: number; total: number } | null>(null);

  // The microphone.
  recording = $state.raw<{ seconds: number; peak: number; rms: number } | null>(null);
  /** Where the last recording of the microphone lies. */
  recorded = $state<string | null>(null);
  readonly minutes = new Minutes(this);

  readonly model = $derived((studio.models ?? []).find((model) => model.skill === "transcription" && model.problem === null) ?? null);
  readonly busy = $derived(this.running || this.minutes.running || this.bringing !== null);
  /** Whether there is anything on the stage. */
  readonly shows = $derived(this.phase !== "idle" || this.minutes.phase !== "idle");
  /** Seconds that a second of sound takes. */
  readonly perSecond = $derived(paces.of("listen", this.model?.id));
  readonly canStart = $derived(this.path !== null && this.model !== null && !this.busy && this.recording === null);
  readonly file = $derived(baseName(this.path) ?? this.elsewhere);

  readonly request = $derived.by((): TranscriptionRequest | null =>
    this.path === null
      ? null
      : {
          path: this.path,
          language: this.language === "" ? null : this.language,
          translate: this.translate,
          script: this.script,
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

  #take(path: string | null): void {
    this.path = path;
    if (this.elsewhere === null || baseName(path) !== this.elsewhere) return;
    this.heardPath = path;
    this.elsewhere = null;
  }

  async choose(): Promise<void> {
    try {
      this.#take((await ipc.chooseSound()) ?? this.path);
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
        to = await ipc.importSound(part);
        // It was stopped.
        if (this.bringing === null) return;
        this.bringing = { done: end, total: file.size };
      }
      this.#take(to);
    } catch (thrown) {
      this.failure = asFailure(thrown);
    } finally {
      this.bringing = null;
    }
  }

  /** The recording that is chosen, or one that is chosen now, heard for what a card wants. */
  async runExample({ language, translate, minutes }: ListenExample): Promise<void> {
    if (this.busy) return;
    Object.assign(this, { language, translate });
    if (this.path === null) await this.choose();
    if (this.path === null) return;
    if (minutes && this.minutes.canStart) await this.minutes.start();
    else await this.start();
  }

  /** Resolves when the job was accepted (not when it ends); every failure lands in `failure`. */
  async start(): Promise<void> {
    const { request, model } = this;
    if (request === null || model === null || !this.canStart) return;
    this.minutes.clear();
    await this.run((listen) => {
      this.heardPath = request.path;
      return ipc.startTranscription({ model: model.id, request }, listen);
    });
  }

  /** A recording is about to be heard as a part of another job, which tells this one its events. */
  follow(path: string): void {
    this.begin();
    this.heardPath = path;
  }

  /** The job was stopped or failed where this one is a part of it. */
  giveUp(phase: "stopped" | "failed"): void {
    this.end(phase);
  }

  /** Stops as soon as the engine can; what was written stays. False where nothing runs. */
  override stop(): boolean {
    if (this.recording !== null) {
      void this.record();
      return true;
    }
    if (this.bringing !== null) {
      this.bringing = null;
      return true;
    }
    if (this.minutes.running) return this.minutes.stop();
    return super.stop();
  }

  protected override onProgress(progress: TranscriptionProgress): void {
    if (progress.kind !== "segment") this.enter("listening");
    switch (progress.kind) {
      case "language":
        this.heard = progress;
        break;
      case "partial":
        this.partial = progress;
        break;
      case "segment":
        this.#segments = [...this.#segments, progress.segment];
        this.partial = null;
        break;
      case "heard":
        this.progress = { done: progress.done, total: progress.total, secondsLeft: null };
        break;
    }
  }

  protected override onEnd(): void {
    this.partial = null;
    if (this.stats) paces.measured("listen", this.model?.id, this.stats.seconds, Math.max(1, this.stats.audioSeconds));
  }

  /** A kept transcript, or kept minutes with what they were made of, put back as it was asked. */
  open(detail: WorkDetail): void {
    const { transcription, minutes } = detail.made ?? {};
    if (this.busy || this.recording !== null) return;
    if (transcription) {
      const { language, translate, script } = transcription.request;
      this.show(transcription, detail.work.id);
      this.language = oneOf<typeof this.language>(languages, language, "");
      this.translate = translate;
      this.script = script ?? "simplified";
      this.elsewhere = baseName(transcription.request.path);
      this.minutes.clear();
    } else if (minutes) {
      this.clear();
      this.#segments = minutes.segments;
      this.works = minutes.transcript === null ? [] : [minutes.transcript];
      this.phase = "done";
      this.elsewhere = minutes.recording ?? baseName(minutes.request?.path ?? null);
      this.minutes.show({ text: detail.content, recipe: minutes }, detail.work.id);
    }
    this.path = null;
  }

  snapshot(): unknown {
    const { language, translate, script, probabilities, format, work, minutes } = this;
    return { language, translate, script, probabilities, format, work: minutes.work ?? work };
  }

  async restore(kept: Record<string, unknown>): Promise<void> {
    await openKept(kept, this);
    takeOver<Listening>(this, kept, ["translate", "probabilities"]);
    this.language = oneOf<typeof this.language>(languages, kept["language"], "");
    this.script = kept["script"] === "traditional" ? "traditional" : "simplified";
    this.format = oneOf(formats, kept["format"], "txt");
  }

  /** Writes the kept transcript to a file that the person chooses. */
  async save(format = this.format): Promise<void> {
    const { work } = this;
    if (work === null) return;
    this.format = format;
    await this.exporting.save(fileName(this.file?.replace(/\.[^.]+$/, "") ?? "", format, i18n.t.listen.transcript), (path) => ipc.exportTranscript(work, path));
  }

  override clear(): void {
    super.clear();
    this.#segments = [];
    this.partial = null;
    this.heard = null;
    this.exporting.clear();
    this.heardPath = null;
    this.elsewhere = null;
  }
}

function baseName(path: string | null): string | null {
  return path?.split(/[/\\]/).at(-1) ?? null;
}

/** Kept while the person looks at other places. */
export const listening = new Listening();
keeping.keep("audio.listen", listening);
