// What is told, and how much of it.
import { describe, expect, it } from "vitest";
import { announcer, beginning, languageOf } from "./announcer.svelte";

describe("the announcer", () => {
  it("tells two things of one moment together, and a model's words in their own language", () => {
    announcer.say("One.");
    announcer.say("Two.", "你好");
    expect(announcer.message).toContain("One. Two.");
    expect(announcer.quote).toEqual({ text: "你好", lang: "zh-CN" });
  });

  it("begins a long answer and ends with a sentence", () => {
    const long = "A sentence of some words. ".repeat(60);
    expect(beginning(long)).toMatch(/words\. …$/);
    expect(beginning(long).length).toBeLessThan(605);
    expect(beginning("短。")).toBe("短。");
    expect(languageOf("plain")).toBe("en");
  });
});
