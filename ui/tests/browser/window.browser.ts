// Every scene at four sizes, in both languages and themes: a screen reader's rules, nothing covered, nothing
// cut off, nothing that looks otherwise than it did; and a walk by Tab through each.
//
// QUARTET_WRITE_SHEETS=1 keeps what is seen as what is right; QUARTET_SHOTS=FOLDER also leaves every screenshot
// there whole, to be looked at.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, inject, it } from "vitest";
import { alone, clipped, covered, focus } from "./layout";
import { languages, launch, open, sizes, themes, type Look } from "./page";
import { difference, load, save, sheet, shrink } from "./picture";
import { scenes, type Scene } from "./scenes";

const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const sheets = join(import.meta.dirname, "sheets");
const shots = process.env["QUARTET_SHOTS"];
/** The most by which the mean of a cell may differ, of 255. */
const TOLERANCE = 24;
/** More presses of Tab than any place has stops. */
const MOST_STOPS = 120;

const looks: Look[] = languages.flatMap((language) => themes.map((theme) => ({ language, theme })));

let browser: Browser;
beforeAll(async () => void (browser = await launch()));
afterAll(() => browser.close());

/** What axe finds against WCAG 2.2 A and AA. */
async function violations(page: Page): Promise<string[]> {
  await page.evaluate(axe);
  return page.evaluate(async () => {
    const { axe } = globalThis as unknown as { axe: typeof import("axe-core") };
    const { violations } = await axe.run(document, { runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"], rules: { "label-content-name-mismatch": { enabled: true } }, resultTypes: ["violations"] });
    return violations.flatMap(({ id, nodes }) => nodes.map((node) => `${id}: ${node.html.slice(0, 160)}`));
  });
}

async function settled(page: Page): Promise<void> {
  await page.evaluate(() => document.fonts.ready);
  await page.evaluate(() => new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve))));
}

const reach = async (scene: Scene, look: Look, size: (typeof sizes)[number]) => {
  const page = await open(browser, inject("address"), scene.parameters ?? {}, look, size);
  await scene.reach(page);
  await settled(page);
  return page;
};

describe.each(scenes)("$name", (scene) => {
  it("is whole at every size, in both languages and themes", async () => {
    const found: string[] = [];
    const rows = [];
    for (const look of looks) {
      const row = [];
      const page = await reach(scene, look, sizes[1]);
      const at = `${look.language}, ${look.theme}`;
      for (const line of await violations(page)) found.push(`${at}: ${line}`);
      for (const size of sizes) {
        await page.setViewportSize(size);
        await page.mouse.move(0, 0);
        await settled(page);
        const where = `${at}, ${size.width}x${size.height}`;
        for (const line of [...(await page.evaluate(covered)), ...(await page.evaluate(clipped)), ...(look.language === "zh" ? await page.evaluate(alone) : [])]) found.push(`${where}: ${line}`);
        const shot = await page.screenshot({ animations: "disabled", caret: "hide", ...(shots === undefined ? {} : { path: join(shots, `${scene.name}-${look.language}-${look.theme}-${size.width}x${size.height}.png`) }) });
        row.push(shrink(shot));
      }
      rows.push(row);
      await page.context().close();
    }
    const seen = sheet(rows);
    const path = join(sheets, `${scene.name}.png`);
    if (process.env["QUARTET_WRITE_SHEETS"]) save(path, seen);
    const right = load(path);
    expect(found).toEqual([]);
    expect(right, `${path} is not there: look at the scene, then run with QUARTET_WRITE_SHEETS=1`).not.toBeNull();
    const { most, x, y } = difference(seen, right!);
    if (most > TOLERANCE) save(path.replace(/\.png$/, ".seen.png"), seen);
    expect(most, `${scene.name}.seen.png differs from the sheet at ${x}, ${y}`).toBeLessThanOrEqual(TOLERANCE);
  });

  it("is walked through by Tab", async () => {
    const page = await reach(scene, { language: "zh", theme: "dark" }, sizes[1]);
    const found: string[] = [];
    const walked: string[] = [];
    await page.evaluate(() => (document.activeElement as HTMLElement | null)?.blur());
    for (let stop = 0; stop < MOST_STOPS; stop++) {
      await page.keyboard.press("Tab");
      const { name, seen, ring, again } = await page.evaluate(focus);
      if (again || (name === "body" && walked.length > 0)) break;
      walked.push(name);
      if (!seen) found.push(`${name} has the focus out of sight`);
      if (!ring) found.push(`${name} does not show the focus`);
    }
    await page.context().close();
    expect([...new Set(found)]).toEqual([]);
    expect(walked.length).toBeGreaterThan(2);
    expect(walked.length, walked.join(" ")).toBeLessThan(MOST_STOPS);
  });
});
