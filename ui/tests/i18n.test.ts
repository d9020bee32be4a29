// The two languages match, and no string stands in the markup by itself.
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parse, type AST } from "svelte/compiler";
import { describe, expect, it } from "vitest";
import * as en from "../src/i18n/en";
import * as zh from "../src/i18n/zh";
import { examples, lessons } from "../src/panels/text/examples";
import { icons } from "../src/panels/text/icons";

type Leaf = string | ((...values: never[]) => string);

function leaves(node: unknown, path = ""): [string, Leaf][] {
  if (typeof node === "string" || typeof node === "function") return [[path, node as Leaf]];
  return Object.entries(node as object).flatMap(([name, value]) => leaves(value, `${path}.${name}`));
}

const english = new Map(leaves(en));
const chinese = new Map(leaves(zh));

// Names and terms that are written the same in both.
const same = new Set([
  ".app.name", ".app.generatedByAi", ".phases.idle", ".text.branchShort", ".settings.version", ".settings.runtime",
  ".marks.colon", ".marks.comma", ".marks.sentence", ".settings.languageEnglish", ".settings.languageChinese", ".keys.tokensKeys", ".compare.a", ".compare.b",
  ".form.styles.noto", ".form.styles.twemoji", ".parameters.topKTerm", ".parameters.topPTerm", ".parameters.minPTerm", ".parameters.stopTerm",
  ".compose.parts", ".compose.forms.aaba", ".compose.forms.aabb", ".compose.forms.abab", ".kiosk.languages.en", ".kiosk.languages.zh", ".kiosk.choose.en", ".kiosk.choose.zh",
]); // prettier-ignore

describe("the two languages", () => {
  it("have the same strings", () => {
    expect([...chinese.keys()].sort()).toEqual([...english.keys()].sort());
  });

  it("are both written out", () => {
    for (const [path, words] of english) {
      const other = chinese.get(path);
      if (typeof words === "function") {
        expect(typeof other, path).toBe("function");
        continue;
      }
      if (same.has(path)) continue;
      expect(other, path).not.toBe(words);
      expect(String(other).length, path).toBeGreaterThan(0);
      expect(String(other), `${path} has Chinese in it`).toMatch(/[\u4e00-\u9fff]/);
      expect(words, `${path} has no Chinese in it`).not.toMatch(/[\u4e00-\u9fff]/);
    }
  });

  it("put every value into the sentence", () => {
    for (const [path, words] of [...english, ...chinese]) {
      if (typeof words !== "function") continue;
      const values = Array.from({ length: words.length }, (_, index) => index + 3);
      const sentence = (words as (...all: unknown[]) => string)(...values);
      expect(sentence, path).not.toMatch(/undefined|NaN|\[object/);
    }
  });

  it("counts in English as English does", () => {
    expect(en.phases.tokens(1)).toBe("1 token");
    expect(en.phases.tokens(2)).toBe("2 tokens");
    expect(en.phases.tokens(1234)).toBe("1,234 tokens");
  });
});

describe("the examples", () => {
  it("are at least ten, in both languages, each with a topic and an icon", () => {
    expect(examples.length).toBeGreaterThanOrEqual(10);
    expect(new Set(examples.map((example) => example.id)).size).toBe(examples.length);
    for (const { id, icon, title, topic, prompt, system } of examples) {
      expect(icons[icon], id).toBeDefined();
      for (const words of [title, topic, prompt, ...(system ? [system] : [])]) {
        expect(words.en, id).not.toMatch(/[\u4e00-\u9fff]/);
        expect(words.zh, id).toMatch(/[\u4e00-\u9fff]/);
      }
    }
  });

  it("come with the three lessons", () => {
    expect(lessons.map((lesson) => lesson.id)).toEqual(expect.arrayContaining(["wording", "nonsense", "arithmetic"]));
    for (const lesson of lessons) expect(icons[lesson.icon], lesson.id).toBeDefined();
  });
});

function svelteFiles(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    return entry.isDirectory() ? svelteFiles(path) : path.endsWith(".svelte") ? [path] : [];
  });
}

const spoken = new Set(["aria-label", "title", "placeholder", "alt", "aria-valuetext", "aria-roledescription", "label", "help", "term", "lead"]);
// The language switch names each language in itself.
const allowed = new Set(["中", "EN"]);

function literals(source: string): string[] {
  const found: string[] = [];
  const visit = (node: unknown, attribute: string | null): void => {
    if (Array.isArray(node)) return node.forEach((child) => visit(child, attribute));
    if (typeof node !== "object" || node === null || !("type" in node)) return;
    const typed = node as { type: string } & Record<string, unknown>;
    if (typed.type === "Text") {
      const words = String((typed as unknown as AST.Text).data).trim();
      // Words, and marks that Chinese writes otherwise.
      if (/[\p{L}:;,!?()]/u.test(words) && (attribute === null || spoken.has(attribute)) && !allowed.has(words)) found.push(words);
      return;
    }
    const name = typed.type === "Attribute" ? String(typed["name"]) : attribute;
    for (const [key, child] of Object.entries(typed)) if (key !== "expression" && key !== "metadata") visit(child, name);
  };
  visit(parse(source, { modern: true }).fragment, null);
  return found;
}

describe("the markup", () => {
  it.each(svelteFiles("src"))("%s has no words of its own", (path) => {
    expect(literals(readFileSync(path, "utf8"))).toEqual([]);
  });

  it("would notice words", () => {
    expect(literals('<p title="Hello">Words</p>')).toEqual(["Hello", "Words"]);
    expect(literals("<b>{name}:</b> {value}")).toEqual([":"]);
  });
});
