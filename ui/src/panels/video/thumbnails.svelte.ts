// Small pictures of scenes, drawn anew while one types: after a pause, and what was overtaken is
// stopped. They are what the film draws at the scene: the same words, seed and style.
import { SvelteMap } from "svelte/reactivity";
import { ipc } from "../../ipc";
import type { ImageJobEvent, ImageRequest } from "../../ipc";

/** After the last key. */
const PAUSE_MS = 220;

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

interface Sketch {
  key: string;
  job: number | null;
  stopped: boolean;
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
  follow(scenes: readonly { id: number; prompt: string }[], look: Look | null): void {
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
        else void this.#draw(scene.id, key, scene.prompt.trim(), look);
      }
    }, PAUSE_MS);
  }

  /** For another panel's sake, or the film's: nothing is drawn any more. */
  rest(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
    for (const id of [...this.#running.keys()]) this.#stop(id);
  }

  #key(scene: { prompt: string }, look: Look | null): string {
    return look && scene.prompt.trim() !== "" ? JSON.stringify([scene.prompt.trim(), look]) : "";
  }

  async #draw(id: number, key: string, prompt: string, look: Look): Promise<void> {
    const sketch: Sketch = { key, job: null, stopped: false };
    this.#running.set(id, sketch);
    this.#shown.set(id, { ...this.of(id), drawing: true });
    try {
      sketch.job = await ipc.startImage(look.model, request(prompt, look), { start: null, mask: null }, 1, false, (event) => this.#receive(id, sketch, event));
      if (sketch.stopped) await ipc.cancel(sketch.job);
    } catch {
      // Why it cannot be drawn is told where the film is made.
      this.#ended(id, sketch);
    }
  }

  #receive(id: number, sketch: Sketch, event: ImageJobEvent): void {
    if (this.#running.get(id) !== sketch) return;
    if (event.kind === "picture") {
      this.#keys.set(id, sketch.key);
      this.#shown.set(id, { picture: event.picture, drawing: false });
    }
    if (event.kind === "done" || event.kind === "failed") this.#ended(id, sketch);
  }

  #ended(id: number, sketch: Sketch): void {
    if (this.#running.get(id) !== sketch) return;
    this.#running.delete(id);
    this.#shown.set(id, { ...this.of(id), drawing: false });
  }

  #stop(id: number): void {
    const sketch = this.#running.get(id);
    if (!sketch) return;
    sketch.stopped = true;
    this.#ended(id, sketch);
    // One that is not accepted yet is stopped as soon as it is.
    if (sketch.job !== null) ipc.cancel(sketch.job).catch(() => undefined);
  }

  #drop(id: number): void {
    this.#stop(id);
    this.#keys.delete(id);
    this.#shown.delete(id);
  }
}

function request(prompt: string, { seed, style, steps, guidance }: Look): ImageRequest {
  const plain = { width: null, height: null, guidanceRescale: 0, strength: 1, scheduler: null, previews: false };
  return { prompt, negativePrompt: "", parameters: { ...plain, steps, guidance, seed, count: 1, style } };
}
