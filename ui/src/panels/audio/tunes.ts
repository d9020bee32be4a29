// Notes as they are named and counted, and the example cards.
import type { Accompaniment, ComposedNote, CompositionRequest, Form, LocalText, Metre, Mode, Mood, NoteKind } from "../../ipc";
import { Deck, isLocal, pick, type Card } from "../../shared/deck.svelte";
import { isRecord } from "../../shared/keeping.svelte";
import { oneOf } from "../../shared/keeping.svelte";
import tunesJson from "./tunes.json";

export const MOODS: readonly Mood[] = ["cheerful", "calm", "wistful", "solemn", "dance", "lullaby"];
export const METRES: readonly Metre[] = ["2/4", "3/4", "4/4", "6/8"];
export const MODES: readonly Mode[] = ["major", "minor", "dorian", "mixolydian", "pentatonic"];
export const FORMS: readonly Form[] = ["free", "aaba", "aabb", "abab"];
export const ACCOMPANIMENTS: readonly Accompaniment[] = ["auto", "none", "held", "rhythm", "broken", "drone"];

/** Tonics by their semitones above C. */
export const KEYS = ["C", "C♯", "D", "E♭", "E", "F", "F♯", "G", "A♭", "A", "B♭", "B"] as const;
const FLATS = ["C", "D♭", "D", "E♭", "E", "F", "G♭", "G", "A♭", "A", "B♭", "B"] as const;
/** Tonics whose scales are written with flats. */
const FLAT_TONICS = new Set([5, 10, 3, 8, 1]);

/** A key as musicians call it: 60 is C4. */
export function keyName(key: number, tonic: number): string {
  const names = FLAT_TONICS.has(tonic) ? FLATS : KEYS;
  return `${names[key % 12]}${Math.floor(key / 12) - 1}`;
}

export const BAR_TICKS: Record<Metre, number> = { "2/4": 24, "3/4": 36, "4/4": 48, "6/8": 36 };
export const BEAT_TICKS: Record<Metre, number> = { "2/4": 12, "3/4": 12, "4/4": 12, "6/8": 18 };

/** A sounding note with all that is held on to it. */
export interface Sounding {
  /** Where it stands among the notes. */
  index: number;
  key: number;
  at: number;
  length: number;
}

export function soundings(notes: readonly ComposedNote[]): Sounding[] {
  const found: Sounding[] = [];
  notes.forEach((note, index) => {
    const last = found.at(-1);
    if (note.what.kind === "hold" && last) last.length += note.length;
    else if (note.key !== null) found.push({ index, key: note.key, at: note.at, length: note.length });
  });
  return found;
}

export function sameKind(a: NoteKind, b: NoteKind): boolean {
  return a.kind === b.kind && (a.kind !== "pitch" || b.kind !== "pitch" || a.pitch === b.pitch);
}

/** A chord's name from its step, in the key: V7 in G is D7. */
export function chordName(name: string, classes: readonly number[], tonic: number): string {
  const root = classes[0];
  if (root === undefined) return name;
  const third = classes.find((one) => [3, 4].includes((one - root + 12) % 12));
  const minor = third !== undefined && (third - root + 12) % 12 === 3 ? "m" : "";
  const rest = /(7|dim|sus\d?|6)$/.exec(name)?.[1] ?? "";
  return `${(FLAT_TONICS.has(tonic) ? FLATS : KEYS)[root]}${rest === "dim" ? "" : minor}${rest}`;
}

export interface TuneExample extends Card {
  title: LocalText;
  /** What is asked of it; an instrument that the model lacks becomes its first. */
  request: Pick<CompositionRequest, "mood" | "metre" | "mode" | "key" | "bars" | "form"> & Partial<Pick<CompositionRequest, "tempo" | "accompaniment" | "temperature" | "seed">> & { instrument: string };
}

export const tunes = tunesJson as TuneExample[];

export const deck = new Deck<TuneExample>("tune", tunes, ({ id, topic, title, request }) => {
  if (!isLocal(title) || !isRecord(request)) return null;
  const asked: TuneExample["request"] = {
    mood: oneOf(MOODS, request["mood"], "cheerful"),
    metre: oneOf(METRES, request["metre"], "4/4"),
    mode: oneOf(MODES, request["mode"], "major"),
    form: oneOf(FORMS, request["form"], "aaba"),
    accompaniment: oneOf(ACCOMPANIMENTS, request["accompaniment"], "auto"),
    key: 0,
    bars: 16,
    instrument: "",
    ...pick<TuneExample["request"]>(request, { key: "number", bars: "number", instrument: "string", tempo: "number", temperature: "number", seed: "number" }),
  };
  return { id: String(id), topic: topic as LocalText, title, request: asked };
});
