// What a run will take, or took, in words.
import { i18n } from "../../i18n/index.svelte";
import type { ImageCost, ImageEstimate, SchedulerKind } from "../../ipc";
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

/** What a drawing is doing. */
export function saying({ phase, progress }: Drawing): string {
  const t = i18n.t.image;
  const [done, total] = [progress?.done ?? 0, progress?.total ?? 0];
  if (phase === "loading") return t.loading;
  if (phase === "queued") return t.waiting;
  if (phase === "stopping") return i18n.t.form.stopping;
  return phase === "enlarging" ? t.enlarging(done, total) : t.drawing(done, total);
}

/** How much of what is seen is noise, from 0 to 1. */
export function noiseWords(noise: number): string {
  return i18n.t.image.noiseLeft(i18n.percent(noise));
}
