// One tune being composed as the window sees it. Markup reads it and calls start(), stop(), fork(),
// save(); nothing else.
import { i18n } from "../../i18n/index.svelte";
import { asFailure, ipc } from "../../ipc";
import type {
  Accompaniment,
  ComposedBar,
  ComposedNote,
  CompositionProgress,
  CompositionRecipe,
  CompositionRequest,
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
import { type EndPhase, Job } from "../../ipc/job.svelte";
import { player } from "../../ipc/player.svelte";
import { studio } from "../../ipc/studio.svelte";
import { announcer } from "../../shared/announcer.svelte";
import { both } from "../../shared/deck.svelte";
import { Exporting, fileName } from "../../shared/form/exporting.svelte";
import { holdOf, keeping, oneOf, openKept, takeOver } from "../../shared/keeping.svelte";
import { paces } from "../../shared/paces.svelte";
import { ACCOMPANIMENTS, BAR_TICKS, FORMS, KEYS, METRES, MODES, MOODS, deck, type TuneExample } from "./tunes";

export const tuneFormats = ["mid", "wav", "flac"] as const;
export type TuneFormat = (typeof tuneFormats)[number];

const given = ({ chord, what, length }: ComposedNote): GivenNote => ({ chord: chord?.name ?? null, what, length });

export class Composing extends Job<CompositionProgress, CompositionRecipe, "composing"> {
  readonly place = "audio";
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
  sound = $state.raw<SoundId | null>(null);
  readonly exporting = new Exporting();
  /** What "Save" writes. */
  format = $state<TuneFormat>("mid");
  /** Seconds that a bar took, the last time. */
  readonly perBar = $derived(paces.of("compose", studio.composer?.id));
  loaded = $state.raw<LoadedComposer | null>(null);
  /** While it is made. */
  #asked = $state.raw<CompositionRequest | null>(null);
  #notes = $state.raw<ComposedNote[]>([]);
  #bars = $state.raw<ComposedBar[]>([]);
  #sampleRate = $state(44_100);

  readonly stats = $derived(this.made?.stats ?? null);
  /** Times real time. */
  override get pace(): number | null {
    const { audioSeconds = 0, writingSeconds = 0, playingSeconds = 0 } = this.stats ?? {};
    return writingSeconds > 0 ? audioSeconds / (writingSeconds + playingSeconds) : null;
  }
  /** Leaves nothing open. */
  readonly asked = $derived(this.made?.request ?? this.#asked);
  readonly notes = $derived(this.made?.notes ?? this.#notes);
  readonly composed = $derived(this.made?.bars ?? this.#bars);
  readonly sampleRate = $derived(this.stats?.sampleRate ?? this.#sampleRate);
  readonly instruments = $derived(this.loaded?.model === studio.composer?.id ? (this.loaded?.instruments ?? []) : []);
  readonly instrumentInUse = $derived(this.instruments.find((one) => one.id === this.instrument) ?? this.instruments[0] ?? null);
  readonly canStart = $derived(studio.composer !== null && !this.running);
  /** Ticks of the tune that are heard, or null before anything is. */
  readonly heard = $derived.by(() => {
    if (!player.is(this.sound) || !this.asked) return null;
    const sample = player.position * this.sampleRate;
    const at = this.composed.findLastIndex((bar) => bar.to > bar.from && bar.from <= sample);
    const bar = this.composed[at];
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
    const title = i18n.tune({ mood: t.moods[mood], key: KEYS[key] ?? "C", mode: t.modes[mode], metre, instrument: called });
    const form = this.bars % 4 === 0 && this.bars >= 8 ? this.form : "free";
    return { title, mood, metre, mode, key, bars, tempo, instrument, accompaniment, form, temperature, topP: null, seed, start: [] };
  }

  /** Resolves when the job was accepted (not when it ends); every failure lands in `failure`. */
  async start(request = this.request()): Promise<void> {
    const model = studio.composer;
    if (!model || !this.canStart) return;
    announcer.say(i18n.t.compose.announceStart);
    await this.run(async (listen) => {
      const job = await ipc.startComposition({ model: model.id, request }, listen);
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

  /** What was asked once more, with new luck. */
  async another(): Promise<void> {
    if (this.asked) await this.start({ ...this.asked, start: [], seed: null });
  }

  /** Keeps what stands before a note, puts another in its place, and goes on anew. */
  async fork(index: number, what: NoteKind): Promise<void> {
    const note = this.notes[index];
    if (!this.asked || !note || this.running) return;
    const start = [...this.notes.slice(0, index).map(given), { ...given(note), what }];
    await this.start({ ...this.asked, start, seed: null });
  }

  /** Stops the making and the playing; what was composed stays. False where nothing runs or plays. */
  override stop(): boolean {
    const plays = player.is(this.sound) && player.playing;
    if (plays) void player.pause();
    return super.stop() || plays;
  }

  protected override onProgress(progress: CompositionProgress): void {
    switch (progress.kind) {
      case "begun":
        this.enter("composing");
        this.#asked = progress.request;
        break;
      case "notes":
        this.#notes = [...this.#notes, ...progress.notes];
        break;
      case "bar":
        this.#bars = [...this.#bars, { part: progress.part, repeats: progress.repeats, from: 0, to: 0 }];
        break;
      case "audio": {
        const { bar: at, from, to, sampleRate } = progress;
        this.#sampleRate = sampleRate;
        this.#bars = this.#bars.map((bar, index) => (index === at ? { ...bar, from, to } : bar));
        this.progress = { done: at + 1, total: this.asked?.bars ?? null, secondsLeft: null };
        break;
      }
    }
  }

  protected override onEnd(phase: EndPhase): void {
    if (this.stats) paces.measured("compose", studio.composer?.id, this.stats.writingSeconds + this.stats.playingSeconds, Math.max(1, this.asked?.bars ?? 1));
    if (this.stats) announcer.say(i18n.t.compose.announceDone(i18n.seconds(this.stats.audioSeconds)));
    if (phase === "stopped") announcer.say(i18n.t.compose.announceStopped);
  }

  /** Plays from a note. */
  hear(note: ComposedNote): void {
    const bar = this.composed[note.bar];
    if (!this.sound || !bar || !this.asked) return;
    const ticks = BAR_TICKS[this.asked.metre];
    const share = (note.at - note.bar * ticks) / ticks;
    void player.hear(this.sound, (bar.from + share * this.#samples(note.bar)) / this.sampleRate);
  }

  /** How long a bar's notes take, in samples: the last bar rings out beyond them. */
  #samples(index: number): number {
    const [before, bar] = [this.composed[index - 1], this.composed[index]];
    if (index + 1 === this.asked?.bars && before) return (before.to - before.from) * 1.12;
    return bar ? bar.to - bar.from : 0;
  }

  /** The tune in view, with the settings of now, as a card of one's own. */
  keepCard(): void {
    const { mood, metre, mode, key, bars, form, tempo, accompaniment, temperature, seed } = this;
    const title = both(this.request().title ?? "");
    deck.add(title.en, (id, topic) => ({ id, topic, title, request: { mood, metre, mode, key, bars, form, tempo, accompaniment, temperature, seed, instrument: this.instrumentInUse?.id ?? "" } }));
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
    this.show(tune, detail.work.id);
    const { mood, metre, mode, key, bars, tempo, instrument, accompaniment, form, temperature, seed } = tune.request;
    Object.assign(this, { mood, metre, mode, key, bars, tempo, instrument, accompaniment, form, temperature, seed });
    this.sound = { kind: "work", id: detail.work.id };
  }

  snapshot(): unknown {
    const { mood, metre, mode, key, bars, form, tempo, instrument, accompaniment, temperature, seed, format, work } = this;
    return { mood, metre, mode, key, bars, form, tempo, instrument, accompaniment, temperature, seed, format, work };
  }

  hold(): () => void {
    const backs = [
      this.holdRun(),
      holdOf<Composing, keyof Composing>(this, ["mood", "metre", "mode", "key", "bars", "form", "tempo", "instrument", "accompaniment", "temperature", "seed", "format", "sound"]),
    ];
    const [asked, notes, bars, sampleRate] = [this.#asked, this.#notes, this.#bars, this.#sampleRate];
    return () => {
      this.stop();
      backs.forEach((back) => back());
      this.#asked = asked;
      this.#notes = notes;
      this.#bars = bars;
      this.#sampleRate = sampleRate;
      if (this.work !== null) this.sound = { kind: "work", id: this.work };
    };
  }

  async restore(kept: Record<string, unknown>): Promise<void> {
    await openKept(kept, this);
    takeOver<Composing>(this, kept, ["key", "bars"], ["tempo", "instrument", "temperature", "seed"]);
    this.mood = oneOf(MOODS, kept["mood"], this.mood);
    this.metre = oneOf(METRES, kept["metre"], this.metre);
    this.mode = oneOf(MODES, kept["mode"], this.mode);
    this.form = oneOf(FORMS, kept["form"], this.form);
    this.accompaniment = oneOf(ACCOMPANIMENTS, kept["accompaniment"], this.accompaniment);
    this.format = oneOf(tuneFormats, kept["format"], this.format);
  }

  /** Writes a labelled copy where the person chooses. */
  async save(format = this.format): Promise<void> {
    const { work } = this;
    if (work === null) return;
    this.format = format;
    await this.exporting.save(fileName(this.asked?.title ?? "", format, i18n.t.compose.tab), (path) => ipc.exportWork(work, path));
  }

  override clear(): void {
    super.clear();
    this.#asked = null;
    this.#notes = [];
    this.#bars = [];
    this.sound = null;
    this.exporting.clear();
  }
}

/** Kept while the person looks at other places. */
export const composing = new Composing();
keeping.keep("audio.compose", composing);
