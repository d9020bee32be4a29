// Frames that are shown one after the other: where it is, whether it plays. Frames may still arrive
// while it plays or while the newest is followed.
import type { FrameMark, SoundId } from "../../ipc";
import { player } from "../../ipc/player.svelte";
import { end, frameAt, joined, keyFrom, type Frame } from "./timeline";

export class Reel {
  frames = $state.raw<readonly Frame[]>([]);
  /** Seconds. */
  position = $state(0);
  playing = $state(false);
  loops = $state(true);
  /** While it is made: shows the newest frame, until a person goes elsewhere. */
  following = $state(true);
  /** What is heard along with it. */
  narration = $state.raw<SoundId | null>(null);
  readonly seconds = $derived(end(this.frames));
  readonly index = $derived(frameAt(this.frames, this.position));
  readonly frame: Frame | null = $derived(this.frames[this.index] ?? null);
  #asked: number | null = null;
  #last = 0;

  append(marks: readonly FrameMark[]): void {
    this.frames = joined(this.frames, marks);
    if (this.following) this.position = this.frames.at(-1)?.begin ?? 0;
  }

  clear(): void {
    this.pause();
    this.frames = [];
    this.position = 0;
    this.following = true;
  }

  toggle(): void {
    if (this.playing) this.pause();
    else this.play();
  }

  play(): void {
    if (this.playing || this.frames.length === 0) return;
    this.following = false;
    // From its end it begins anew.
    if (this.index === this.frames.length - 1) this.position = 0;
    this.playing = true;
    this.#last = performance.now();
    this.#sound();
    this.#next();
  }

  pause(): void {
    if (!this.playing) return;
    this.playing = false;
    if (this.#asked !== null) cancelAnimationFrame(this.#asked);
    this.#asked = null;
    if (this.narration !== null) void player.pause();
  }

  /** Shows a frame and stays there. */
  show(index: number): void {
    this.pause();
    this.following = false;
    const place = Math.min(this.frames.length - 1, Math.max(0, index));
    this.position = this.frames[place]?.begin ?? 0;
  }

  step(frames: number): void {
    this.show(this.index + frames);
  }

  stepKey(direction: 1 | -1): void {
    this.show(keyFrom(this.frames, this.index, direction));
  }

  /** So much later, for whoever keeps the time. */
  advance(seconds: number): void {
    const place = this.position + seconds;
    if (place < this.seconds) {
      this.position = place;
      return;
    }
    if (!this.loops || this.seconds === 0) {
      this.show(this.frames.length - 1);
      return;
    }
    this.position = place % this.seconds;
    this.#sound();
  }

  #next(): void {
    this.#asked = requestAnimationFrame((now) => {
      this.#asked = null;
      if (!this.playing) return;
      const passed = Math.max(0, now - this.#last) / 1000;
      this.#last = now;
      this.advance(passed);
      if (this.playing) this.#next();
    });
  }

  #sound(): void {
    if (this.narration !== null) void player.hear(this.narration, this.position);
  }
}
