// One job of pictures as the window sees it: its steps, and the pictures, drawn or made larger.
import { ipc } from "../../ipc";
import type { ImageMade, ImageOrder, ImageProgress, ImageRequest, ImageStats, PromptReport, UpscaleOrder, WorkDetail } from "../../ipc";
import { Job, type JobPhase } from "../../ipc/job.svelte";
import { dataAddress } from "../../shared/files";

export type DrawingPhase = JobPhase | "drawing" | "enlarging";

/** What was believed at one step. */
export interface Frame {
  /** The share of noise before the step, 0 to 1. */
  noise: number;
  /** One address for each picture. */
  previews: string[];
}

export interface Shown {
  src: string;
  width: number;
  height: number;
  /** As it was drawn, where it was enlarged afterwards. */
  small: string | null;
  /** What it started from. */
  start: string | null;
}

export interface Start extends ImageOrder {
  /** What it starts from, for comparing. */
  before: string | null;
  keep: boolean;
}

export class Drawing extends Job<ImageProgress, ImageMade, "drawing" | "enlarging"> {
  frames = $state.raw<Frame[]>([]);
  pictures = $state.raw<Shown[]>([]);
  report = $state.raw<PromptReport | null>(null);
  request = $state.raw<ImageRequest | null>(null);
  /** Of a kept work. */
  #kept = $state.raw<ImageStats | null>(null);
  readonly stats = $derived(this.made?.stats ?? this.#kept);
  /** What the words were taken for. */
  readonly subject = $derived(this.made?.subject ?? null);
  readonly cost = $derived(this.made?.cost ?? null);

  #before: string | null = null;
  #isSketch = false;

  get place(): "image" | null {
    return this.#isSketch ? null : "image";
  }

  /** Seconds a picture. */
  override get pace(): number | null {
    return this.cost && this.stats ? this.cost.seconds / Math.max(1, this.stats.count) : null;
  }

  /** Resolves when the job was accepted (not when it ends); every failure lands in `failure`. */
  async start({ before, keep, ...order }: Start): Promise<void> {
    if (this.running) return;
    this.#isSketch = !keep;
    await this.run((listen) => {
      this.request = order.request;
      this.#before = before;
      return ipc.startImage(order, keep, listen);
    });
  }

  /** The same for a picture that is made larger; `before` shows it. */
  async enlarge(order: UpscaleOrder, before: string | null): Promise<void> {
    if (this.running) return;
    await this.run((listen) => {
      this.#before = before;
      return ipc.startUpscale(order, listen);
    });
  }

  /** Kept pictures of one drawing, as if they had just been drawn; the way from noise is not kept. */
  async recall(details: readonly WorkDetail[]): Promise<void> {
    const pictures = await Promise.all(details.map(pictureOf));
    if (this.running) return;
    this.show(null, details[0]?.work.id ?? "");
    this.works = details.map((detail) => detail.work.id);
    this.pictures = pictures;
    const image = details[0]?.made?.image;
    this.request = image?.request ?? null;
    this.#kept = image?.stats ?? null;
  }

  override clear(): void {
    super.clear();
    this.#kept = null;
    this.frames = [];
    this.pictures = [];
    this.report = null;
    this.request = null;
  }

  protected override onProgress(progress: ImageProgress): void {
    switch (progress.kind) {
      case "stage":
        this.enter(progress.stage === "loading" ? "loading" : "drawing");
        break;
      case "prompt":
        this.report = progress.report;
        break;
      case "step":
        this.enter("drawing");
        this.progress = { done: progress.index + 1, total: progress.total, secondsLeft: null };
        if (progress.previews.length > 0) this.frames = [...this.frames, { noise: progress.noiseLevel, previews: progress.previews }];
        break;
      case "tile":
        this.enter("enlarging");
        this.progress = { done: progress.done, total: progress.total, secondsLeft: null };
        break;
      case "picture":
        this.#show(progress.index, progress.picture, progress.width, progress.height);
        break;
    }
  }

  #show(index: number, src: string, width: number, height: number): void {
    const pictures = [...this.pictures];
    // The same picture again is the enlarged one.
    pictures[index] = { src, width, height, small: pictures[index]?.src ?? null, start: this.#before };
    this.pictures = pictures;
  }
}

async function pictureOf({ work, made }: WorkDetail): Promise<Shown> {
  const src = await dataAddress(new Blob([await ipc.workFile(work.id)], { type: "image/png" }));
  const { image, upscale } = made ?? {};
  const from = image?.stats ?? upscale?.start ?? { width: 1, height: 1 };
  const factor = image?.factor ?? upscale?.factor ?? 1;
  return { src, width: from.width * factor, height: from.height * factor, small: null, start: null };
}
