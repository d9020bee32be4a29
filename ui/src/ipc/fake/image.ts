// Pictures of the scripted engine: a square of the prompt's colour, in a few steps.
import type { ImageAsked, ImageCost, ImageJobEvent, ImageModelInfo, ImagePromise, ImageRequest, ModelSummary, PictureSource } from "../index";
import { failures } from "./world";

/** A white pixel: jsdom shows nothing anyway, and the demo scales it. */
const PIXEL =
  "data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8BQDwAEhQGAhKmMIQAAAABJRU5ErkJggg==";

type Listener = { onmessage: (event: ImageJobEvent) => void };

const pause = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds));

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
    return { ...shared, family: "Glyph", width: 64, height: 64, sizeStep: 64, maxSide: 64, steps: 20, guidance: 2, scheduler: "Flow-matching Euler", schedulers: [], styles: [{ id: "3d" }, { id: "flat" }], mask: false };
  }
  return { ...shared, family: "Stable Diffusion", width: 512, height: 512, sizeStep: 64, maxSide: 2048, steps: 25, guidance: 7.5, scheduler: "DDIM", schedulers: ["ddim", "euler"], styles: [], mask: true };
}

export function imagePromise(asked: ImageAsked): ImagePromise {
  return { seconds: 0.02 * asked.steps * asked.count, memoryMb: 480, measured: true };
}

export const brought = (source: PictureSource) => {
  if (source.kind === "file" && source.path.endsWith(".txt")) throw { ...failures.notAModel, code: "pictureUnreadable" };
  return { address: PIXEL, width: 40, height: 30 };
};

export interface Run {
  beat: number;
  stopped: () => boolean;
  events: Listener;
}

const cost = (seconds: number): ImageCost => ({ promised: { seconds, memoryMb: 480, measured: true }, seconds, memoryMb: 470 });

export async function drawPictures(request: ImageRequest, factor: number, works: string[], { beat, stopped, events }: Run): Promise<void> {
  const { parameters } = request;
  const steps = parameters.steps ?? 4;
  const tell = (event: ImageJobEvent) => events.onmessage(event);
  tell({ kind: "stage", stage: "readingPrompt" });
  tell({ kind: "prompt", report: { tokens: 4, limit: 77, cut: "", cutNegative: "" } });
  tell({ kind: "stage", stage: "denoising" });
  for (let index = 0; index < steps; index += 1) {
    await pause(beat);
    if (stopped()) return tell({ kind: "failed", failure: failures.cancelled });
    tell({ kind: "step", index, total: steps, noiseLevel: 1 - index / steps, previews: parameters.previews ? Array<string>(parameters.count).fill(PIXEL) : [] });
  }
  const side = parameters.width ?? 64;
  for (let index = 0; index < parameters.count; index += 1) {
    tell({ kind: "picture", index, picture: PIXEL, width: side, height: side });
    if (factor > 1) tell({ kind: "picture", index, picture: PIXEL, width: side * factor, height: side * factor });
  }
  const stats = { seed: parameters.seed ?? 31, width: side, height: side, count: parameters.count, steps, guidance: parameters.guidance ?? 2, scheduler: "Euler", loadSeconds: 0, encodeSeconds: 0.01, denoiseSeconds: 0.1, decodeSeconds: 0.02 };
  tell({ kind: "done", stats, cost: cost(0.2), works, keepFailure: null });
}

export async function enlargePicture(factor: number, works: string[], { beat, stopped, events }: Run): Promise<void> {
  const tell = (event: ImageJobEvent) => events.onmessage(event);
  for (let done = 0; done <= 2; done += 1) {
    await pause(beat);
    if (stopped()) return tell({ kind: "failed", failure: failures.cancelled });
    tell({ kind: "tile", done, total: 2 });
  }
  tell({ kind: "picture", index: 0, picture: PIXEL, width: 40 * factor, height: 30 * factor });
  const stats = { seed: 0, width: 40 * factor, height: 30 * factor, count: 1, steps: 0, guidance: 0, scheduler: "", loadSeconds: 0, encodeSeconds: 0, denoiseSeconds: 0, decodeSeconds: 0.3 };
  tell({ kind: "done", stats, cost: cost(0.3), works, keepFailure: null });
}
