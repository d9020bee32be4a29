// The rows of the check-up: the engine's, and two that only the window can look at.
import { i18n } from "../i18n/index.svelte";
import type { Check, CheckName, CheckVerdict } from "../ipc";
import { studio } from "../ipc/studio.svelte";
import { look, type Display } from "./display";

export type RowName = CheckName | "display" | "language";

export interface Row {
  name: RowName;
  verdict: CheckVerdict;
  found: string;
  /** What to do about it. */
  nextStep: string | null;
  /** What looking took; null where it takes nothing. */
  seconds: number | null;
}

export const fromEngine = ({ name, verdict, found, nextStep, seconds }: Check): Row => ({
  name,
  verdict,
  found: i18n.local(found),
  nextStep: nextStep === null ? null : i18n.local(nextStep),
  seconds,
});

export function displayRow(display: Display): Row {
  const t = i18n.t.before;
  const { verdict, words, lines, trouble } = look(display);
  const found = t.displayFound(
    t.size(String(display.width), String(display.height)),
    t.size(String(display.screenWidth), String(display.screenHeight)),
    i18n.percent(display.ratio),
    i18n.number(words),
    i18n.number(lines),
  );
  return { name: "display", verdict, found, nextStep: trouble === null ? null : t.displayNext[trouble], seconds: null };
}

/** Null while the models are not known. */
export function languageRow(): Row | null {
  if (studio.models === null) return null;
  const t = i18n.t.before;
  const speaks = studio.speaker(i18n.language) !== null;
  return speaks
    ? { name: "language", verdict: "fine", found: t.languageFound, nextStep: null, seconds: null }
    : { name: "language", verdict: "doubtful", found: t.languageMute, nextStep: t.languageNext, seconds: null };
}
