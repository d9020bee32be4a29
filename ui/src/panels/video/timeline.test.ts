import { describe, expect, it } from "vitest";
import { captionAt, counts, end, evenness, frameAt, joined, keyFrom, linesBegin, neighbours, sampled, type Frame, type Kind } from "./timeline";

function film(kinds: string, seconds = 0.25, differences: number[] = []): Frame[] {
  const names: Record<string, Kind> = { k: "key", b: "between", h: "held" };
  return [...kinds].map((kind, index) => ({
    index,
    begin: index * seconds,
    seconds,
    kind: names[kind]!,
    share: 0,
    difference: differences[index] ?? 0,
  }));
}

describe("a timeline", () => {
  it("finds the frame that is seen at a time", () => {
    const frames = film("kbbk");
    expect([-1, 0, 0.24, 0.25, 0.6, 9].map((at) => frameAt(frames, at))).toEqual([0, 0, 0, 1, 2, 3]);
    expect(frameAt([], 3)).toBe(0);
    expect([end(frames), end([])]).toEqual([1, 0]);
  });

  it("finds each frame at its own beginning, however its time was summed up", () => {
    const mark = { seconds: 1 / 29.97, frame: { kind: "key" as const }, difference: 0 };
    let frames = joined([], [mark, mark]);
    for (let index = 0; index < 149; index += 1) frames = joined(frames, [mark, mark]);
    expect(frames.at(-1)?.index).toBe(299);
    for (const frame of frames) expect(frameAt(frames, frame.index / 29.97)).toBe(frame.index);
  });

  it("keeps how far an in-between lies on its way", () => {
    const frames = joined(film("k"), [{ seconds: 0.25, frame: { kind: "between", time: 0.4 }, difference: 0.02 }]);
    expect(frames[1]).toEqual({ index: 1, begin: 0.25, seconds: 0.25, kind: "between", share: 0.4, difference: 0.02 });
  });

  it("walks from key to key", () => {
    const frames = film("kbbkbhk");
    expect([keyFrom(frames, 0, 1), keyFrom(frames, 4, 1), keyFrom(frames, 4, -1), keyFrom(frames, 6, 1)]).toEqual([3, 6, 3, 6]);
    expect([neighbours(frames, 1), neighbours(frames, 3), neighbours(frames, 5)]).toEqual([[0, 3], [3, 3], [3, 6]]);
    // While it is made, the key that comes is not there yet.
    expect(neighbours(film("kb"), 1)).toEqual([0, 1]);
  });

  it("chooses frames for a strip", () => {
    expect(sampled(48, 5)).toEqual([0, 12, 24, 35, 47]);
    expect([sampled(3, 10), sampled(0, 4), sampled(9, 1), sampled(9, 0)]).toEqual([[0, 1, 2], [], [0], []]);
  });

  it("measures how evenly frames lie", () => {
    expect(evenness(film("kbk", 1, [0, 0.1, 0.1]))).toEqual({ mean: 0.1, largest: 0.1, spread: 0 });
    expect(evenness(film("kbk", 1, [9, 0, 0.2]))?.spread).toBeCloseTo(1);
    expect(evenness(film("kbk"))?.spread).toBe(0);
    expect(evenness(film("kb"))).toBeNull();
  });

  it("counts where frames come from", () => {
    expect(counts(film("kbbkh"))).toEqual({ key: 2, between: 2, held: 1 });
  });

  it("finds the captions with which lines begin", () => {
    const caption = (text: string) => ({ from: 0, to: 1, text });
    expect(linesBegin(["A cat wakes.", "It is hungry, very hungry.", "It eats."], ["A cat wakes.", "It is hungry,", "very hungry.", "It eats."].map(caption))).toEqual([0, 1, 3]);
    expect(linesBegin(["一。", "二三四。"], ["一", "二三四。"].map(caption))).toEqual([0, 1]);
    expect(linesBegin(["a", "b"], [])).toEqual([0, 0]);
  });

  it("knows what is said", () => {
    const lines = [{ from: 0, to: 1, text: "a" }, { from: 1.5, to: 2, text: "b" }];
    expect([0, 0.9, 1.2, 1.5, 2].map((at) => captionAt(lines, at))).toEqual([0, 0, -1, 1, -1]);
  });
});
