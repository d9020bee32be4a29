// The project's own files, for the tests that read them.
import { readdirSync, readFileSync } from "node:fs";

/** Every file below a folder whose path ends so, by its path from here. */
export function sources(folder: string, ending = /\.(ts|svelte)$/): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = `${folder}/${entry.name}`;
    return entry.isDirectory() ? sources(path, ending) : ending.test(path) ? [path] : [];
  });
}

/** A sentence in both languages, and where it stands. */
export interface Pair {
  path: string;
  en: string;
  zh: string;
}

/** The constant or the failure code that words stand under. */
const named = (before: string) => [...before.matchAll(/\bconst (\w+)|\bCode::(\w+) =>|^\s+(\w+) \(\w+\):/gm)].at(-1)?.slice(1).find(Boolean) ?? "";

/** Sentences of a Rust file that stand together, English first: `["…", "…"]` or `("…", "…")`. */
export function rustPairs(path: string): Pair[] {
  const text = readFileSync(path, "utf8");
  return [...text.matchAll(/[[(]\s*"((?:[^"\\]|\\.)*)",\s*"((?:[^"\\]|\\.)*)",?\s*[\])]/g)]
    .map((match) => ({ path: named(text.slice(0, match.index)), en: match[1] ?? "", zh: match[2] ?? "" }))
    .filter(({ zh }) => /\p{Script=Han}/u.test(zh));
}
