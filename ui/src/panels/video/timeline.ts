// The frames of a film along its time: which is shown when, which are keys, how evenly they lie.
import type { Caption, FrameMark } from "../../ipc";

export type Kind = "key" | "between" | "held";

export interface Frame {
  /** Counts from 0. */
  index: number;
  /** When it is first seen, and for how long, in seconds. */
  begin: number;
  seconds: number;
  kind: Kind;
  /** Of the way from the key before to the key after, 0 to 1; 0 for others than in-betweens. */
  share: number;
  /** From the frame before: mean over all values, 0 to 1. */
  difference: number;
}

/** Frames with those that follow them; times are summed up. */
export function joined(frames: readonly Frame[], more: readonly FrameMark[]): readonly Frame[] {
  let begin = end(frames);
  const placed = more.map(({ seconds, frame, difference }, offset): Frame => {
    const share = frame.kind === "between" ? frame.time : 0;
    const one = { index: frames.length + offset, begin, seconds, kind: frame.kind, share, difference };
    begin += seconds;
    return one;
  });
  return [...frames, ...placed];
}

export function end(frames: readonly Frame[]): number {
  const last = frames.at(-1);
  return last ? last.begin + last.seconds : 0;
}

/** The frame that is seen at a time: the last that has begun. 0 also where there is none. */
export function frameAt(frames: readonly Frame[], seconds: number): number {
  let [low, high] = [0, frames.length - 1];
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    // Times are sums of fractions: a hair before its beginning is its beginning.
    if ((frames[middle]?.begin ?? 0) <= seconds + 1e-6) low = middle;
    else high = middle - 1;
  }
  return Math.max(0, low);
}

/** The nearest key before (-1) or after (1) a frame; the end of the film where there is none. */
export function keyFrom(frames: readonly Frame[], index: number, direction: 1 | -1): number {
  for (let at = index + direction; at >= 0 && at < frames.length; at += direction) {
    if (frames[at]?.kind === "key") return at;
  }
  return direction === 1 ? Math.max(0, frames.length - 1) : 0;
}

/** The keys that an in-between lies between; both are the frame itself where it is a key. */
export function neighbours(frames: readonly Frame[], index: number): [number, number] {
  if (frames[index]?.kind === "key") return [index, index];
  return [keyFrom(frames, index, -1), keyFrom(frames, index, 1)];
}

/** `places` frames, evenly from the first to the last of `count`. */
export function sampled(count: number, places: number): number[] {
  const shown = Math.max(0, Math.min(count, places));
  if (shown <= 1) return count > 0 && shown === 1 ? [0] : [];
  return Array.from({ length: shown }, (_, place) => Math.round((place * (count - 1)) / (shown - 1)));
}

export interface Evenness {
  mean: number;
  largest: number;
  /** The standard deviation as a share of the mean: 0 is perfectly even. */
  spread: number;
}

/** How far neighbours are apart; the first frame has nothing before it. Null with fewer than three frames. */
export function evenness(frames: readonly Frame[]): Evenness | null {
  const differences = frames.slice(1).map((frame) => frame.difference);
  if (differences.length < 2) return null;
  const mean = differences.reduce((sum, one) => sum + one, 0) / differences.length;
  const largest = Math.max(...differences);
  if (mean === 0) return { mean, largest, spread: 0 };
  const variance = differences.reduce((sum, one) => sum + (one - mean) ** 2, 0) / differences.length;
  return { mean, largest, spread: Math.sqrt(variance) / mean };
}

export interface Counts {
  key: number;
  between: number;
  held: number;
}

export function counts(frames: readonly Frame[]): Counts {
  const found: Counts = { key: 0, between: 0, held: 0 };
  for (const frame of frames) found[frame.kind] += 1;
  return found;
}

/** What is said at a time; nothing between two lines. */
export function captionAt(captions: readonly Caption[], seconds: number): number {
  return captions.findLastIndex((one) => one.from <= seconds && seconds < one.to);
}

/** Only what is said of a text: letters and digits. */
export function said(text: string): string {
  return text.replaceAll(/[^\p{L}\p{N}]/gu, "").toLowerCase();
}

/** The caption with which each line begins; a long line has several captions. */
export function linesBegin(lines: readonly string[], captions: readonly Caption[]): number[] {
  let [caption, reached, before] = [0, 0, 0];
  return lines.map((line) => {
    while (caption < captions.length - 1 && reached + said(captions[caption]?.text ?? "").length <= before) {
      reached += said(captions[caption]?.text ?? "").length;
      caption += 1;
    }
    before += said(line).length;
    return caption;
  });
}
