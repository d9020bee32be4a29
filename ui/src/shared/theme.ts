// Theme and sizes as attributes of the document: what every window of the studio has.
import type { Theme } from "../ipc";

const dark = typeof matchMedia === "function" ? matchMedia("(prefers-color-scheme: dark)") : null;

export function applyTheme(theme: Theme): void {
  const isDark = theme === "dark" || (theme === "system" && (dark?.matches ?? false));
  document.documentElement.dataset.theme = isDark ? "dark" : "light";
}

/** How large words are: the setting, in percent (0: as they come), as a factor. */
export const wordsFactor = (percent: number) => (percent === 0 ? 1 : Math.min(200, Math.max(100, percent)) / 100);

/** Enlarges words, not furniture: tokens.css works their sizes out of it. */
export function applyTextScale(percent: number): void {
  document.documentElement.style.setProperty("--chosen-words", String(wordsFactor(percent)));
}

/** Follows the system while the theme is "system". Returns how to stop following. */
export function followSystemTheme(theme: () => Theme): () => void {
  const listen = () => applyTheme(theme());
  dark?.addEventListener("change", listen);
  return () => dark?.removeEventListener("change", listen);
}

/** The size of the root's font for a window so wide, in CSS pixels: 16 at 1280, 18 at 1920, 33 at 3840. */
export function baseFor(width: number): number {
  return Math.min(34, Math.max(16, 0.0035 * width + 11.5, 0.008 * width + 2));
}

/** Keeps the root's font in proportion to the window. Enlarging the page makes its inner width smaller
 * and leaves the outer one, so that what is enlarged is not made smaller again. Returns how to stop. */
export function followWindowSize(): () => void {
  const listen = () => document.documentElement.style.setProperty("--base", `${baseFor(Math.max(window.outerWidth, window.innerWidth))}px`);
  listen();
  window.addEventListener("resize", listen);
  return () => window.removeEventListener("resize", listen);
}
