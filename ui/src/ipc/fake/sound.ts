// The scripted engine's sounds: a voice, a player, a microphone, minutes.
import { fresh } from "./library";
import type { CompositionOrder, MinutesMade, MinutesOrder, MinutesProgress, MinutesSource, PlayerState, RecorderEvent, SoundId, SpeechOrder, SpeechProgress, SpeechRecipe, SpokenSentence } from "../index";
import type { FakeHost, FakeJob, Outcome } from "./job";
import { FakeTunes } from "./tunes";
import { failures } from "./world";

type To<E> = { onmessage: (event: E) => void };

const RATE = 24_000;
const SAMPLES_A_LETTER = 1500;

/** A sentence, each word as long as its letters. */
function say(text: string, from: number): SpokenSentence {
  let [at, start] = [0, 0];
  const words = text.split(/\s+/).map((word) => ({ text: word, start, end: (start += word.length + 1) - 1, phonemes: `ˈ${word.toLowerCase().replace(/[^a-z]/g, "")}` }));
  const timings = words.map((word, index) => ({ word: index, from: at, to: (at += word.text.length * SAMPLES_A_LETTER) }));
  return { words, timings, from, to: from + at };
}

export class FakeSound {
  state: PlayerState = { phase: "idle", sound: null, position: 0, seconds: 0, whole: true, volume: 1, failure: null };
  #listener: To<PlayerState> | null = null;
  #lengths = new Map<string, number>();
  #recorder: To<RecorderEvent> | null = null;

  readonly #tunes: FakeTunes;

  constructor(private readonly backend: FakeHost) {
    this.#tunes = new FakeTunes(backend);
  }

  tell(part: Partial<PlayerState>): void {
    this.state = { ...this.state, ...part };
    this.#listener?.onmessage(this.state);
  }

  answer(command: string, parameters: Record<string, unknown>): unknown {
    const sound = parameters["sound"] as SoundId;
    switch (command) {
      case "load_speech":
        return {
          model: parameters["model"],
          sampleRate: RATE,
          device: "CPU",
          voices: [
            { id: "heart", language: "en-US", gender: "female" },
            { id: "emma", language: "en-GB", gender: "female" },
            ...(parameters["model"] === "kokoro" ? [{ id: "zf_xiaobei", language: "zh-CN", gender: "female" }] : []),
          ],
        };
      case "start_speech":
        return this.backend.start<SpeechProgress, SpeechRecipe>(parameters["events"], (job) => this.#speak((parameters["order"] as SpeechOrder).request.text, job));
      case "load_composer":
        return this.#tunes.load(parameters["model"]);
      case "start_composition":
        return this.#tunes.start((parameters["order"] as CompositionOrder).request, parameters["events"]);
      case "start_minutes":
        return this.backend.start(parameters["events"], (job) => minutes((parameters["order"] as MinutesOrder).source, job));
      case "watch_player":
        this.#listener = parameters["events"] as To<PlayerState>;
        this.#listener.onmessage(this.state);
        return null;
      case "put_on": {
        const seconds = (this.#lengths.get(JSON.stringify(sound)) ?? 4 * RATE) / RATE;
        if (this.backend.script.deaf && parameters["play"]) this.tell({ sound, seconds, phase: "failed", failure: failures.deaf });
        else this.tell({ sound, seconds, position: parameters["from"] as number, phase: parameters["play"] ? "playing" : "paused", failure: null });
        return null;
      }
      case "play":
        this.tell(this.backend.script.deaf ? { phase: "failed", failure: failures.deaf } : { phase: "playing", failure: null });
        return null;
      case "pause":
        if (this.state.phase === "playing") this.tell({ phase: "paused" });
        return null;
      case "seek":
        this.tell({ position: parameters["seconds"] as number });
        return null;
      case "set_volume":
        this.tell({ volume: parameters["volume"] as number });
        return null;
      case "sound_devices":
        return this.backend.script.deaf
          ? { outputs: [], inputs: [] }
          : { outputs: [{ id: "usb", name: "USB headphones" }], inputs: [{ id: "mic", name: "Built-in microphone" }] };
      case "sound_peaks": {
        const columns = Math.min(parameters["columns"] as number, 400);
        const bytes = new Int8Array(columns * 2);
        for (let column = 0; column < columns; column += 1) {
          const high = Math.round(100 * Math.abs(Math.sin(column / 9) * Math.sin(column / 41)));
          bytes[column * 2] = -high;
          bytes[column * 2 + 1] = high;
        }
        return bytes.buffer;
      }
      case "sound_spectrogram": {
        const [bands, frames] = [64, 200];
        const bytes = new Uint8Array(8 + bands * frames);
        new DataView(bytes.buffer).setUint32(0, bands, true);
        new DataView(bytes.buffer).setUint32(4, frames, true);
        for (let band = 0; band < bands; band += 1) {
          for (let frame = 0; frame < frames; frame += 1) bytes[8 + band * frames + frame] = Math.max(0, 255 - band * 3) * Math.abs(Math.sin(frame / 11 + band / 3));
        }
        return bytes.buffer;
      }
      case "start_recording":
        if (this.backend.script.deaf) throw failures.noMicrophone;
        this.#recorder = parameters["events"] as To<RecorderEvent>;
        this.#recorder.onmessage({ kind: "level", seconds: 0.5, peak: 0.4, rms: 0.1 });
        return null;
      case "stop_recording":
        this.#recorder?.onmessage({ kind: "done", recording: { path: "/home/ada/.local/share/quartet/recordings/2026-03-04 15-30-12.wav", seconds: 1.5 } });
        return null;
      default:
        throw new Error(`no such command: ${command}`);
    }
  }

  async #speak(text: string, job: FakeJob<SpeechProgress>): Promise<Outcome<SpeechRecipe>> {
    const sentences = text.match(/[^.!?]+[.!?]*/g)?.map((sentence) => sentence.trim()) ?? [];
    if (sentences.length === 0) throw failures.prompt;
    const script: SpokenSentence[] = [];
    let [from, done] = [0, 0];
    for (const [index, text_] of sentences.entries()) {
      await job.beat();
      const sentence = say(text_, from);
      script.push(sentence);
      job.tell({ kind: "sentence", index, words: sentence.words, done, total: text.length });
      job.tell({ kind: "audio", index, timings: sentence.timings, from, to: sentence.to, sampleRate: RATE });
      [from, done] = [sentence.to, done + text_.length];
      this.#lengths.set(JSON.stringify({ kind: "take", job: job.id }), from);
      this.tell({ seconds: from / RATE });
    }
    const stats = { seed: 271828, voice: "heart", sampleRate: RATE, sentences: script.length, words: 9, skipped: 0, audioSeconds: from / RATE, phonemeSeconds: 0.01, voiceSeconds: 0.05, firstSoundSeconds: 0.03 };
    const made: SpeechRecipe = { request: { text, voice: "heart", speed: 1, seed: 271828 }, stats, script };
    return { made, works: [this.#keep(made)] };
  }

  #keep(speech: SpeechRecipe): string {
    const { text } = speech.request;
    const id = `sound-${this.backend.works.length + 1}`;
    const work = { id, modality: "audio" as const, title: text.slice(0, 80), createdAt: new Date().toISOString(), model: "hibari-en", seconds: 0.06, bytes: 90_000, ...fresh };
    const made = {
      quartet: "0.1.0",
      modality: "audio" as const,
      model: { id: "hibari-en", licence: "Apache-2.0" },
      runtime: { version: "1.27.0", device: "CPU", threads: 0 },
      seconds: 0.06,
      speech,
    };
    this.backend.works = [{ work, content: text, recipe: JSON.stringify(made, null, 2), made, file: `/home/ada/.local/share/quartet/works/${id}.wav` }, ...this.backend.works];
    return id;
  }
}

async function minutes(source: MinutesSource, job: FakeJob<MinutesProgress>): Promise<Outcome<MinutesMade>> {
  const transcript = source.kind === "transcript" ? source.work : `transcript-${job.id}`;
  const request = source.kind === "recording" ? source.request : { path: "", language: null, translate: false, script: null };
  const said = ["Let us begin.", "Anna orders the chairs by Friday."];
  const segments = said.map((text, index) => ({ start: index * 3, end: index * 3 + 2, text, pieces: [], temperature: 0 }));
  job.tell({ kind: "listening", event: { kind: "progress", progress: { kind: "language", code: "en", probability: 1, guesses: [] } } });
  for (const segment of segments) job.tell({ kind: "listening", event: { kind: "progress", progress: { kind: "segment", segment } } });
  const heard = { language: "en", segments: 2, tokens: 9, silentWindows: 0, doubtfulWindows: 0, cutShort: false, audioSeconds: 6, encodeSeconds: 0.2, decodeSeconds: 0.2, seconds: 0.5 };
  job.tell({ kind: "listening", event: { kind: "done", made: { request, stats: heard, segments }, works: [transcript], keepFailure: null } });
  for (const [index, note] of ["- Begin", "- Anna: chairs"].entries()) {
    job.tell({ kind: "step", step: "notes", index, total: 2 });
    job.tell({ kind: "text", text: note });
  }
  job.tell({ kind: "step", step: "minutes", index: 0, total: 1 });
  await job.beat();
  const text = "## Summary\n\nThe chairs are ordered.\n\n## Tasks\n\n- Anna: order the chairs by Friday";
  job.tell({ kind: "text", text });
  const stats = { language: "en", pieces: 2, promptTokens: 200, generatedTokens: 40, leftOut: 2, seconds: 3 };
  const recipe = { request, listener: "whisper-base", transcript, segments, stats };
  return { made: { text, recipe }, works: [`minutes-${job.id}`] };
}
