// Pictures of the scripted engine: a square of the prompt's colour, in a few steps.
import type { ImageAsked, ImageCost, ImageMade, ImageModelInfo, ImageOrder, ImageProgress, ImageEstimate, ImageRequest, ModelSummary, PictureSource, NotDrawn, PromptReport, Subject } from "../index";
import type { FakeHost, FakeJob, Outcome } from "./job";
import { pieces } from "./language";
import { fresh } from "./library";
import { failures } from "./world";

/** A white pixel: jsdom shows nothing anyway, and the demo scales it. */
const PIXEL =
  "data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8BQDwAEhQGAhKmMIQAAAABJRU5ErkJggg==";

/** One small model and one whose size, method and mask can be chosen, and one that enlarges. */
export function imageModels(): ModelSummary[] {
  const image = { modality: "image" as const, licence: "Apache-2.0", loaded: false, added: false, problem: null, languages: ["en", "zh"] };
  const model = (id: string, skill: "image" | "upscale", name: string, memoryMb: number, isDefault: boolean): ModelSummary => ({
    ...image,
    id,
    skill,
    name: { en: name, zh: name },
    summary: { en: name, zh: name },
    bytes: memoryMb * 800_000,
    memoryMb,
    isDefault,
    folder: `/usr/lib/quartet/models/${id}`,
  });
  return [model("glyph", "image", "Glyph", 420, true), model("sd15", "image", "Stable Diffusion", 3400, false), model("realesr", "upscale", "Real-ESRGAN", 60, true)];
}

export function imageInfo(model: string): ImageModelInfo {
  const shared = { negativePrompt: true, start: true, device: "CPU" };
  if (model !== "sd15") {
    return { ...shared, family: "Glyph", width: 64, height: 64, sizeStep: 64, maxSide: 64, steps: 20, guidance: 2, scheduler: "Flow-matching Euler", schedulers: [], styles: [{ id: "3d" }, { id: "flat" }], promptTokens: 128, mask: false };
  }
  return { ...shared, family: "Stable Diffusion", width: 512, height: 512, sizeStep: 64, maxSide: 2048, steps: 25, guidance: 7.5, scheduler: "DDIM", schedulers: ["ddim", "euler"], styles: [], promptTokens: 75, mask: true };
}

export function imagePromise(asked: ImageAsked): ImageEstimate {
  return { seconds: 0.02 * asked.steps * asked.count, memoryMb: 480, measured: true };
}

export const brought = (source: PictureSource) => {
  if (source.kind === "file" && source.path.endsWith(".txt")) throw { ...failures.notAModel, code: "pictureUnreadable" };
  return { address: PIXEL, width: 40, height: 30 };
};

const cost = (seconds: number): ImageCost => ({ promised: { seconds, memoryMb: 480, measured: true }, seconds, memoryMb: 470 });

const apple = { english: "red apple", chinese: "红苹果" };
const pear = { english: "pear", chinese: "梨" };

/** Behind "and" stand other things, cats are known, and "no" is not wanted. */
function notDrawn(prompt: string): NotDrawn[] {
  const words = prompt.split(/ and | ?和/).slice(1);
  return words.map((words) => (/^no |^没有/.test(words) ? { kind: "negation", words } : { kind: "thing", words, thing: words === "cat" ? { english: "cat", chinese: "猫" } : null }));
}

/** Everything is an apple, until a pear is chosen; what begins with "pangolin" is not known, and what stands behind
 *  "and" is not drawn. */
export function subjectOf({ prompt, subject }: Pick<ImageRequest, "prompt" | "subject">): Subject | null {
  if (!subject) return null;
  if (subject.kind === "thing" && subject.english === pear.english) return { thing: pear, by: "choice", words: prompt, colour: null, others: [apple], leftOut: [] };
  return { thing: apple, by: prompt.startsWith("pangolin") ? "nearness" : "name", words: prompt, colour: null, others: [pear], leftOut: notDrawn(prompt) };
}

/** How a prompt fits. */
function reading(prompt: string, limit: number): PromptReport {
  const words = pieces(prompt).map(({ piece }) => piece);
  return { tokens: Math.min(words.length, limit), limit, cut: words.slice(limit).join(""), cutNegative: "" };
}

export async function drawPictures({ model, request, factor }: ImageOrder, keep: boolean, job: FakeJob<ImageProgress>, host: FakeHost): Promise<Outcome<ImageMade>> {
  const { parameters } = request;
  const steps = parameters.steps ?? 4;
  job.tell({ kind: "stage", stage: "readingPrompt" });
  job.tell({ kind: "prompt", report: reading(request.prompt, imageInfo(model ?? "glyph").promptTokens) });
  job.tell({ kind: "stage", stage: "denoising" });
  for (let index = 0; index < steps; index += 1) {
    await job.beat();
    job.tell({ kind: "step", index, total: steps, noiseLevel: 1 - index / steps, previews: parameters.previews ? Array<string>(parameters.count).fill(PIXEL) : [] });
  }
  const side = parameters.width ?? 64;
  for (let index = 0; index < parameters.count; index += 1) {
    job.tell({ kind: "picture", index, picture: PIXEL, width: side, height: side });
    if (factor > 1) job.tell({ kind: "picture", index, picture: PIXEL, width: side * factor, height: side * factor });
  }
  const stats = { seed: parameters.seed ?? 31, width: side, height: side, count: parameters.count, steps, guidance: parameters.guidance ?? 2, scheduler: "Euler", loadSeconds: 0, encodeSeconds: 0.01, denoiseSeconds: 0.1, decodeSeconds: 0.02 };
  const id = `picture-${job.id}`;
  if (keep) {
    const work = { id, modality: "image" as const, title: request.prompt, createdAt: new Date().toISOString(), model: "glyph", seconds: 0.2, bytes: 40_000, ...fresh };
    const recipe = { request: { ...request, parameters: { ...parameters, seed: stats.seed } }, stats, factor, upscaler: factor > 1 ? "larger" : null };
    const made = { quartet: "0.1.0", modality: "image" as const, model: { id: work.model, licence: "Apache-2.0" }, runtime: { version: "1.27.0", device: "CPU", threads: 0 }, seconds: work.seconds, image: recipe };
    host.works = [{ work, content: request.prompt, recipe: JSON.stringify(made, null, 2), made, file: `/home/ada/.local/share/quartet/works/${id}.png` }, ...host.works];
  }
  return { made: { stats, cost: cost(0.2), subject: subjectOf(request) }, works: keep ? [id] : [] };
}

export async function enlargePicture(factor: number, job: FakeJob<ImageProgress>): Promise<Outcome<ImageMade>> {
  for (let done = 0; done <= 2; done += 1) {
    await job.beat();
    job.tell({ kind: "tile", done, total: 2 });
  }
  job.tell({ kind: "picture", index: 0, picture: PIXEL, width: 40 * factor, height: 30 * factor });
  const stats = { seed: 0, width: 40 * factor, height: 30 * factor, count: 1, steps: 0, guidance: 0, scheduler: "", loadSeconds: 0, encodeSeconds: 0, denoiseSeconds: 0, decodeSeconds: 0.3 };
  return { made: { stats, cost: cost(0.3), subject: null }, works: [`picture-${job.id}`] };
}
