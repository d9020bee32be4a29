import { describe, expect, it } from "vitest";
import { staggered, together } from "./words";

describe("words on two rows", () => {
  it("stay on the first where they have room", () => {
    expect(staggered([0, 50, 100], [40, 40, 40], 5)).toEqual([
      { left: 0, row: 0 },
      { left: 50, row: 0 },
      { left: 100, row: 0 },
    ]);
  });

  it("never touch, and are moved only where both rows are taken", () => {
    const starts = [0, 10, 20, 30, 40, 300];
    const widths = [60, 60, 60, 60, 60, 60];
    const places = staggered(starts, widths, 8);
    expect(places.slice(0, 2)).toEqual([
      { left: 0, row: 0 },
      { left: 10, row: 1 },
    ]);
    for (const row of [0, 1]) {
      const lefts = places.filter((place) => place.row === row).map((place) => place.left);
      expect(lefts.every((left, at) => at === 0 || left >= (lefts[at - 1] ?? 0) + 68)).toBe(true);
    }
    expect(places.at(-1)).toEqual({ left: 300, row: 0 });
  });
});

describe("the words of a sentence", () => {
  it("are written with spaces in English, and without in Chinese", () => {
    expect(together(["Green", "tea", "is", "hot."])).toBe("Green tea is hot.");
    expect(together(["今天", "我们", "学", "AI", "绘画。", "好！"])).toBe("今天我们学 AI 绘画。好！");
    expect(together([])).toBe("");
  });
});
