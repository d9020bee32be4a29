// One text being spoken as the window sees it. Markup reads it and calls start(), stop(), save();
// nothing else.
import { i18n } from "../../i18n/index.svelte";
import { asFailure, ipc } from "../../ipc";
import type { LoadedSpeech, SoundId, SpeechProgress, SpeechRecipe, SpokenSentence, VoiceInfo, WorkDetail } from "../../ipc";
import { type EndPhase, Job } from "../../ipc/job.svelte";
import { player } from "../../ipc/player.svelte";
import { studio } from "../../ipc/studio.svelte";
import { announcer, languageOf } from "../../shared/announcer.svelte";
import { both } from "../../shared/deck.svelte";
import { gist } from "../../shared/gist";
import { Exporting, fileName } from "../../shared/form/exporting.svelte";
import { paces } from "../../shared/paces.svelte";
import { undoOffer } from "../../shared/undo.svelte";
import { holdOf, keeping, oneOf, openKept, takeOver } from "../../shared/keeping.svelte";
import { deck, type Example } from "./examples";
import { tabs } from "./tabs.svelte";
import { sentenceAt } from "./words";

export const soundFormats = ["wav", "flac"] as const;
export const captionFormats = ["txt", "srt", "vtt"] as const;
export type SpeechFormat = (typeof soundFormats)[number] | (typeof captionFormats)[number];

/** On a card of one's own. */
const MOST_LETTERS = 90;

export class Speaking extends Job<SpeechProgress, SpeechRecipe, "speaking"> {
  readonly place = "audio";
  // What is asked.
  text = $state("");
  /** null: the model's first. */
  voice = $state<string | null>(null);
  speed = $state(1);
  seed = $state<number | null>(null);
  /** Show the pronunciation under the words. */
  phonemes = $state(true);

  // What came of it.
  skipped = $state.raw<string[]>([]);
  sound = $state.raw<SoundId | null>(null);
  readonly exporting = new Exporting();
  /** What "Save" writes. */
  format = $state<SpeechFormat>("wav");
  /** Seconds that a character takes. */
  readonly perCharacter = $derived(paces.of("speak", studio.speechModel?.id));
  loaded = $state.raw<LoadedSpeech | null>(null);
  /** While it is made. */
  #sentences = $state.raw<SpokenSentence[]>([]);
  #sampleRate = $state(24_000);
  #announced: SpokenSentence["words"] = [];

  readonly stats = $derived(this.made?.stats ?? null);
  /** Times real time. */
  override get pace(): number | null {
    const { audioSeconds = 0, phonemeSeconds = 0, voiceSeconds = 0 } = this.stats ?? {};
    return voiceSeconds > 0 ? audioSeconds / (phonemeSeconds + voiceSeconds) : null;
  }
  readonly sentences = $derived(this.made?.script ?? this.#sentences);
  readonly sampleRate = $derived(this.stats?.sampleRate ?? this.#sampleRate);
  readonly voices: VoiceInfo[] = $derived(this.loaded?.model === studio.speechModel?.id ? (this.loaded?.voices ?? []) : []);
  readonly voiceInUse = $derived(this.voices.find((voice) => voice.id === this.voice) ?? this.#speaking(languageOf(this.text)) ?? this.voices[0] ?? null);
  readonly canStart = $derived(studio.speechModel !== null && this.text.trim() !== "" && !this.running);
  /** The sentence that is heard; the first before anything is. */
  readonly current = $derived.by(() => {
    const sample = player.is(this.sound) ? player.position * this.sampleRate : 0;
    return sentenceAt(this.sentences, sample);
  });

  /** Reads the model into memory ahead of its use. */
  async load(model: string): Promise<void> {
    try {
      this.loaded = await ipc.loadSpeech(model, () => undefined);
    } catch (thrown) {
      const failure = asFailure(thrown);
      // A newer load took its place.
      if (failure.code !== "cancelled") this.failure = failure;
    }
  }

  /** Resolves when the job was accepted (not when it ends); every failure lands in `failure`. */
  async start(seed = this.seed): Promise<void> {
    if (!this.canStart) return;
    await this.#bring(languageOf(this.text).slice(0, 2));
    const model = studio.speechModel;
    if (!model || !this.canStart) return;
    announcer.say(i18n.t.speak.announceStart);
    // None where it is the first, which the model takes by itself.
    const voice = this.voiceInUse === this.voices[0] && this.voice !== this.voiceInUse?.id ? null : (this.voiceInUse?.id ?? null);
    const request = { text: this.text, voice, speed: this.speed, seed };
    await this.run(async (listen) => {
      const job = await ipc.startSpeech({ model: model.id, request }, listen);
      this.sound = { kind: "take", job };
      return job;
    });
    // It is heard from its first sentence on, while the rest is made.
    if (this.sound && !this.failure) await player.hear(this.sound);
  }

  /** The seed that was used, once more. */
  async again(): Promise<void> {
    if (this.stats) await this.start(this.stats.seed);
  }

  /** Stops the making and the playing; what was said stays. False where nothing runs or plays. */
  override stop(): boolean {
    const plays = player.is(this.sound) && player.playing;
    if (plays) void player.pause();
    return super.stop() || plays;
  }

  protected override onProgress(progress: SpeechProgress): void {
    switch (progress.kind) {
      case "sentence":
        this.enter("speaking");
        this.progress = { done: progress.done, total: progress.total, secondsLeft: null };
        this.#announced = progress.words;
        break;
      case "skipped":
        this.skipped = [...this.skipped, progress.text];
        break;
      case "audio": {
        const { timings, from, to, sampleRate } = progress;
        this.#sampleRate = sampleRate;
        this.#sentences = [...this.#sentences, { words: this.#announced, timings, from, to }];
        break;
      }
    }
  }

  protected override onEnd(phase: EndPhase): void {
    if (this.stats) paces.measured("speak", studio.speechModel?.id, this.stats.phonemeSeconds + this.stats.voiceSeconds, Math.max(1, [...this.text].length));
    if (this.stats) announcer.say(i18n.t.speak.announceDone(i18n.seconds(this.stats.audioSeconds)));
    if (phase === "stopped") announcer.say(i18n.t.speak.announceStopped);
  }

  /** Plays from the sample of a sentence. */
  hear(sentence: SpokenSentence, sample = 0): void {
    if (this.sound) void player.hear(this.sound, (sentence.from + sample) / this.sampleRate);
  }

  /** In the language of the window, by a voice that speaks it; in English where none does. */
  async runExample(example: Example): Promise<void> {
    if (this.running) return;
    this.#offerWords();
    // A card of one's own is in the language that it was written in.
    const wanted = example.own && languageOf(example.text.en) === "en" ? "en" : example.own ? "zh" : i18n.language;
    const speaker = studio.speaker(wanted);
    const language = speaker ? wanted : "en";
    this.text = example.text[language];
    if (example.own) Object.assign(this, { voice: null, speed: 1, seed: null, ...example.own });
    await this.#bring(language);
    const model = studio.speechModel?.id;
    if (model !== undefined && this.loaded?.model !== model) await this.load(model);
    const speaks = (voice: VoiceInfo | null) => voice?.language.startsWith(language) ?? false;
    if (!speaks(this.voiceInUse)) this.voice = this.voices.find(speaks)?.id ?? null;
    await this.start();
  }

  /** Words that were typed and never said come back by Undo. */
  #offerWords(): void {
    const { text } = this;
    undoOffer.offerWords("audio", text, this.made?.request.text, () => {
      this.text = text;
      tabs.open = "speak";
    });
  }

  /** What was said, with the settings of now, as a card of one's own. */
  keepCard(): void {
    const { text, voice, speed, seed } = this;
    deck.add(text, (id, topic) => ({ id, topic, title: both(gist(text, MOST_LETTERS)), text: both(text), own: { ...(voice === null ? {} : { voice }), speed, ...(seed === null ? {} : { seed }) } }));
  }

  /** A model that speaks a language in the place of the one in use, where only another does. */
  async #bring(language: string): Promise<void> {
    const speaker = studio.speaker(language);
    if (!speaker || speaker.id === studio.speechModel?.id) return;
    await studio.change({ speechModel: speaker.id });
    await this.load(speaker.id);
  }

  #speaking(tag: string): VoiceInfo | undefined {
    return this.voices.find((voice) => voice.language.slice(0, 2) === tag.slice(0, 2));
  }

  /** A kept work, put back as it was asked, with its sound. */
  open(detail: WorkDetail): void {
    const speech = detail.made?.speech;
    if (!speech || this.running) return;
    this.#offerWords();
    this.show(speech, detail.work.id);
    const { text, voice, speed, seed } = speech.request;
    Object.assign(this, { text, voice, speed, seed });
    this.sound = { kind: "work", id: detail.work.id };
  }

  snapshot(): unknown {
    const { text, voice, speed, seed, phonemes, format, work } = this;
    return { text, voice, speed, seed, phonemes, format, work };
  }

  hold(): () => void {
    const backs = [this.holdRun(), holdOf<Speaking, keyof Speaking>(this, ["text", "voice", "speed", "seed", "phonemes", "format", "skipped", "sound"])];
    const [sentences, sampleRate, announced, { speechModel }] = [this.#sentences, this.#sampleRate, this.#announced, studio.settings];
    return () => {
      this.stop();
      backs.forEach((back) => back());
      this.#sentences = sentences;
      this.#sampleRate = sampleRate;
      this.#announced = announced;
      // The engine lets go of a take when others come; what was kept of it stays.
      if (this.work !== null) this.sound = { kind: "work", id: this.work };
      if (studio.settings.speechModel !== speechModel) void studio.change({ speechModel });
    };
  }

  async restore(kept: Record<string, unknown>): Promise<void> {
    await openKept(kept, this);
    takeOver<Speaking>(this, kept, ["text", "speed", "phonemes"], ["voice", "seed"]);
    this.format = oneOf<SpeechFormat>([...soundFormats, ...captionFormats], kept["format"], "wav");
  }

  /** Writes a labelled copy, or captions, where the person chooses. */
  async save(format = this.format): Promise<void> {
    const { work } = this;
    if (work === null) return;
    this.format = format;
    const isSound = (soundFormats as readonly string[]).includes(format);
    await this.exporting.save(fileName(this.text, format, i18n.t.speak.tab), (path) => (isSound ? ipc.exportWork(work, path) : ipc.exportTranscript(work, path)));
  }

  override clear(): void {
    super.clear();
    this.#sentences = [];
    this.skipped = [];
    this.sound = null;
    this.exporting.clear();
    this.#announced = [];
  }
}

/** Kept while the person looks at other places. */
export const speaking = new Speaking();
keeping.keep("audio.speak", speaking);
