// Theme, projector and language as attributes of the document.
import type { Theme } from "../ipc";
import { i18n } from "../i18n/index.svelte";

const dark = typeof matchMedia === "function" ? matchMedia("(prefers-color-scheme: dark)") : null;

export function applyTheme(theme: Theme): void {
  const isDark = theme === "dark" || (theme === "system" && (dark?.matches ?? false));
  document.documentElement.dataset.theme = isDark ? "dark" : "light";
}

export function applyProjector(on: boolean): void {
  document.documentElement.toggleAttribute("data-projector", on);
}

export function applyLanguage(): void {
  document.documentElement.lang = i18n.language === "zh" ? "zh-CN" : "en";
}

/** Follows the system while the theme is "system". Returns how to stop following. */
export function followSystemTheme(theme: () => Theme): () => void {
  const listen = () => applyTheme(theme());
  dark?.addEventListener("change", listen);
  return () => dark?.removeEventListener("change", listen);
}

