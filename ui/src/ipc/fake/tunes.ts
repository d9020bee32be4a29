// The scripted engine's tunes: a scale up and down, a bar after a bar.
import { fresh } from "./library";
import type { ComposedBar, ComposedNote, CompositionProgress, CompositionRecipe, CompositionRequest, NoteKind } from "../index";
import type { FakeHost } from "./job";

const RATE = 44_100;
const BAR_SAMPLES = 88_200;
const STEPS = [0, 2, 4, 5, 7, 5, 4, 2];

function note(request: CompositionRequest, index: number): ComposedNote {
  const pitch = STEPS[index % STEPS.length] ?? 0;
  const tonic = request.key < 7 ? 60 + request.key : 48 + request.key;
  const given = request.start?.[index];
  const what: NoteKind = given?.what ?? { kind: "pitch", pitch };
  const key = what.kind === "pitch" ? tonic + what.pitch : null;
  const chord = index % 8 === 0 ? { name: index % 16 === 0 ? "I" : "V7", classes: [(request.key + (index % 16 === 0 ? 0 : 7)) % 12] } : null;
  const others = [pitch, pitch + 4, pitch + 7].map((other, place) => ({ what: { kind: "pitch" as const, pitch: other }, key: tonic + other, probability: [0.6, 0.25, 0.1][place] ?? 0 }));
  return { bar: Math.floor(index / 4), at: index * 12, length: 12, what, key, chord, probability: 0.6, alternatives: others, given: given !== undefined };
}

export class FakeTunes {
  constructor(private readonly backend: FakeHost) {}

  load(model: unknown): unknown {
    return {
      model,
      instruments: [
        { id: "piano", program: 0, name: { en: "Piano", zh: "钢琴" } },
        { id: "harp", program: 46, name: { en: "Harp", zh: "竖琴" } },
      ],
      moods: ["cheerful", "calm", "wistful", "solemn", "dance", "lullaby"],
      metres: ["2/4", "3/4", "4/4", "6/8"],
      modes: ["major", "minor", "dorian", "mixolydian", "pentatonic"],
      temperature: 1,
      topP: 0.95,
      device: "CPU",
    };
  }

  start(asked: CompositionRequest, events: unknown): number {
    const request: CompositionRequest = { ...asked, metre: "4/4", tempo: 120, instrument: asked.instrument ?? "piano", temperature: 1, topP: 0.95, seed: asked.seed ?? 31_415 };
    return this.backend.start<CompositionProgress, CompositionRecipe>(events, async (job) => {
      job.tell({ kind: "begun", request });
      const [notes, bars]: [ComposedNote[], ComposedBar[]] = [[], []];
      for (let bar = 0; bar < request.bars; bar += 1) {
        await job.beat();
        const more = [0, 1, 2, 3].map((place) => note(request, bar * 4 + place));
        notes.push(...more);
        job.tell({ kind: "notes", notes: more });
        const part = Math.floor((bar * 4) / request.bars) === 2 ? 1 : 0;
        job.tell({ kind: "bar", index: bar, part, repeats: null });
        const [from, to] = [bar * BAR_SAMPLES, (bar + 1) * BAR_SAMPLES];
        bars.push({ part, repeats: null, from, to });
        job.tell({ kind: "audio", bar, from, to, sampleRate: RATE });
      }
      const stats = { seed: request.seed ?? 0, sampleRate: RATE, bars: request.bars, notes: notes.length, tokens: 99, programs: [0, 0, 32] as [number, number, number], audioSeconds: request.bars * 2, writingSeconds: 0.1, playingSeconds: 0.2, firstSoundSeconds: 0.1 };
      const made = { request, stats, notes, bars };
      return { made, works: [this.#keep(made)] };
    });
  }

  #keep(composition: CompositionRecipe): string {
    const id = `tune-${this.backend.works.length + 1}`;
    const title = composition.request.title ?? "";
    const work = { id, modality: "audio" as const, title, createdAt: new Date().toISOString(), model: "melody", seconds: 0.3, bytes: 900_000, ...fresh };
    const made = { quartet: "0.1.0", modality: "audio" as const, model: { id: "melody", licence: "Apache-2.0" }, runtime: { version: "1.27.0", device: "CPU", threads: 0 }, seconds: 0.3, composition };
    this.backend.works = [{ work, content: title, recipe: JSON.stringify(made, null, 2), made, file: `/home/ada/.local/share/quartet/works/${id}.wav` }, ...this.backend.works];
    return id;
  }
}
