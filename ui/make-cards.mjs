// Draws the pictures of Start, and those on the example cards of Image and Video, each as its card draws it with its seed, and
// labelled as made by AI, by Quartet's own command:
//   QUARTET=path/to/quartet node make-cards.mjs [id …]
import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const panels = join(dirname(fileURLToPath(import.meta.url)), "src", "panels");
const quartet = process.env.QUARTET ?? "quartet";
const scratch = mkdtempSync(join(tmpdir(), "cards-"));
const only = process.argv.slice(2);
/** As many steps as films draw each of their pictures with: see `travel.svelte.ts`. */
const FILM_STEPS = "12";
/** All pictures together, in bytes. */
const MOST = 150_000;

function image(prompt, file, more) {
  const said = execFileSync(quartet, ["image", prompt, "--enlarge", "1", "--no-keep", "--json", "--out", file, ...more], { encoding: "utf8", stdio: ["ignore", "pipe", "inherit"] });
  return JSON.parse(said).subject?.thing.english;
}

/** The picture, which is the same in both languages where both name the same thing. */
function draw(file, { prompt, style, seed }, more = []) {
  mkdirSync(dirname(file), { recursive: true });
  const thing = image(prompt.en, file, ["--style", style, "--seed", String(seed), ...more]);
  const other = image(prompt.zh, join(scratch, "zh.jpg"), ["--style", style, "--steps", "1"]);
  if (other !== thing) throw new Error(`${prompt.en} is drawn as ${thing}, ${prompt.zh} as ${other}`);
  console.log(file, thing);
}

/** Of Start: seen large, and so made larger. */
const START = [
  ["penguin", "penguin", "3d"],
  ["butterfly", "butterfly", "flat"],
  ["planet", "ringed planet", "3d"],
  ["volcano", "volcano", "3d"],
  ["season-0", "cherry blossom", "3d", "--steps", FILM_STEPS],
  ["season-1", "sunflower", "3d", "--steps", FILM_STEPS],
  ["season-2", "maple leaf", "3d", "--steps", FILM_STEPS],
  ["season-3", "snowflake", "3d", "--steps", FILM_STEPS],
];
for (const [name, prompt, style, ...more] of START) {
  if (only.length > 0 && !only.includes(name)) continue;
  const file = join(panels, "..", "guide", "pictures", `${name}.jpg`);
  execFileSync(quartet, ["image", prompt, "--enlarge", "4", "--no-keep", "--out", file, "--style", style, "--seed", "7", ...more], { stdio: "inherit" });
}

const cards = (panel) => {
  const file = join(panels, panel, "examples.json");
  return existsSync(file) ? JSON.parse(readFileSync(file, "utf8")).filter(({ id }) => only.length === 0 || only.includes(id)) : [];
};

for (const card of cards("image")) draw(join(panels, "image", "cards", `${card.id}.jpg`), card);
for (const { id, style, seed, scenes } of cards("video")) {
  scenes.forEach(({ prompt }, at) => draw(join(panels, "video", "cards", `${id}-${at}.jpg`), { prompt, style, seed }, ["--steps", FILM_STEPS]));
}

let bytes = 0;
for (const panel of readdirSync(panels)) {
  const folder = join(panels, panel, "cards");
  if (existsSync(folder)) for (const file of readdirSync(folder)) bytes += statSync(join(folder, file)).size;
}
console.log(`${bytes} bytes in all`);
if (bytes > MOST) process.exitCode = 1;
