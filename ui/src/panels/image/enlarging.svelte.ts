// Making a picture larger, as a tool of its own: a picture of one's own or of the library.
import { asFailure, ipc } from "../../ipc";
import type { Failure, ImageEstimate, PictureSource, WorkDetail } from "../../ipc";
import { Exporting } from "../../shared/form/exporting.svelte";
import { Drawing } from "./drawing.svelte";

/** The page is shown no more of a picture than this. */
const SHOWN_SIDE = 1600;
export const FACTORS = [2, 4] as const;

export class Enlarging {
  source = $state.raw<PictureSource | null>(null);
  title = $state("");
  address = $state<string | null>(null);
  width = $state(0);
  height = $state(0);
  factor = $state<number>(2);
  drawing = $state.raw(new Drawing());
  promise = $state.raw<ImageEstimate | null>(null);
  failure = $state.raw<Failure | null>(null);
  readonly exporting = new Exporting();
  readonly canStart = $derived(this.source !== null && this.address !== null && !this.drawing.running);

  async bring(source: PictureSource, title: string): Promise<void> {
    this.failure = null;
    this.exporting.clear();
    try {
      const brought = await ipc.importPicture(source, SHOWN_SIDE);
      this.source = source;
      this.title = title;
      this.address = brought.address;
      this.width = brought.width;
      this.height = brought.height;
      if (!this.drawing.running) this.drawing = new Drawing();
    } catch (thrown) {
      this.failure = asFailure(thrown);
    }
  }

  async tell(): Promise<void> {
    if (this.width === 0) return;
    try {
      this.promise = await ipc.estimateUpscale(this.width, this.height, this.factor);
    } catch {
      // Nothing is promised; what is wrong shows when it is asked for.
      this.promise = null;
    }
  }

  start(): void {
    const { source, title, factor } = this;
    if (!this.canStart || !source) return;
    this.exporting.clear();
    const drawing = new Drawing();
    this.drawing = drawing;
    void drawing.enlarge({ source, title, factor }, this.address);
    void drawing.finished.then(() => this.tell());
  }

  /** A kept work that was made larger, beside the picture it was made from. */
  async open(detail: WorkDetail): Promise<void> {
    const upscale = detail.made?.upscale;
    if (!upscale || this.drawing.running) return;
    this.factor = upscale.factor;
    if (upscale.start) await this.bring({ kind: "part", work: detail.work.id, part: "start" }, upscale.source);
    this.title = upscale.source;
    const drawing = new Drawing();
    await drawing.recall([detail]);
    if (!this.drawing.running) this.drawing = drawing;
  }

  stop(): boolean {
    return this.drawing.stop();
  }
}
