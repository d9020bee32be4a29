import { describe, expect, it } from "vitest";
import { i18n } from "../i18n/index.svelte";
import type { ExperimentAnswer } from "../ipc";
import { barOf, figure, measure } from "./experiment.svelte";

const answer = (more: Partial<ExperimentAnswer>): ExperimentAnswer => ({ seed: 1, text: "a", right: null, asks: false, words: 2, repeated: 0, confidence: 0.5, logProbability: null, tokens: 3, seconds: 1, ...more });

describe("what is counted of answers so far", () => {
  const answers = [answer({ right: true, words: 4 }), answer({ right: false, text: "b", asks: true, confidence: 0.9 }), answer({ right: false, text: "b ", confidence: 0.7 })];

  it.each([["right", 1 / 3], ["asks", 1 / 3], ["words", 8 / 3], ["confidenceWhenWrong", 0.8], ["distinct", 2 / 3]] as const)("%s", (what, value) => expect(measure(answers, what)).toBeCloseTo(value));
  it.each(["right", "confidenceWhenWrong", "logProbability"] as const)("%s is nothing where no answer tells", (what) => expect(measure([answer({})], what)).toBeNull());
  it("is nothing of no answers", () => expect(measure([], "words")).toBeNull());
});

describe("a bar", () => {
  it("of a share is as long as the share", () => expect(barOf("right", 0.25, [0.25, 1])).toBe(0.25));
  it("of a number is as long as its part of the largest", () => expect(barOf("words", 5, [5, 20])).toBe(0.25));
  it("of a log probability is the longer the likelier", () => expect(barOf("logProbability", -2, [-2, -8])).toBeGreaterThan(barOf("logProbability", -8, [-2, -8])));
});

describe("a figure", () => {
  it("is written as the language writes it", () => {
    i18n.choose("en");
    expect([figure("right", 0.5), figure("words", 12.34), figure("logProbability", -3.456), figure("seconds", 2)]).toEqual(["50%", "12.3", "-3.46", "2 s"]);
    i18n.choose("zh");
    expect(figure("seconds", 2)).toBe("2 秒");
    i18n.choose("en");
  });
});
