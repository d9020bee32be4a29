// Leads to the part of the window where a word can be seen, and lifts it for a moment.
import { i18n } from "../i18n/index.svelte";
import type { Modality } from "../ipc";
import { focusOn } from "../shared/focus";
import { layout } from "../shared/layout.svelte";
import { navigation, panels } from "../shared/navigation.svelte";
import { toasts } from "../shared/toast.svelte";
import { placeOf } from "./anchors";
import { lift } from "./look";
import { panelActs } from "./panels";

const LIFTED_MS = 6000;
/** A place that is opened for the first time takes a moment. */
const TRIES = 30;
const PAUSE_MS = 50;

const pause = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds));

const partOf = (anchor: string) => [...document.querySelectorAll<HTMLElement>("[data-anchor]")].findLast((one) => one.dataset["anchor"] === anchor && one.checkVisibility?.() !== false);

let letGo: (() => void) | null = null;

/** What is not there yet is told. */
export async function see(where: string): Promise<void> {
  const place = placeOf(where);
  if (place === null) return;
  letGo?.();
  if (place === where) return navigation.go(place);
  navigation.lead(place);
  if (where === "text.prompt") layout.unfold();
  if (where.startsWith("inside.")) layout.inside = true;
  const panel = panels.find((one): one is Modality => one === place);
  if (panel) (await panelActs[panel]()).reveal?.(where);
  for (let tries = 0; tries < TRIES && navigation.place === place; tries += 1) {
    const part = partOf(where);
    if (part) return point(where, part);
    await pause(PAUSE_MS);
  }
  if (navigation.place !== place) return;
  navigation.go(place);
  toasts.tell({ place, message: i18n.t.before.seeLater });
}

/** Until somebody acts, or has seen it. */
function point(where: string, part: HTMLElement): void {
  focusOn(part);
  const down = lift(where);
  const events = ["pointerdown", "keydown"] as const;
  const end = () => {
    clearTimeout(timer);
    for (const event of events) document.removeEventListener(event, end, true);
    if (letGo !== end) return;
    letGo = null;
    down();
  };
  const timer = setTimeout(end, LIFTED_MS);
  letGo = end;
  for (const event of events) document.addEventListener(event, end, true);
}
