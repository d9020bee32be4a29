// What a film is and will take, or took, in words.
import { video as en } from "./i18n/en";
import { i18n } from "../../i18n/index.svelte";
import { video as zh } from "./i18n/zh";
import type { Failure, FilmCost, FilmFormat, FilmEstimate } from "../../ipc";
import { doubts } from "../../shared/subject";
import type { Film } from "./film.svelte";

/** The same in every language. */
export const formatNames: Record<FilmFormat, string> = { webP: "WebP", mp4: "MP4", gif: "GIF", png: "APNG" };

/** "256 × 256 · 48 frames · about 4 s · 600 MB"; without a measurement of this computer no time is made up. */
export function promiseWords(promise: FilmEstimate): string {
  const t = i18n.t.video;
  const { plan } = promise;
  const time = promise.seconds === null ? i18n.t.form.notTimed : i18n.t.form.about(i18n.seconds(promise.seconds));
  return [`${plan.width} × ${plan.height}`, plan.frames > 0 ? t.frameCount(plan.frames) : "", time, i18n.megabytes(promise.memoryMb)].filter(Boolean).join(" · ");
}

/** The same afterwards; `whole` with all that came before the drawing. */
export function tookWords(cost: FilmCost, whole = false): string {
  const time = i18n.t.video.took(i18n.seconds(whole ? cost.jobSeconds : cost.seconds));
  return cost.memoryMb === null ? time : `${time} · ${i18n.megabytes(cost.memoryMb)}`;
}

/** What is being done, and how much of it is left. */
export function doing(film: Film): string {
  const t = i18n.t.video.phases;
  const left = film.secondsLeft === null ? "" : ` · ${i18n.t.phases.left(i18n.seconds(film.secondsLeft))}`;
  const { phase, promise, keys, reel } = film;
  if (phase === "drawing") return t.drawing(keys, promise?.plan.keys ?? 0) + left;
  if (phase === "filming") return t.filming(reel.frames.length, promise?.plan.frames ?? 0) + left;
  return t[phase];
}

/** A file that is too large to go through the page. */
export function tooLarge(bytes: number): Failure {
  return {
    code: "clipTooLarge",
    message: { en: en.dropTooLarge, zh: zh.dropTooLarge },
    nextStep: { en: en.dropTooLargeNext, zh: zh.dropTooLargeNext },
    detail: `${bytes} bytes`,
  };
}

/** "Frame 13 of 48, at 0.5 s, in between" */
export function frameWords(film: Film): string {
  const t = i18n.t.video;
  const { reel } = film;
  const kind = reel.frame ? t.kinds[reel.frame.kind] : "";
  return t.frameSaid(reel.index + 1, reel.frames.length, i18n.seconds(reel.position), kind);
}

/** What its scenes do not show, each with its number where there are several. */
export function told(film: Film): string[] {
  const { subjects } = film;
  return subjects.flatMap((subject, index) => (subject ? doubts(subject).map((line) => (subjects.length > 1 ? i18n.t.video.sceneTold(index + 1, line) : line)) : []));
}
