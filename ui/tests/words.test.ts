// Where the words of the window live: those of a place in its folder, so that it can be deleted whole.
import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import * as en from "../src/i18n/en";
import { sources } from "./sources";

const files = sources("src").map((path) => ({ path, text: readFileSync(path, "utf8") }));
const isDictionary = (path: string) => /\/i18n\/(\w+\.)?(en|zh)\.ts$/.test(path) && !/\/(numbers|titles)\./.test(path);
const code = files.filter(({ path }) => !isDictionary(path) && !path.endsWith(".test.ts"));

/** The folder of a place that must not be needed elsewhere: `src/panels/image`. */
const placeOf = (path: string) => /^src\/(panels|views)\/[^/]+(?=\/)/.exec(path)?.[0] ?? null;

/** What a dictionary's file puts into `i18n.t`. */
const sections = ({ text }: { text: string }) => [...text.matchAll(/^export const (\w+)/gm)].map((match) => match[1] as string);

/** Whether a file reads a section, as `i18n.t.image`, `t.image` or `{ phases } = i18n.t`; the notes, which have no more
 * than they need, take the dictionary itself. */
function reads(text: string, section: string): boolean {
  const isWhole = /\bt = (\$derived\()?i18n\.t\b(?!\.)/.test(text);
  const names = [String.raw`\bi18n\.t\.${section}\b`, String.raw`\{[^{}]*\b${section}\b[^{}]*\} = (\$derived\()?(i18n|this)\.t\b`, ...(isWhole ? [String.raw`\bt\.${section}\b`] : [])];
  if (text.includes(`i18n/${section}.en"`) || new RegExp(String.raw`\b${section} as en\b[^;]*i18n/en"`).test(text)) return true;
  return names.some((name) => new RegExp(name).test(text));
}

const owners = files.filter(({ path }) => isDictionary(path) && path.endsWith("en.ts")).flatMap((file) => sections(file).map((section) => ({ section, path: file.path, place: placeOf(file.path) })));

describe("the words", () => {
  it("are all in the window's dictionary, each section once", () => {
    expect(owners.map(({ section }) => section).sort()).toEqual(Object.keys(en).sort());
  });

  it.each(owners.filter(({ place }) => place !== null))("of $section are used in $place only", ({ section, place }) => {
    expect(code.filter(({ path, text }) => placeOf(path) !== place && reads(text, section)).map(({ path }) => path)).toEqual([]);
  });

  // Places and phases are read by their names.
  it.each(owners.filter(({ section }) => section !== "places" && section !== "phases"))("of $section are all used", ({ section }) => {
    const readers = code.filter(({ text }) => reads(text, section)).map(({ text }) => text).join("\n");
    const unused = Object.entries(en[section as keyof typeof en]).filter(([name]) => !new RegExp(String.raw`\b${name}\b`).test(readers));
    expect(unused.map(([name]) => name)).toEqual([]);
  });
});
