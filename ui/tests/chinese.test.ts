// Chinese as the first language it is: one rendering for each term, 你, the marks and spaces of Chinese, and
// no sentence that sends a person to a developer's tool. Dictionaries, cards, and the Rust side's words.
import { readFileSync } from "node:fs";
import { basename } from "node:path";
import { describe, expect, it } from "vitest";
import * as en from "../src/i18n/en";
import terms from "../src/i18n/terms.json";
import * as zh from "../src/i18n/zh";
import { rustPairs, sources, type Pair } from "./sources";

type Leaf = string | ((...values: never[]) => string);

function leaves(node: unknown, path: string): [string, Leaf][] {
  if (typeof node === "string" || typeof node === "function") return [[path, node as Leaf]];
  return Object.entries(node as object).flatMap(([name, value]) => leaves(value, path ? `${path}.${name}` : name));
}

/** Sentences whose gaps hold Chinese words. */
const wordy = new Set(["compare.firstDifference", "video.variable"]);

/** A sentence with a value in each of its gaps. */
const said = (leaf: Leaf) => (typeof leaf === "function" ? (leaf as (...values: number[]) => string)(...Array.from({ length: leaf.length }, (_, gap) => gap + 3)) : leaf);

function localTexts(node: unknown, path: string): Pair[] {
  if (typeof node !== "object" || node === null) return [];
  const { en, zh } = node as { en?: unknown; zh?: unknown };
  if (typeof en === "string" && typeof zh === "string") return [{ path, en, zh }];
  return Object.entries(node).flatMap(([name, value]) => localTexts(value, `${path}.${name}`));
}

const chinese = new Map(leaves(zh, ""));
const window: Pair[] = leaves(en, "").map(([path, leaf]) => ({ path, en: said(leaf), zh: said(chinese.get(path) ?? "") }));
const cards = sources("src/panels", /\.json$/).flatMap((path) => localTexts(JSON.parse(readFileSync(path, "utf8")), basename(path, ".json") + path));
const crates = "../src-tauri/crates";
const failures = rustPairs(`${crates}/studio/src/failure/catalogue.rs`);
const terminal = [...rustPairs(`${crates}/cli/src/words.rs`), ...rustPairs(`${crates}/cli/src/next_steps.rs`)];
const models = sources("../models", /model\.toml$/).flatMap((path) =>
  [...readFileSync(path, "utf8").matchAll(/^(\w+) = \{ en = "(.*)", zh = "(.*)" \}$/gm)].map(([, name, en, zh]) => ({ path: `${path} ${name}`, en: en!, zh: zh! })),
);
const everything = [...window, ...failures, ...terminal];

/** Whether English has a term, as a word of its own, in the singular or plural. */
const has = (text: string, term: string) => new RegExp(String.raw`(?<![\w{-])${term}s?(?![\w}-])`, "i").test(text);

/** Sentences whose English means something else by the word, or that go without it in Chinese. */
const free: Record<string, string[]> = {
  works: ["keys.lead", "settings.modelDeviceHelp", "SoundOutputNone", "before.allBut", "FINE_BUT", "NOT_FINE"],
  "work of": ["settings.licencesLead"],
  answer: ["text.promptPlaceholderAgain"],
  film: ["video.strip"],
  clip: ["video.countsClip"],
  folder: ["RuntimeMissing", "ModelNone"],
};

/** What is typed is the same in every language: commands, and words of a file's own. */
const typed = /quartet [a-z ]+(\{\w+\}|[A-Z]+)?|`[^`]*`|“[a-z]+”/g;

function faults({ path, en, zh }: Pair): string[] {
  return terms
    .filter((term) => has(en.replace(typed, ""), term.en) && !free[term.en]?.includes(path))
    .flatMap((term) => {
      const wrong = term.never.filter((never) => zh.includes(never));
      if (wrong.length > 0) return [`${path}: ${term.en} is ${term.zh[0]}, not ${wrong[0]}: ${zh}`];
      return term.zh.some((right) => zh.includes(right)) ? [] : [`${path}: ${term.en} without ${term.zh.join(", ")}: ${en} | ${zh}`];
    });
}

describe("terms", () => {
  it("have one rendering in Chinese", () => {
    expect([...everything, ...models].flatMap(faults)).toEqual([]);
  });

  it("are listed once, each with its rendering", () => {
    expect(new Set(terms.map((term) => term.en)).size).toBe(terms.length);
    for (const { en, zh, never } of terms) expect(zh.filter((right) => never.includes(right)), en).toEqual([]);
  });

  it("would be missed", () => {
    const of = (en: string, zh: string) => faults({ path: "x", en, zh });
    expect(of("12 tokens", "12 个词元")).toEqual([]);
    expect(of("12 tokens", "12 个令牌")).toHaveLength(1);
    expect(of("12 tokens", "12 个")).toHaveLength(1);
    expect(of("The tokeniser", "分词器")).toEqual([]);
  });
});

/** What is not as Chinese is written. */
function slips(text: string): string[] {
  const han = String.raw`\p{Script=Han}`;
  const rules: [string, RegExp][] = [
    ["您", /您/],
    ["a developer's tool", /cargo|xtask|源码/],
    ["a mark of English", new RegExp(String.raw`${han}\s?[,;:?!.](\s|$)|${han}[,;?!]${han}|[,;?!]\s?${han}`, "u")],
    ["brackets of English", new RegExp(String.raw`\(${han}|${han}\)`, "u")],
    ["no space between Chinese and Latin", new RegExp(String.raw`${han}[A-Za-z0-9]|[A-Za-z0-9%]${han}`, "u")],
    ["a space beside a mark of Chinese", /[，。；：？！、（）“”《》][^\S\n]|[^\S\n][，。；：？！、（）《》]/],
    ["a space before %", /\d\s+%/],
    ["traditional characters", /[這個們說請開關閉輸內圖頻聲錄]/],
  ];
  return rules.filter(([, rule]) => rule.test(text)).map(([name]) => `${name}: ${text}`);
}

describe("sentences in Chinese", () => {
  it.each([
    ["the window", window],
    ["failures", failures],
  ])("of %s are as a teacher writes them", (_, pairs) => {
    expect(pairs.length).toBeGreaterThan(100);
    expect(pairs.filter(({ path }) => !wordy.has(path)).flatMap(({ path, zh }) => slips(zh).map((slip) => `${path} has ${slip}`))).toEqual([]);
  });

  it("name no developer's tool in English either", () => {
    expect([...window, ...failures].filter(({ en }) => /cargo|xtask|\bclone\b/i.test(en))).toEqual([]);
  });

  it("end a thing under way in …, and prose that trails off in ……", () => {
    const wrong = window.filter(({ path, zh }) => /\.\.\.|…{3}/.test(zh) || (zh.includes("……") && !/placeholder/i.test(path)));
    expect(wrong).toEqual([]);
  });

  it("are on the cards, in the words of each", () => {
    expect(cards.length).toBeGreaterThan(60);
    for (const { path, zh } of cards) expect(zh, path).toMatch(/\p{Script=Han}/u);
  });

  it("would be found wrong", () => {
    for (const wrong of ["请检查您的文件。", "运行 `cargo xtask run`。", "你好,世界。", "（好） 的", "约3 秒", "90 % 以上", "請開始"]) expect(slips(wrong), wrong).not.toEqual([]);
    expect(slips("约 3 秒，90% 以上：“Ctrl + Z”撤销。")).toEqual([]);
  });
});

describe("numbers and dates", () => {
  const count = (text: string, part: string) => text.split(part).length - 1;
  const big = (leaf: Leaf) => (leaf as (...values: number[]) => string)(...Array.from({ length: (leaf as () => string).length }, () => 12345));

  it("are written as each language writes them, in the same places", () => {
    const english = new Map(leaves(en, ""));
    const wrong = [...english].filter(([path, leaf]) => {
      if (typeof leaf !== "function") return false;
      const [one, other] = [big(leaf), big(chinese.get(path)!)];
      return count(one, "12,345") !== count(other, "12,345") || count(one, "12345") !== count(other, "12345");
    });
    expect(wrong.map(([path]) => path)).toEqual([]);
  });

  it("go through the language's own format in English", () => {
    const raw = sources("src", /i18n\/(\w+\.)?en\.ts$/).flatMap((path) =>
      readFileSync(path, "utf8").split("\n").filter((line) => [...line.matchAll(/(\w+): number\b/g)].some(([, name]) => line.includes(`\${${name}}`))),
    );
    expect(raw).toEqual([]);
  });

  it("are formatted in src/i18n alone", () => {
    // Rounds a value; draws a line.
    const unseen = ["src/shared/form/Slider.svelte", "src/panels/video/Evenness.svelte"];
    const own = sources("src").filter((path) => !path.includes("/i18n/") && !unseen.includes(path) && !path.endsWith(".test.ts") && /\.toFixed\(|\.toLocale\w*\(|\bIntl\./.test(readFileSync(path, "utf8")));
    expect(own).toEqual([]);
  });
});
