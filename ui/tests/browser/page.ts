// Opens the demo in Chromium, in a scene, a language, a theme and a size.
import { existsSync } from "node:fs";
import { chromium, type Browser, type Page } from "playwright-core";

export const sizes = [
  { width: 960, height: 640 },
  { width: 1280, height: 720 },
  { width: 1366, height: 768 },
  { width: 1920, height: 1080 },
] as const;
export const languages = ["en", "zh"] as const;
export const themes = ["light", "dark"] as const;

export type Size = { width: number; height: number };
export interface Look {
  language: (typeof languages)[number];
  theme: (typeof themes)[number];
}

const places = [
  process.env["QUARTET_CHROMIUM"],
  "/usr/bin/chromium",
  "/usr/bin/chromium-browser",
  "/usr/bin/google-chrome",
  "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
  "C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe",
];

export function launch(): Promise<Browser> {
  const executablePath = places.find((place) => place !== undefined && existsSync(place));
  if (executablePath === undefined) throw new Error("Chromium is not there: install it, or set QUARTET_CHROMIUM to its program");
  return chromium.launch({
    executablePath,
    // As root, Chromium starts only without its sandbox; it sees nothing but our own page.
    args: ["--no-sandbox", "--disable-gpu", "--disable-quic", "--disable-background-networking", "--disable-component-update", "--disable-sync", "--font-render-hinting=none"],
  });
}

/** A window of its own, at one moment of time and without motion: two visits look alike. */
export async function open(browser: Browser, address: string, parameters: Record<string, string>, look: Look, size: Size): Promise<Page> {
  const context = await browser.newContext({ viewport: size, reducedMotion: "reduce", locale: look.language === "zh" ? "zh-CN" : "en-GB", timezoneId: "UTC" });
  const page = await context.newPage();
  page.setDefaultTimeout(20_000);
  await page.clock.setFixedTime(new Date("2026-03-03T12:00:00Z"));
  const query = new URLSearchParams({ beat: "1", load: "1", ...parameters, ...look });
  await page.goto(`${address}?${query}`);
  await page.getByTestId("rail").waitFor();
  await page.waitForFunction((lang) => document.documentElement.lang.startsWith(lang), look.language);
  return page;
}
