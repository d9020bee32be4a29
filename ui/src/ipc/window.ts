// The window itself: what came with it, and whether it fills the screen.
import { invoke } from "@tauri-apps/api/core";
import type { Settings } from "./bindings";

declare global {
  interface Window {
    /** Written by the shell before the page begins, so that its first picture has the look that was chosen. */
    quartetSettings?: Partial<Settings>;
    /** Written by it too, in a window for visitors. */
    quartetKiosk?: boolean;
  }
}

export const toldFirst = (): Partial<Settings> => window.quartetSettings ?? {};

/** A window for visitors. */
export const isKiosk = (): boolean => window.quartetKiosk === true;

const inShell = () => "__TAURI_INTERNALS__" in window;

/** Whether it does fill the screen now; a system that refuses is no failure. */
export async function fillScreen(on: boolean): Promise<boolean> {
  try {
    if (inShell()) await invoke("plugin:window|set_fullscreen", { label: "main", value: on });
    else if (on) await document.documentElement.requestFullscreen();
    else if (document.fullscreenElement) await document.exitFullscreen();
    return on;
  } catch {
    return false;
  }
}
