// One tune being composed as the window sees it. Markup reads it and calls start(), stop(), fork(),
// save(); nothing else.
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
import { player } from "../../ipc/player.svelte";
import { studio } from "../../ipc/studio.svelte";
import { announcer } from "../../shared/announcer.svelte";
import { type EndPhase, Run, type RunPhase } from "./run.svelte";
import { BAR_TICKS, KEYS, type TuneExample } from "./tunes";

export type ComposePhase = RunPhase | "composing";

export const tuneFormats = ["mid", "wav", "flac"] as const;

const given = ({ chord, what, length }: ComposedNote): GivenNote => ({ chord: chord?.name ?? null, what, length });

export class Composing extends Run<"composing"> {
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
  /** Leaves nothing open. */
  asked = $state.raw<CompositionRequest | null>(null);
  notes = $state.raw<ComposedNote[]>([]);
  made = $state.raw<ComposedBar[]>([]);
  sampleRate = $state(44_100);
  stats = $state.raw<CompositionStats | null>(null);
  work = $state<string | null>(null);
  sound = $state.raw<SoundId | null>(null);
  /** The tune is whole but was not kept. */
  keepFailure = $state.raw<Failure | null>(null);
  saved = $state<string | null>(null);
  loaded = $state.raw<LoadedComposer | null>(null);

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
    return (at + Math.min(1, (sample - bar.from) / this.#samples(at))) * BAR_TICKS[this.asked.metre];
  });

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
    this.begin();
    announcer.say(i18n.t.compose.announceStart);
    await this.accept(async () => {
      const job = await ipc.startComposition(model.id, request, (event) => this.receive(event));
      this.sound = { kind: "take", job };
      return job;
    });
    // It is heard from its first bar on, while the rest is made.
    if (this.sound && !this.failure) await player.hear(this.sound);
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
    return this.cancel() || plays;
  }

  receive(event: CompositionJobEvent): void {
    if (!this.running) return;
    switch (event.kind) {
      case "queued":
      case "loading":
      case "failed":
        this.told(event);
        break;
      case "begun":
        this.enter("composing");
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
        this.end("done");
        break;
    }
  }

  protected override ended(phase: EndPhase): void {
    if (phase === "stopped") announcer.say(i18n.t.compose.announceStopped);
  }

  /** Plays from a note. */
  hear(note: ComposedNote): void {
    const bar = this.made[note.bar];
    if (!this.sound || !bar || !this.asked) return;
    const ticks = BAR_TICKS[this.asked.metre];
    const share = (note.at - note.bar * ticks) / ticks;
    void player.hear(this.sound, (bar.from + share * this.#samples(note.bar)) / this.sampleRate);
  }

  /** How long a bar's notes take, in samples: the last bar rings out beyond them. */
  #samples(index: number): number {
    const [before, bar] = [this.made[index - 1], this.made[index]];
    if (index + 1 === this.asked?.bars && before) return (before.to - before.from) * 1.12;
    return bar ? bar.to - bar.from : 0;
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
  }

  #stem(): string {
    return (this.asked?.title ?? "").replaceAll("/", "-").replaceAll(/[^\p{L}\p{N} _-]/gu, "").replaceAll(/\s+/g, " ").trim() || i18n.t.compose.tab;
  }
}

/** Kept while the person looks at other places. */
export const composing = new Composing();
