// A storyboard's scenes and what can be done with them, and the way back: pure, no window.

import type { SubjectChoice } from "../../ipc";

export interface Scene {
  /** Stays with the scene when it is moved. */
  readonly id: number;
  readonly prompt: string;
  readonly seconds: number;
  /** What its words are taken for; null, as in films of 0.1: what lies nearest to them. */
  readonly subject: SubjectChoice | null;
}

const BY_WORDS: SubjectChoice = { kind: "words" };

export const MOST_SCENES = 8;
export const LEAST_SECONDS = 0.2;
export const MOST_SECONDS = 60;
/** Of the whole film. */
export const MOST_FILM_SECONDS = 120;
const FIRST_SECONDS = 1;
const UNDO_STEPS = 100;

let lastId = 0;

export function scene(prompt = "", seconds = FIRST_SECONDS, subject: SubjectChoice | null = BY_WORDS): Scene {
  lastId += 1;
  return { id: lastId, prompt, seconds: within(seconds), subject };
}

/** A tenth of a second is the finest that is kept. */
function within(seconds: number): number {
  if (!Number.isFinite(seconds)) return FIRST_SECONDS;
  return Math.round(Math.min(MOST_SECONDS, Math.max(LEAST_SECONDS, seconds)) * 10) / 10;
}

/** A new scene behind the one at `after`, as long as that one; the same scenes where there is no room. */
export function add(scenes: readonly Scene[], after = scenes.length - 1): readonly Scene[] {
  if (scenes.length >= MOST_SCENES) return scenes;
  const at = Math.min(scenes.length, Math.max(0, after + 1));
  return [...scenes.slice(0, at), scene("", scenes[at - 1]?.seconds), ...scenes.slice(at)];
}

/** One scene always stays. */
export function remove(scenes: readonly Scene[], id: number): readonly Scene[] {
  return scenes.length > 1 ? scenes.filter((one) => one.id !== id) : scenes;
}

/** The scene to another place, counted from 0; beyond the ends is the end. */
export function move(scenes: readonly Scene[], id: number, to: number): readonly Scene[] {
  const from = scenes.findIndex((one) => one.id === id);
  const moved = scenes[from];
  const place = Math.min(scenes.length - 1, Math.max(0, to));
  if (!moved || place === from) return scenes;
  const rest = scenes.filter((one) => one !== moved);
  return [...rest.slice(0, place), moved, ...rest.slice(place)];
}

export function edit(scenes: readonly Scene[], id: number, part: Partial<Pick<Scene, "prompt" | "seconds">>): readonly Scene[] {
  const seconds = part.seconds === undefined ? {} : { seconds: within(part.seconds) };
  // Other words name another thing.
  const subject = part.prompt === undefined ? {} : { subject: BY_WORDS };
  return scenes.map((one) => (one.id === id ? { ...one, ...part, ...seconds, ...subject } : one));
}

export function length(scenes: readonly Scene[]): number {
  return scenes.reduce((sum, one) => sum + one.seconds, 0);
}

export type Trouble = "empty" | "long";

/** Why no film can be made of them yet. */
export function trouble(scenes: readonly Scene[]): Trouble | null {
  if (scenes.some((one) => one.prompt.trim() === "")) return "empty";
  return length(scenes) > MOST_FILM_SECONDS ? "long" : null;
}

/** What was, what is, what was taken back. */
export interface History<T> {
  readonly past: readonly T[];
  readonly now: T;
  readonly future: readonly T[];
  /** What the last change was about: the next about the same is one with it. */
  readonly about: string | null;
}

export function begin<T>(now: T): History<T> {
  return { past: [], now, future: [], about: null };
}

/** `about` names what is changed, so that a word typed letter by letter is taken back whole. */
export function record<T>(history: History<T>, next: T, about: string | null = null): History<T> {
  if (next === history.now) return history;
  const goesOn = about !== null && about === history.about;
  const past = goesOn ? history.past : [...history.past, history.now].slice(-UNDO_STEPS);
  return { past, now: next, future: [], about };
}

export function undo<T>(history: History<T>): History<T> {
  const now = history.past.at(-1);
  if (now === undefined) return history;
  return { past: history.past.slice(0, -1), now, future: [history.now, ...history.future], about: null };
}

export function redo<T>(history: History<T>): History<T> {
  const [now, ...future] = history.future;
  if (now === undefined) return history;
  return { past: [...history.past, history.now], now, future, about: null };
}
