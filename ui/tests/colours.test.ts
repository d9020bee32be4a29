// Contrast of the tokens in both themes, and that no other file defines a colour.
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";

const css = readFileSync("src/tokens.css", "utf8");

function tokens(selector: string): Record<string, string> {
  const block = css.slice(css.indexOf(`${selector} {`)).split("}")[0] ?? "";
  return Object.fromEntries([...block.matchAll(/--([\w-]+):\s*(#[0-9a-f]{6});/gi)].map((match) => [match[1], match[2]])) as Record<string, string>;
}

const light = tokens(":root");
const dark = { ...light, ...tokens(':root[data-theme="dark"]') };

/** Relative luminance and contrast ratio: WCAG 2.2. */
function luminance(hex: string): number {
  const [red, green, blue] = [1, 3, 5].map((at) => {
    const value = parseInt(hex.slice(at, at + 2), 16) / 255;
    return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
  }) as [number, number, number];
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

function contrast(one: string, other: string): number {
  const [high, low] = [luminance(one), luminance(other)].sort((a, b) => b - a) as [number, number];
  return (high + 0.05) / (low + 0.05);
}

const surfaces = ["paper", "panel", "stage", "raise", "sunk"];
const modalities = ["text", "image", "audio", "video", "quiet"];
const pairs: [ink: string, ground: string, least: number][] = [
  ...surfaces.flatMap((ground): [string, string, number][] => [
    ["ink", ground, 7],
    ["ink-2", ground, 4.5],
    ["ink-3", ground, 4.5],
    ["line-strong", ground, 3],
    ["focus", ground, 3],
  ]),
  // The stage is read from the back row: AAA.
  ["ink-2", "stage", 7],
  ["good", "paper", 4.5],
  ["good", "raise", 4.5],
  ["good", "good-soft", 4.5],
  ["warn", "stage", 4.5],
  ["warn", "paper", 4.5],
  ["bad", "bad-soft", 4.5],
  ["bad", "raise", 4.5],
  ["warn", "warn-soft", 4.5],
  ["ink", "warn-soft", 7],
  ["ink-2", "warn-soft", 4.5],
  ["ink", "bad-soft", 7],
  ["ink-2", "bad-soft", 4.5],
  ...modalities.flatMap((name): [string, string, number][] => [
    ["on-accent", `${name}-accent`, 4.5],
    [`${name}-accent`, `${name}-soft`, 4.5],
    ["ink", `${name}-soft`, 7],
    ...surfaces.map((ground): [string, string, number] => [`${name}-accent`, ground, 4.5]),
  ]),
  ...[1, 2, 3, 4].flatMap((step): [string, string, number][] => [
    ["ink", `sure-${step}`, 7],
    ["ink", `piece-${step}`, 7],
    ["ink-2", `piece-${step}`, 4.5],
  ]),
  ["code-ink", "code", 7],
  ...["comment", "keyword", "string", "number", "title"].map((name): [string, string, number] => [`code-${name}`, "code", 4.5]),
];

describe.each([
  ["light", light],
  ["dark", dark],
])("contrast, %s", (_theme, colours) => {
  it.each(pairs)("%s on %s is at least %f", (ink, ground, least) => {
    expect(contrast(colours[ink] as string, colours[ground] as string)).toBeGreaterThanOrEqual(least);
  });
});

function files(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    return entry.isDirectory() ? files(path) : /\.(svelte|css|ts)$/.test(path) && !/\.test\.ts$/.test(path) ? [path] : [];
  });
}

describe("colours", () => {
  it.each(files("src").filter((path) => !path.endsWith("tokens.css")))("%s defines none", (path) => {
    expect(readFileSync(path, "utf8")).not.toMatch(/#[0-9a-f]{3,8}\b(?=[;\s"')])|\b(rgb|hsl|oklch|lab|lch)a?\(/i);
  });
});
