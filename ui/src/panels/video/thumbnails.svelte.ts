// Small pictures of scenes, drawn anew while one types: after a pause, and what was overtaken is
// stopped. They are what the film draws at the scene: the same words, seed and style.
import { SvelteMap } from "svelte/reactivity";
import { ipc } from "../../ipc";
import type { ImageMade, ImageOrder, ImageProgress, ImageRequest, SubjectChoice } from "../../ipc";
import { Job } from "../../ipc/job.svelte";
import type { Scene as Storied } from "./scenes";

/** After the last key. */
const PAUSE_MS = 220;

/** What a picture is drawn of. */
type Scene = Pick<Storied, "id" | "prompt" | "subject">;

/** What decides how a scene looks. */
export interface Look {
  model: string;
  seed: number;
  style: string | null;
  steps: number | null;
  guidance: number | null;
}

export interface Thumbnail {
  /** A `data:` address; the one of the words before stays until the new one is there. */
  picture: string | null;
  drawing: boolean;
}

/** One picture, which is not kept. */
class Drawing extends Job<ImageProgress, ImageMade, never> {
  readonly place = null;
  picture: string | null = null;

  start(order: ImageOrder): Promise<void> {
    return this.run((listen) => ipc.startImage(order, false, listen));
  }

  protected override onProgress(progress: ImageProgress): void {
    if (progress.kind === "picture") this.picture = progress.picture;
  }
}

interface Sketch {
  key: string;
  drawing: Drawing;
}

const blank: Thumbnail = { picture: null, drawing: false };

export class Thumbnails {
  #shown = new SvelteMap<number, Thumbnail>();
  /** What each scene's picture was drawn from. */
  #keys = new Map<number, string>();
  #running = new Map<number, Sketch>();
  #timer: ReturnType<typeof setTimeout> | null = null;

  of(id: number): Thumbnail {
    return this.#shown.get(id) ?? blank;
  }

  /** These scenes as they are now; a null look draws nothing. */
  follow(scenes: readonly Scene[], look: Look | null): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
    const ids = new Set(scenes.map((scene) => scene.id));
    for (const id of [...this.#shown.keys()]) if (!ids.has(id)) this.#drop(id);
    const changed = scenes.filter((scene) => this.#key(scene, look) !== (this.#running.get(scene.id)?.key ?? this.#keys.get(scene.id) ?? ""));
    for (const scene of changed) this.#stop(scene.id);
    if (changed.length === 0) return;
    this.#timer = setTimeout(() => {
      for (const scene of changed) {
        const key = this.#key(scene, look);
        if (key === "" || !look) this.#drop(scene.id);
        else this.#draw(scene, key, look);
      }
    }, PAUSE_MS);
  }

  /** For another panel's sake, or the film's: nothing is drawn any more. */
  rest(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
    for (const id of [...this.#running.keys()]) this.#stop(id);
  }

  #key({ prompt, subject }: Scene, look: Look | null): string {
    return look && prompt.trim() !== "" ? JSON.stringify([prompt.trim(), subject, look]) : "";
  }

  #draw({ id, prompt, subject }: Scene, key: string, look: Look): void {
    const drawing = new Drawing();
    const sketch: Sketch = { key, drawing };
    this.#running.set(id, sketch);
    this.#shown.set(id, { ...this.of(id), drawing: true });
    const sources = { start: null, mask: null };
    void drawing.start({ model: look.model, request: request(prompt.trim(), subject, look), sources, factor: 1 });
    void drawing.finished.then(() => {
      if (this.#running.get(id) !== sketch) return;
      // Why it cannot be drawn is told where the film is made.
      const { picture } = drawing;
      if (picture !== null) this.#keys.set(id, key);
      this.#ended(id, picture ?? this.of(id).picture);
    });
  }

  #ended(id: number, picture: string | null): void {
    this.#running.delete(id);
    this.#shown.set(id, { picture, drawing: false });
  }

  #stop(id: number): void {
    const sketch = this.#running.get(id);
    if (!sketch) return;
    this.#ended(id, this.of(id).picture);
    sketch.drawing.stop();
  }

  #drop(id: number): void {
    this.#stop(id);
    this.#keys.delete(id);
    this.#shown.delete(id);
  }
}

function request(prompt: string, subject: SubjectChoice | null, { seed, style, steps, guidance }: Look): ImageRequest {
  const plain = { width: null, height: null, guidanceRescale: 0, strength: 1, scheduler: null, previews: false };
  return { prompt, negativePrompt: "", subject, parameters: { ...plain, steps, guidance, seed, count: 1, style } };
}
