// What a run will take, or took, in words.
import { i18n } from "../../i18n/index.svelte";
import type { ImageCost, ImageEstimate, PromptReport, SchedulerKind } from "../../ipc";
import { gist } from "../../shared/gist";
import type { Drawing } from "./drawing.svelte";

/** Sampling methods, by their names in the field, which are the same in every language. */
export const schedulerNames: Record<SchedulerKind, string> = {
  ddim: "DDIM",
  pndm: "PNDM",
  euler: "Euler",
  eulerAncestral: "Euler ancestral",
  dpmSolver: "DPM-Solver++ 2M",
  lcm: "LCM",
  flowEuler: "Flow-matching Euler",
};

/** "about 4 s · 600 MB"; without a measurement of this computer no time is made up. */
export function costWords(promise: ImageEstimate | null): string {
  const t = i18n.t.form;
  if (!promise) return "";
  const time = promise.seconds === null ? t.notTimed : t.about(i18n.seconds(promise.seconds));
  return `${time} · ${i18n.megabytes(promise.memoryMb)}`;
}

/** The same afterwards. */
export function tookWords(cost: ImageCost): string {
  const time = i18n.t.image.took(i18n.seconds(cost.seconds));
  return cost.memoryMb === null ? time : `${time} · ${i18n.megabytes(cost.memoryMb)}`;
}

/** Of what was not read, as much as tells where it begins. */
const MOST_LETTERS = 60;

/** What of a prompt was not read; empty where all was. */
export function cutWords(report: PromptReport | null): string {
  if (!report || report.cut.trim() === "") return "";
  return i18n.t.image.promptCut(i18n.number(report.limit), gist(report.cut.trim(), MOST_LETTERS));
}

/** How the words fit, below them; empty where they surely do. `limit` is the model's, in tokens. */
export function fitWords(prompt: string, report: PromptReport | null, limit: number | null): string {
  const t = i18n.t.image;
  // No token is less than a byte.
  const most = new TextEncoder().encode(prompt.trim()).length;
  if (limit === null || most <= limit - 2) return "";
  if (!report) return t.promptLimit(i18n.number(limit));
  return cutWords(report) || t.promptRead(i18n.number(report.tokens), i18n.number(report.limit));
}

/** What a drawing is doing. */
export function saying({ phase, progress }: Drawing): string {
  const t = i18n.t.image;
  const [done, total] = [progress?.done ?? 0, progress?.total ?? 0];
  if (phase === "loading") return t.loading;
  if (phase === "queued") return t.waiting;
  if (phase === "stopping") return i18n.t.form.stopping;
  return phase === "enlarging" ? t.enlarging(done, total) : t.drawing(done, total);
}

/** What a step shows: not the noise itself, of which it has so much (0 to 1) before it, but the picture that the
 * model believes is behind it. Null is the finished one. */
export function stepWords(noise: number | null): string {
  const t = i18n.t.image;
  return noise === null ? t.finished : t.guess(i18n.percent(noise));
}
