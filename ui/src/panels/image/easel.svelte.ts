// What a picture starts from: a canvas to draw on, or a picture that was brought and may be
// drawn over, and on top of it where it may be painted over. Pure state and pixels; the
// markup is Easel.svelte.
import { untrack } from "svelte";
import { asFailure, ipc } from "../../ipc";
import { dataAddress } from "../../shared/files";
import paints from "./paints.json";
import type { Failure, ImageSources, PictureSource } from "../../ipc";

export type Layer = "picture" | "mask";
export type Tool = "brush" | "eraser";

export interface Point {
  x: number;
  y: number;
}

/** Ways back; each is a copy of a layer. */
const UNDO_STEPS = 12;
/** Small pictures are drawn on larger paper: the engine makes them small again, smoothly. */
const LEAST_SIDE = 512;
/** Seen on dark and on light pictures; what travels is white. */
const MASK_COLOUR = paints.mask;

export const COLOURS: readonly string[] = paints.colours;
export const SIZES = [8, 20, 44, 96] as const;

interface Step {
  layer: Layer;
  pixels: ImageData;
  hadPicture: boolean;
  hadMask: boolean;
  origin: string | null;
}

export class Easel {
  /** Whether it stands on the stage. */
  open = $state(false);
  layer = $state<Layer>("picture");
  tool = $state<Tool>("brush");
  colour = $state(COLOURS[2]!);
  size = $state<number>(SIZES[1]);
  hasPicture = $state(false);
  hasMask = $state(false);
  /** A small view of both layers. */
  thumbnail = $state<string | null>(null);
  failure = $state.raw<Failure | null>(null);
  /** Counts changes, for whoever shows the canvas. */
  revision = $state(0);
  canUndo = $state(false);
  width = $state(LEAST_SIDE);
  height = $state(LEAST_SIDE);
  /** Counts what was finished: strokes, pictures that were brought. */
  #finished = $state(0);
  /** The work whose picture this is, while nobody has drawn on it: it is then sent as it was kept. */
  #origin: string | null = null;
  #layers: Partial<Record<Layer, HTMLCanvasElement>> = {};
  #steps: Step[] = [];

  /** Paper of the proportions that will be drawn; what is on it is kept, scaled to cover. */
  fit(width: number, height: number): void {
    const scale = Math.max(1, Math.ceil(LEAST_SIDE / Math.max(width, height)));
    const [wide, high] = [width * scale, height * scale];
    if (wide === this.width && high === this.height) return;
    const before = this.#layers;
    this.#layers = {};
    this.width = wide;
    this.height = high;
    this.#steps = [];
    this.canUndo = false;
    for (const layer of ["picture", "mask"] as const) {
      const old = before[layer];
      if (old) this.#cover(this.#context(layer), old, old.width, old.height);
    }
    this.#changed();
  }

  canvas(layer: Layer): HTMLCanvasElement {
    return (this.#layers[layer] ??= Object.assign(document.createElement("canvas"), { width: this.width, height: this.height }));
  }

  /** Puts a picture that somebody brings on the paper; true when it could be read. */
  async bring(source: PictureSource, origin: string | null = null): Promise<boolean> {
    try {
      const brought = await ipc.importPicture(source, 2 * Math.max(this.width, this.height));
      const image = await loaded(brought.address);
      this.#remember("picture");
      const context = this.#context("picture");
      context?.clearRect(0, 0, this.width, this.height);
      this.#cover(context, image, image.naturalWidth, image.naturalHeight);
      this.hasPicture = true;
      this.#origin = origin;
      this.failure = null;
      this.#changed();
      return true;
    } catch (thrown) {
      this.failure = asFailure(thrown);
      return false;
    }
  }

  /** The picture and the mask that a work was made from. */
  async recall(work: string, masked: boolean): Promise<void> {
    this.remove();
    if (!(await this.bring({ kind: "part", work, part: "start" }, work)) || !masked) return;
    try {
      const brought = await ipc.importPicture({ kind: "part", work, part: "mask" }, 2 * Math.max(this.width, this.height));
      const image = await loaded(brought.address);
      const context = this.#context("mask");
      this.#cover(context, image, image.naturalWidth, image.naturalHeight);
      if (context) tint(context, this.width, this.height);
      this.hasMask = true;
      this.#changed();
    } catch (thrown) {
      this.failure = asFailure(thrown);
    }
  }

  /** A stroke begins; the next points follow with `line`. */
  begin(at: Point): void {
    this.#remember(this.layer);
    this.#origin = null;
    if (this.layer === "picture") this.hasPicture = true;
    else this.hasMask = this.hasMask || this.tool === "brush";
    this.line(at, at);
  }

  line(from: Point, to: Point): void {
    const context = this.#context(this.layer);
    if (!context) return;
    context.globalCompositeOperation = this.tool === "eraser" ? "destination-out" : "source-over";
    context.strokeStyle = this.layer === "mask" ? MASK_COLOUR : this.colour;
    context.lineWidth = this.size;
    context.lineCap = "round";
    context.beginPath();
    context.moveTo(from.x, from.y);
    // A line of no length is a dot only where it has some.
    context.lineTo(to.x + (from.x === to.x && from.y === to.y ? 0.01 : 0), to.y);
    context.stroke();
    this.revision += 1;
  }

  end(): void {
    this.#changed();
  }

  clear(): void {
    this.#remember(this.layer);
    this.#origin = null;
    this.#context(this.layer)?.clearRect(0, 0, this.width, this.height);
    if (this.layer === "mask") this.hasMask = false;
    this.#changed();
  }

  undo(): void {
    const step = this.#steps.pop();
    if (!step) return;
    this.#context(step.layer)?.putImageData(step.pixels, 0, 0);
    this.hasPicture = step.hadPicture;
    this.hasMask = step.hadMask;
    this.#origin = step.origin;
    this.canUndo = this.#steps.length > 0;
    this.#changed();
  }

  /** The next picture starts from noise alone. */
  remove(): void {
    for (const layer of ["picture", "mask"] as const) this.#context(layer)?.clearRect(0, 0, this.width, this.height);
    this.hasPicture = false;
    this.hasMask = false;
    this.#origin = null;
    this.#steps = [];
    this.canUndo = false;
    this.failure = null;
    this.layer = "picture";
    this.#changed();
  }

  /** What travels with a request. */
  sources(takesMask: boolean): ImageSources {
    if (!this.hasPicture) return { start: null, mask: null };
    if (this.#origin !== null) {
      const part = (part: "start" | "mask"): PictureSource => ({ kind: "part", work: this.#origin ?? "", part });
      return { start: part("start"), mask: this.hasMask && takesMask ? part("mask") : null };
    }
    const data = (address: string): PictureSource => ({ kind: "data", base64: address });
    return {
      start: data(this.canvas("picture").toDataURL("image/png")),
      mask: this.hasMask && takesMask ? data(this.#whiteMask()) : null,
    };
  }

  /** The picture on white paper, to compare with. */
  view(): string | null {
    if (!this.hasPicture) return null;
    const copy = Object.assign(document.createElement("canvas"), { width: this.width, height: this.height });
    const context = copy.getContext("2d");
    if (!context) return null;
    context.fillStyle = paints.paper;
    context.fillRect(0, 0, this.width, this.height);
    context.drawImage(this.canvas("picture"), 0, 0);
    return copy.toDataURL("image/png");
  }

  /** Both layers as they are after the last stroke. */
  snapshot(): unknown {
    void this.#finished;
    return untrack(() => {
      const layer = (name: Layer, has: boolean) => (has ? this.canvas(name).toDataURL("image/png") : null);
      return { origin: this.#origin, picture: layer("picture", this.hasPicture), mask: layer("mask", this.hasMask) };
    });
  }

  async restore(kept: Record<string, unknown>): Promise<void> {
    const { origin } = kept;
    for (const layer of ["picture", "mask"] as const) {
      const address = kept[layer];
      if (typeof address !== "string" || !address.startsWith("data:image/png;")) continue;
      const image = await loaded(address);
      this.#cover(this.#context(layer), image, image.naturalWidth, image.naturalHeight);
      if (layer === "picture") this.hasPicture = true;
      else this.hasMask = true;
    }
    this.#origin = typeof origin === "string" ? origin : null;
    this.#changed();
  }

  #whiteMask(): string {
    const copy = Object.assign(document.createElement("canvas"), { width: this.width, height: this.height });
    const context = copy.getContext("2d");
    context?.drawImage(this.canvas("mask"), 0, 0);
    if (context) tint(context, this.width, this.height, paints.paper);
    return copy.toDataURL("image/png");
  }

  #context(layer: Layer): CanvasRenderingContext2D | null {
    return this.canvas(layer).getContext("2d");
  }

  #remember(layer: Layer): void {
    const pixels = this.#context(layer)?.getImageData(0, 0, this.width, this.height);
    if (!pixels) return;
    this.#steps.push({ layer, pixels, hadPicture: this.hasPicture, hadMask: this.hasMask, origin: this.#origin });
    if (this.#steps.length > UNDO_STEPS) this.#steps.shift();
    this.canUndo = true;
  }

  #cover(context: CanvasRenderingContext2D | null, image: CanvasImageSource, width: number, height: number): void {
    const scale = Math.max(this.width / width, this.height / height);
    const [wide, high] = [width * scale, height * scale];
    if (context) context.globalCompositeOperation = "source-over";
    context?.drawImage(image, (this.width - wide) / 2, (this.height - high) / 2, wide, high);
  }

  #changed(): void {
    this.revision += 1;
    this.#finished += 1;
    if (!this.hasPicture) {
      this.thumbnail = null;
      return;
    }
    const side = 192 / Math.max(this.width, this.height);
    const copy = Object.assign(document.createElement("canvas"), { width: Math.round(this.width * side), height: Math.round(this.height * side) });
    const context = copy.getContext("2d");
    if (!context) return;
    context.fillStyle = paints.paper;
    context.fillRect(0, 0, copy.width, copy.height);
    context.drawImage(this.canvas("picture"), 0, 0, copy.width, copy.height);
    if (this.hasMask) {
      context.globalAlpha = 0.55;
      context.drawImage(this.canvas("mask"), 0, 0, copy.width, copy.height);
    }
    this.thumbnail = copy.toDataURL("image/png");
  }
}

/** Gives every painted place one colour; a kept mask is white on black, and its black is nothing. */
function tint(context: CanvasRenderingContext2D, width: number, height: number, colour = MASK_COLOUR): void {
  const pixels = context.getImageData(0, 0, width, height);
  const [red, green, blue] = [1, 3, 5].map((at) => parseInt(colour.slice(at, at + 2), 16)) as [number, number, number];
  const { data } = pixels;
  for (let at = 0; at < data.length; at += 4) {
    // What was tinted before has a colour of its own: only black is nothing.
    if ((data[at] ?? 0) < 128) data[at + 3] = 0;
    data[at] = red;
    data[at + 1] = green;
    data[at + 2] = blue;
  }
  context.putImageData(pixels, 0, 0);
}

function loaded(address: string): Promise<HTMLImageElement> {
  return new Promise((resolve, reject) => {
    const image = new Image();
    image.onload = () => resolve(image);
    image.onerror = () => reject(new Error("the page cannot show the picture"));
    image.src = address;
  });
}

/** A dropped or pasted file as the engine reads it. */
export async function fileSource(file: Blob): Promise<PictureSource> {
  return { kind: "data", base64: await dataAddress(file) };
}
