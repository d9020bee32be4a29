// One tune being composed as the window sees it. Markup reads it and calls start(), stop(), fork(),
// save(); nothing else.
import { untrack } from "svelte";
import { i18n } from "../../i18n/index.svelte";
import { asFailure, ipc } from "../../ipc";
import type {
  Accompaniment,
  ComposedBar,
  ComposedNote,
  CompositionJobEvent,
  CompositionRequest,
  CompositionStats,
  Failure,
  Form,
  GivenNote,
  LoadedComposer,
  Metre,
  Mode,
  Mood,
  NoteKind,
  SoundId,
  WorkDetail,
} from "../../ipc";
import { loadingProgress, type Progress } from "../../ipc/job.svelte";
import { player } from "../../ipc/player.svelte";
import { studio } from "../../ipc/studio.svelte";
import { announcer } from "../../shared/announcer.svelte";
import { BAR_TICKS, KEYS, type TuneExample } from "./tunes";

export type ComposePhase = "idle" | "loading" | "queued" | "composing" | "stopping" | "done" | "stopped" | "failed";

const endPhases: readonly ComposePhase[] = ["idle", "done", "stopped", "failed"];
export const tuneFormats = ["mid", "wav", "flac"] as const;

const given = ({ chord, what, length }: ComposedNote): GivenNote => ({ chord: chord?.name ?? null, what, length });

export class Composing {
  // What is asked.
  mood = $state<Mood>("cheerful");
  metre = $state<Metre>("4/4");
  mode = $state<Mode>("major");
  key = $state(7);
  bars = $state(16);
  form = $state<Form>("aaba");
  /** null: the mood's own. */
  tempo = $state<number | null>(null);
  /** null: the model's first. */
  instrument = $state<string | null>(null);
  accompaniment = $state<Accompaniment>("auto");
  /** null: the model's own. */
  temperature = $state<number | null>(null);
  seed = $state<number | null>(null);

  // What came of it.
  phase = $state<ComposePhase>("idle");
  /** Leaves nothing open. */
  asked = $state.raw<CompositionRequest | null>(null);
  notes = $state.raw<ComposedNote[]>([]);
  made = $state.raw<ComposedBar[]>([]);
  sampleRate = $state(44_100);
  progress = $state.raw<Progress | null>(null);
  stats = $state.raw<CompositionStats | null>(null);
  work = $state<string | null>(null);
  sound = $state.raw<SoundId | null>(null);
  failure = $state.raw<Failure | null>(null);
  /** The tune is whole but was not kept. */
  keepFailure = $state.raw<Failure | null>(null);
  saved = $state<string | null>(null);
  loaded = $state.raw<LoadedComposer | null>(null);

  readonly running = $derived(!endPhases.includes(this.phase));
  readonly instruments = $derived(this.loaded?.model === studio.composer?.id ? (this.loaded?.instruments ?? []) : []);
  readonly instrumentInUse = $derived(this.instruments.find((one) => one.id === this.instrument) ?? this.instruments[0] ?? null);
  readonly canStart = $derived(studio.composer !== null && !this.running);
  /** Ticks of the tune that are heard, or null before anything is. */
  readonly heard = $derived.by(() => {
    if (!player.is(this.sound) || !this.asked) return null;
    const sample = player.position * this.sampleRate;
    const at = this.made.findLastIndex((bar) => bar.to > bar.from && bar.from <= sample);
    const bar = this.made[at];
    if (!bar) return null;
    const ticks = BAR_TICKS[this.asked.metre];
    // The last bar rings out beyond its notes.
    const before = this.made[at - 1];
    const long = at === this.asked.bars - 1 && before ? (before.to - before.from) * 1.12 : bar.to - bar.from;
    return (at + Math.min(1, (sample - bar.from) / long)) * ticks;
  });

  #id: number | null = null;
  #stopAsked = false;

  /** Reads the model into memory ahead of its use. */
  async load(model: string): Promise<void> {
    try {
      this.loaded = await ipc.loadComposer(model, () => undefined);
    } catch (thrown) {
      const failure = asFailure(thrown);
      // A newer load took its place.
      if (failure.code !== "cancelled") this.failure = failure;
    }
  }

  /** What the form says. */
  request(seed = this.seed): CompositionRequest {
    const { mood, metre, mode, key, bars, tempo, accompaniment, temperature } = this;
    const instrument = this.instrumentInUse?.id ?? null;
    const called = this.instrumentInUse ? i18n.local(this.instrumentInUse.name) : "";
    const t = i18n.t.compose;
    const title = t.title(t.moods[mood], KEYS[key] ?? "C", t.modes[mode], metre, called);
    const form = this.bars % 4 === 0 && this.bars >= 8 ? this.form : "free";
    return { title, mood, metre, mode, key, bars, tempo, instrument, accompaniment, form, temperature, topP: null, seed, start: [] };
  }

  /** Resolves when the job was accepted (not when it ends); every failure lands in `failure`. */
  async start(request = this.request()): Promise<void> {
    const model = studio.composer;
    if (!model || !this.canStart) return;
    this.clear();
    this.#stopAsked = false;
    this.phase = "queued";
    announcer.say(i18n.t.compose.announceStart);
    try {
      const id = await ipc.startComposition(model.id, request, (event) => this.receive(event));
      this.sound = { kind: "take", job: id };
      if (this.failure) return;
      // It is heard from its first bar on, while the rest is made.
      await player.hear(this.sound);
      if (!this.running) return;
      this.#id = id;
      if (this.#stopAsked) await ipc.cancel(id);
    } catch (thrown) {
      this.#end("failed", asFailure(thrown));
    }
  }

  /** The same once more, note for note. */
  async again(): Promise<void> {
    if (this.asked) await this.start(this.asked);
  }

  /** Keeps what stands before a note, puts another in its place, and goes on anew. */
  async fork(index: number, what: NoteKind): Promise<void> {
    const note = this.notes[index];
    if (!this.asked || !note || this.running) return;
    const start = [...this.notes.slice(0, index).map(given), { ...given(note), what }];
    await this.start({ ...this.asked, start, seed: null });
  }

  /** Stops the making and the playing; what was composed stays. False where nothing runs or plays. */
  stop(): boolean {
    const plays = player.is(this.sound) && player.playing;
    if (plays) void player.pause();
    if (!this.running) return plays;
    if (this.#stopAsked) return true;
    this.#stopAsked = true;
    this.phase = "stopping";
    if (this.#id !== null) ipc.cancel(this.#id).catch((thrown: unknown) => this.#end("failed", asFailure(thrown)));
    return true;
  }

  receive(event: CompositionJobEvent): void {
    if (!this.running) return;
    switch (event.kind) {
      case "queued":
        this.#enter("queued");
        break;
      case "loading":
        this.#enter("loading");
        this.progress = loadingProgress(event.seconds, event.expectedSeconds);
        break;
      case "begun":
        this.#enter("composing");
        this.asked = event.request as CompositionRequest;
        break;
      case "notes":
        this.notes = [...this.notes, ...event.notes];
        break;
      case "bar":
        this.made = [...this.made, { part: event.part, repeats: event.repeats, from: 0, to: 0 }];
        break;
      case "audio":
        this.sampleRate = event.sampleRate;
        this.made = this.made.map((bar, index) => (index === event.bar ? { ...bar, from: event.from, to: event.to } : bar));
        this.progress = { done: event.bar + 1, total: this.asked?.bars ?? null, secondsLeft: null };
        break;
      case "done":
        this.stats = event.stats;
        this.work = event.work;
        this.keepFailure = event.keepFailure;
        announcer.say(i18n.t.compose.announceDone(i18n.seconds(event.stats.audioSeconds)));
        this.#end("done");
        break;
      case "failed":
        if (event.failure.code === "cancelled") {
          announcer.say(i18n.t.compose.announceStopped);
          this.#end("stopped");
        } else this.#end("failed", event.failure);
        break;
    }
  }

  /** Plays from a note. */
  hear(note: ComposedNote): void {
    const bar = this.made[note.bar];
    if (!this.sound || !bar || !this.asked) return;
    const ticks = BAR_TICKS[this.asked.metre];
    const share = (note.at - note.bar * ticks) / ticks;
    const before = this.made[note.bar - 1];
    const long = note.bar === this.asked.bars - 1 && before ? (before.to - before.from) * 1.12 : bar.to - bar.from;
    void player.hear(this.sound, (bar.from + share * long) / this.sampleRate);
  }

  runExample(example: TuneExample): void {
    if (this.running) return;
    Object.assign(this, { tempo: null, accompaniment: "auto", temperature: null, seed: null, ...example.request });
    void this.start();
  }

  /** A kept work, put back as it was asked, with its sound. */
  open(detail: WorkDetail): void {
    const tune = detail.made?.composition;
    if (!tune || this.running) return;
    this.clear();
    const { mood, metre, mode, key, bars, tempo, instrument, accompaniment, form, temperature, seed } = tune.request;
    Object.assign(this, { mood, metre, mode, key, bars, tempo, instrument, accompaniment, form, temperature, seed });
    Object.assign(this, { asked: tune.request, notes: tune.notes, made: tune.bars, sampleRate: tune.stats.sampleRate, stats: tune.stats });
    this.work = detail.work.id;
    this.sound = { kind: "work", id: detail.work.id };
    this.phase = "done";
  }

  /** Writes a labelled copy where the person chooses. */
  async save(format: (typeof tuneFormats)[number]): Promise<void> {
    const { work } = this;
    if (work === null) return;
    try {
      const path = await ipc.chooseExport(`${this.#stem()}.${format}`);
      if (path === null) return;
      await ipc.exportWork(work, path);
      this.saved = path;
    } catch (thrown) {
      this.failure = asFailure(thrown);
    }
  }

  clear(): void {
    this.asked = null;
    this.notes = [];
    this.made = [];
    this.progress = null;
    this.stats = null;
    this.work = null;
    this.sound = null;
    this.failure = null;
    this.keepFailure = null;
    this.saved = null;
    this.#id = null;
  }

  #stem(): string {
    return (this.asked?.title ?? "").replaceAll("/", "-").replaceAll(/[^\p{L}\p{N} _-]/gu, "").replaceAll(/\s+/g, " ").trim() || i18n.t.compose.tab;
  }

  /** A stop that is on its way keeps its name, whatever still arrives. */
  #enter(phase: ComposePhase): void {
    if (this.phase !== "stopping") this.phase = phase;
  }

  #end(phase: "done" | "stopped" | "failed", failure: Failure | null = null): void {
    if (!untrack(() => this.running)) return;
    this.phase = phase;
    this.failure = failure;
    this.progress = null;
    this.#id = null;
  }
}

/** Kept while the person looks at other places. */
export const composing = new Composing();
