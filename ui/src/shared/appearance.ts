// Theme, presenter layout, language and sizes as attributes of the document.
import { i18n } from "../i18n/index.svelte";

export * from "./theme";

export function applyPresenter(on: boolean): void {
  document.documentElement.toggleAttribute("data-projector", on);
}

export function applyLanguage(): void {
  document.documentElement.lang = i18n.language === "zh" ? "zh-CN" : "en";
}

/** After the last movement of the pointer, or key, what lies over the stage goes. */
const AWAKE_MS = 3000;

/** Marks the document while somebody points or types. Returns how to stop. */
export function followPointer(): () => void {
  const root = document.documentElement;
  let timer: ReturnType<typeof setTimeout> | undefined;
  const wake = () => {
    root.toggleAttribute("data-awake", true);
    clearTimeout(timer);
    timer = setTimeout(() => root.toggleAttribute("data-awake", false), AWAKE_MS);
  };
  window.addEventListener("pointermove", wake);
  window.addEventListener("pointerdown", wake);
  return () => {
    clearTimeout(timer);
    root.toggleAttribute("data-awake", false);
    window.removeEventListener("pointermove", wake);
    window.removeEventListener("pointerdown", wake);
  };
}
