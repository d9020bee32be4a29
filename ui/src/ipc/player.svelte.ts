// The back end's player as the window sees it: what is on, where it is, how loud.
import { asFailure, ipc } from "./index";
import type { Failure, PlayerState, SoundDevices, SoundId } from "./index";

const idle: PlayerState = { phase: "idle", sound: null, position: 0, seconds: 0, whole: true, volume: 1, failure: null };

/** Reports come 20 times a second; between them the place is reckoned, for so long at most. */
const RECKONED_MS = 250;

export function sameSound(a: SoundId | null, b: SoundId | null): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}

export class Player {
  state = $state.raw<PlayerState>(idle);
  /** Seconds; moves smoothly while it plays. */
  position = $state(0);
  devices = $state.raw<SoundDevices | null>(null);
  /** Why the sound could not be put on; what is wrong with the device is in the state. */
  failure = $state.raw<Failure | null>(null);
  #watched = false;
  #reported = 0;
  #frame: number | null = null;

  readonly playing = $derived(this.state.phase === "playing" || this.state.phase === "waiting");

  /** Begins to listen to the back end, once. */
  open(): void {
    if (this.#watched) return;
    this.#watched = true;
    ipc.watchPlayer((state) => this.receive(state)).catch(() => (this.#watched = false));
  }

  /** Forgets everything, for a window that is opened anew. */
  reset(): void {
    this.#watched = false;
    this.failure = null;
    this.devices = null;
    this.receive(idle);
  }

  receive(state: PlayerState): void {
    this.state = state;
    this.position = state.position;
    this.#reported = performance.now();
    if (state.phase === "playing") this.#follow();
  }

  is(sound: SoundId | null): boolean {
    return sound !== null && sameSound(this.state.sound, sound);
  }

  /** Puts a sound on and plays it from there. */
  async hear(sound: SoundId, from = 0): Promise<void> {
    await this.#ask(ipc.putOn(sound, from, true));
  }

  /** Puts a sound on without playing it, unless something plays. */
  async show(sound: SoundId): Promise<void> {
    if (!this.playing && !this.is(sound)) await this.#ask(ipc.putOn(sound, 0, false));
  }

  async toggle(sound: SoundId): Promise<void> {
    if (!this.is(sound)) return this.hear(sound);
    await this.#ask(this.playing ? ipc.pause() : ipc.play());
  }

  async pause(): Promise<void> {
    await this.#ask(ipc.pause());
  }

  async seek(sound: SoundId, seconds: number): Promise<void> {
    const place = Math.max(0, seconds);
    if (this.is(sound)) await this.#ask(ipc.seek(place));
    else await this.#ask(ipc.putOn(sound, place, false));
  }

  async setVolume(volume: number): Promise<void> {
    await this.#ask(ipc.setVolume(volume));
  }

  async findDevices(): Promise<void> {
    try {
      this.devices = await ipc.soundDevices();
    } catch {
      // The system's own device is there in any case.
      this.devices = { outputs: [], inputs: [] };
    }
  }

  async #ask(asked: Promise<unknown>): Promise<void> {
    try {
      await asked;
      this.failure = null;
    } catch (thrown) {
      this.failure = asFailure(thrown);
    }
  }

  #follow(): void {
    if (this.#frame !== null) return;
    const step = () => {
      this.#frame = null;
      if (this.state.phase !== "playing") return;
      const since = Math.min(performance.now() - this.#reported, RECKONED_MS) / 1000;
      this.position = Math.min(this.state.position + since, this.state.seconds);
      this.#frame = requestAnimationFrame(step);
    };
    this.#frame = requestAnimationFrame(step);
  }
}

export const player = new Player();
