// Sizes that follow the window and the settings.
import { describe, expect, it } from "vitest";
import { baseFor, wordsFactor } from "./appearance";

describe("the root's font", () => {
  it("grows with the window, within limits", () => {
    expect(baseFor(320)).toBe(16);
    expect(baseFor(1280)).toBeCloseTo(16, 1);
    expect(baseFor(1920)).toBeCloseTo(18.2, 1);
    expect(baseFor(3840)).toBeCloseTo(32.7, 1);
    expect(baseFor(9000)).toBe(34);
  });
});

describe("the size of words", () => {
  it("is 1 to 2; 0 and what is out of bounds are within", () => {
    expect([0, 100, 150, 200, 900, 20].map(wordsFactor)).toEqual([1, 1, 1.5, 2, 2, 1]);
  });
});
