// How quick the page is in a real browser: the first paint, a large library, and typing while a text streams.
import { loadavg } from "node:os";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, expect, inject, it } from "vitest";
import { launch } from "./page";

const WORKS = 5000;
const TIMES = 10;
/** Milliseconds between two messages of the engine: about thirty a second. */
const BEAT = 33;
const TYPED = "The quick brown fox jumps over the lazy dog, and then once more. ".repeat(2);
/** Milliseconds between two keys of a quick typist. */
const KEY = 90;
/** Until nothing that was begun goes on. */
const REST_MS = 300;
/** The browser tells of no event that was painted sooner. */
const LEAST = 16;

let browser: Browser;
beforeAll(async () => void (browser = await launch()));
afterAll(() => browser.close());

async function start(parameters: Record<string, string>): Promise<Page> {
  const context = await browser.newContext({ viewport: { width: 1280, height: 720 } });
  const page = await context.newPage();
  await page.goto(`${inject("address")}?${new URLSearchParams(parameters)}`);
  await page.getByTestId("start-home").waitFor();
  return page;
}

/** The value below which this share of them lies. */
const share = (values: readonly number[], of: number) => values.toSorted((a, b) => a - b)[Math.min(values.length - 1, Math.floor(values.length * of))] ?? NaN;
const told = (what: string, values: readonly number[], more = "") =>
  console.log(`${what}: median ${share(values, 0.5).toFixed(0)} ms, 95 % below ${share(values, 0.95).toFixed(0)} ms, of ${values.length}${more} (load ${loadavg()[0]?.toFixed(1)})`);

/** Milliseconds that the processors have worked for pages so far: unlike the time on the clock, it hardly grows on a
 * busy computer. */
async function worked(): Promise<number> {
  const session = await browser.newBrowserCDPSession();
  const { processInfo } = await session.send("SystemInfo.getProcessInfo");
  await session.detach();
  return processInfo.filter(({ type }) => type === "renderer").reduce((sum, { cpuTime }) => sum + cpuTime * 1000, 0);
}

/** In the page: milliseconds from a click until what it leads to is painted. */
function untilPainted({ click, seen }: { click: string; seen: string }): Promise<number> {
  return new Promise((resolve) => {
    const began = performance.now();
    const look = () => {
      if (document.querySelectorAll(`[data-testid="${seen}"]`).length === 0) return void requestAnimationFrame(look);
      // What is there in this frame is painted after it.
      requestAnimationFrame(() => setTimeout(() => resolve(performance.now() - began)));
    };
    document.querySelector<HTMLElement>(`[data-testid="${click}"]`)?.click();
    look();
  });
}

it("first paint", async () => {
  const paints: number[] = [];
  const panels: number[] = [];
  for (let time = 0; time < TIMES; time += 1) {
    const page = await start({});
    panels.push(await page.evaluate(() => performance.now()));
    paints.push(await page.evaluate(() => performance.getEntriesByName("first-contentful-paint")[0]?.startTime ?? NaN));
    await page.context().close();
  }
  told("first paint", paints);
  told("  and all of Start, at most", panels);
  expect(paints.every((one) => one > 0)).toBe(true);
});

it("a large library", async () => {
  const page = await start({ works: String(WORKS), beat: "1", load: "1" });
  const opening = { click: "rail-library", seen: "library-row" };
  const first = await page.evaluate(untilPainted, opening);
  const times: number[] = [];
  const work: number[] = [];
  for (let time = 0; time < TIMES; time += 1) {
    await page.evaluate(untilPainted, { click: "rail-text", seen: "prompt" });
    await page.waitForTimeout(REST_MS);
    const before = await worked();
    times.push(await page.evaluate(untilPainted, opening));
    work.push((await worked()) - before);
    await page.waitForTimeout(REST_MS);
  }
  told(`a library of ${WORKS} works is open`, times, `; the first time ${first.toFixed(0)} ms`);
  told("  of which the page's process worked", work);
  expect(times).toHaveLength(TIMES);
  await page.context().close();
});

it("typing while a text streams", async () => {
  const page = await start({ beat: String(BEAT), load: "1", long: "60" });
  await page.getByTestId("rail-text").click();
  await page.getByTestId("example-code").click();
  await page.locator('[data-testid="answer-0"][data-phase="writing"]').waitFor();
  await page.evaluate((least) => {
    const seen: { name: string; duration: number }[] = [];
    Object.assign(window, { seen });
    new PerformanceObserver((list) => list.getEntries().forEach(({ name, duration }) => seen.push({ name, duration }))).observe({ type: "event", durationThreshold: least } as PerformanceObserverInit);
  }, LEAST);
  const written = () => page.getByTestId("answer-0").evaluate((answer) => answer.textContent?.length ?? 0);
  const before = await written();
  await page.getByTestId("prompt").focus();
  const [clock, work] = [performance.now(), await worked()];
  await page.keyboard.type(TYPED, { delay: KEY });
  await page.waitForTimeout(REST_MS);
  const busy = ((await worked()) - work) / (performance.now() - clock);
  const after = await written();
  const streams = await page.getByTestId("answer-0").getAttribute("data-phase");
  const seen = await page.evaluate(() => (window as unknown as { seen: { name: string; duration: number }[] }).seen);
  const slow = seen.filter(({ name }) => name === "keydown").map(({ duration }) => duration);
  const all = [...slow, ...Array<number>(Math.max(0, TYPED.length - slow.length)).fill(LEAST)];
  told("from a key to its paint, while a text streams", all, `, ${slow.length} above ${LEAST} ms; ${after - before} letters came meanwhile, and the page's process was busy for ${(busy * 100).toFixed(0)} % of the time`);
  expect(streams, "the text was written to its end before the typing was").toBe("writing");
  expect(await page.getByTestId("prompt").inputValue()).toBe(TYPED);
  await page.context().close();
});
