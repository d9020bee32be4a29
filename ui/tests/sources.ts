// The page's own files, for the tests that read them.
import { readdirSync } from "node:fs";

/** Every TypeScript and Svelte file below a folder, by its path from here. */
export function sources(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = `${folder}/${entry.name}`;
    return entry.isDirectory() ? sources(path) : /\.(ts|svelte)$/.test(path) ? [path] : [];
  });
}
