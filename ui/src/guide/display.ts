// Whether the presenter layout can be read from the back of the room on this screen.
import type { CheckVerdict } from "../ipc";
import { baseFor } from "../shared/appearance";

/** The sizes in CSS pixels; `ratio`: dots of the screen for each of them. */
export interface Display {
  width: number;
  height: number;
  screenWidth: number;
  screenHeight: number;
  ratio: number;
}

/** What words of the presenter layout are never under, as tokens.css says. */
const LEAST_PX = 28;
const LEAST_REM = 1.75;
/** A word is to have at least this part of the picture's height, one for so many. */
const MOST_LINES = 40;
/** Fewer dots than this draw no Chinese character clearly. */
const LEAST_DOTS = 20;
/** Under this the stage has no room for such words. */
const LEAST_WIDTH = 1024;
const LEAST_HEIGHT = 600;

export type Trouble = "window" | "dots" | "small";

export interface Seen {
  verdict: CheckVerdict;
  /** Height of the smallest words, in CSS pixels. */
  words: number;
  /** So many of them would stand one over the other on the screen. */
  lines: number;
  trouble: Trouble | null;
}

/** Presenter layout has the whole screen. */
export function look({ width, height, screenWidth, screenHeight, ratio }: Display): Seen {
  const [wide, high] = [Math.max(screenWidth, width), Math.max(screenHeight, height)];
  const words = Math.max(LEAST_PX, LEAST_REM * baseFor(wide));
  const lines = high / words;
  const told: [Trouble, boolean][] = [
    ["window", wide < LEAST_WIDTH || high < LEAST_HEIGHT],
    ["dots", words * ratio < LEAST_DOTS],
    ["small", lines > MOST_LINES],
  ];
  const trouble = told.find(([, is]) => is)?.[0] ?? null;
  return { verdict: trouble === null ? "fine" : "doubtful", words, lines, trouble };
}

/** What the window is on now. */
export const display = (): Display => ({
  width: window.innerWidth,
  height: window.innerHeight,
  screenWidth: window.screen.width,
  screenHeight: window.screen.height,
  ratio: window.devicePixelRatio,
});
