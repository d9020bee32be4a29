import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { shownTitle } from "./titles";
import { titles as en } from "./titles.en";
import { titles as zh } from "./titles.zh";

describe("a work's title", () => {
  it.each([
    ["Cheerful · G major · 4/4 · Piano", "欢快 · G 大调 · 4/4 拍 · 钢琴"],
    ["Lullaby · E♭ mixolydian · 6/8 · Music box", "摇篮曲 · E♭ 混合利底亚 · 6/8 拍 · 八音盒"],
    ["Calm · C minor · 3/4", "宁静 · C 小调 · 3/4 拍"],
    ["Dance · A minor · 2/4 · Sitar", "舞曲 · A 小调 · 2/4 拍 · Sitar"],
    ["Minutes: board.wav", "会议纪要：board.wav"],
  ])("that the app made is shown in either language: %s", (english, chinese) => {
    expect(shownTitle(english, "zh")).toBe(chinese);
    expect(shownTitle(chinese, "en")).toBe(english);
    expect(shownTitle(english, "en")).toBe(english);
    expect(shownTitle(chinese, "zh")).toBe(chinese);
  });

  it("of the terminal is understood too", () => {
    expect(shownTitle("Cheerful · C major · 4/4 · harp", "zh")).toBe("欢快 · C 大调 · 4/4 拍 · 竖琴");
    expect(shownTitle("Cheerful · C major · 4/4 ·", "zh")).toBe("欢快 · C 大调 · 4/4 拍");
  });

  it.each(["A red apple", "Cheerful", "Cheerful · G major", "Cheerful · H major · 4/4 · Piano", "Cheerful · G major · 4/4 · Piano · mine", "Minutes: of the meeting", "宁静", ""])("in a person's own words stays: %s", (title) => {
    expect(shownTitle(title, "zh")).toBe(title);
    expect(shownTitle(title, "en")).toBe(title);
  });

  it("knows the instruments of the melody model", () => {
    const { instruments } = JSON.parse(readFileSync("../models/melody/config.json", "utf8")) as { instruments: { id: string; name: { en: string; zh: string } }[] };
    expect(instruments.map(({ id, name }) => [id, name.en, name.zh])).toEqual(Object.entries(en.instruments).map(([id, name]) => [id, name, zh.instruments[id as keyof typeof en.instruments]]));
  });
});
