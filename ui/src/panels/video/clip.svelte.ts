// The desk of clips: which one, slower or smoother or sharper, what it will take, the film made of it.
import { asFailure, ipc } from "../../ipc";
import type { ClipFacts, ClipSource, Failure, FilmFormat, FilmEstimate, RetimingOrder, WorkDetail } from "../../ipc";
import { dataAddress } from "../../shared/files";
import { keeping, oneOf, openKept, takeOver } from "../../shared/keeping.svelte";
import type { ClipExample } from "./examples";
import { Film } from "./film.svelte";
import { FORMATS, inbetweens, kept } from "./travel.svelte";
import { tooLarge } from "./words";

export type Motion = "same" | "slower" | "smoother";
export const MOTIONS: readonly Motion[] = ["same", "slower", "smoother"];
export const FACTORS = [2, 4, 8] as const;
export const SHARPER = [1, 2, 4] as const;
/** For pictures that become a film. */
const PICTURES_FPS = 8;
/** What is dropped goes through the page's memory; larger files are chosen instead. */
const LARGEST_DROP = 96_000_000;

export class Clip {
  source = $state.raw<ClipSource | null>(null);
  /** The source is a folder of pictures. */
  folder = $state(false);
  /** What the clip says of itself. */
  #told = $state.raw<ClipFacts | null>(null);
  reading = $state(false);
  motion = $state<Motion>("slower");
  factor = $state<number>(2);
  sharpen = $state<number>(1);
  /** Of pictures that become a film. */
  fps = $state(PICTURES_FPS);
  format = $state<FilmFormat>("webP");
  blended = $state(false);
  promise = $state.raw<FilmEstimate | null>(null);
  /** The clip itself, to be looked at before anything is made of it. */
  original = $state.raw<Film | null>(null);
  film = $state.raw(new Film());
  /** What the film in view was made from. */
  filmed = $state("");
  failure = $state.raw<Failure | null>(null);
  /** The original in the place of the result. */
  compares = $state(false);

  /** With what was found out since, where it was too long to be counted at once. */
  readonly facts: ClipFacts | null = $derived.by(() => {
    const [told, original] = [this.#told, this.original];
    if (!told || told.frames !== null || !original?.whole) return told;
    return { ...told, frames: original.reel.frames.length, seconds: original.reel.seconds };
  });
  readonly isPictures = $derived(this.source?.kind === "files" && (this.source.paths.length > 1 || this.folder));
  readonly changes = $derived(this.motion !== "same" || this.sharpen > 1);
  readonly canStart = $derived(this.source !== null && this.facts !== null && this.changes && !this.film.running);
  readonly order: RetimingOrder | null = $derived.by(() => {
    const { source } = this;
    if (!source) return null;
    return {
      source: source.kind === "files" ? { ...source, fps: this.fps } : source,
      request: { factor: this.motion === "same" ? 1 : this.factor, pace: this.motion === "slower" ? "slower" : "smoother", sharpen: this.sharpen },
      inbetweens: inbetweens(this.blended),
      format: this.format,
    };
  });

  async choose(): Promise<void> {
    await this.#try(async () => {
      const paths = await ipc.chooseClip();
      if (paths.length > 0) await this.bring(paths);
    });
  }

  /** The clip that is chosen, or one that is chosen now, made what a card says. */
  async runExample({ motion, factor, sharpen }: ClipExample): Promise<void> {
    if (this.film.running) return;
    Object.assign(this, { motion, factor, sharpen });
    if (this.source === null) await this.choose();
    this.start();
  }

  async chooseFolder(): Promise<void> {
    await this.#try(async () => {
      const path = await ipc.chooseFolder();
      if (path !== null) await this.bring([path], true);
    });
  }

  /** Nothing is chosen any more. */
  clear(): void {
    this.original?.close();
    this.film.close();
    Object.assign(this, { source: null, original: null, failure: null, compares: false, promise: null });
    this.#told = null;
    this.film = new Film();
  }

  /** Files that were dropped on the window. */
  async drop(files: readonly File[]): Promise<void> {
    const size = files.reduce((sum, file) => sum + file.size, 0);
    if (size > LARGEST_DROP) {
      this.failure = tooLarge(size);
      return;
    }
    await this.#try(async () => {
      this.reading = true;
      const sorted = [...files].sort((a, b) => a.name.localeCompare(b.name, "en", { numeric: true }));
      const brought = await Promise.all(sorted.map(async (file) => ({ name: file.name, base64: await dataAddress(file) })));
      this.folder = false;
      await this.#look(await ipc.importClip(brought), sorted.length === 1 ? (sorted[0]?.name ?? null) : null);
    });
  }

  async bring(paths: string[], folder = false): Promise<void> {
    this.folder = folder;
    await this.#look({ kind: "files", paths, fps: this.fps });
  }

  /** A kept film as the clip. */
  async take(work: string): Promise<void> {
    this.folder = false;
    await this.#look({ kind: "work", id: work });
  }

  /** `name` is what a person calls it, where the engine knows it by another. */
  async #look(source: ClipSource, name: string | null = null): Promise<void> {
    await this.#try(async () => {
      this.reading = true;
      const told = await ipc.clipFacts(source);
      this.#told = name === null ? told : { ...told, name };
      this.source = source;
      this.promise = null;
      this.compares = false;
      if (!this.film.running) {
        this.film.close();
        this.film = new Film();
      }
      this.original?.close();
      const original = new Film();
      this.original = original;
      void original.open({ kind: "clip", source });
    });
  }

  start(): void {
    const { order, facts } = this;
    if (!this.canStart || !order || !facts) return;
    this.film.close();
    this.original?.reel.pause();
    this.compares = false;
    const film = new Film();
    this.film = film;
    this.filmed = facts.name;
    void film.start(0, (listen) => ipc.startRetiming(order, listen));
    void film.finished.then(() => this.tell());
  }

  stop(): boolean {
    return this.film.stop();
  }

  async tell(): Promise<void> {
    const { order, facts } = this;
    if (!order || !facts || !this.changes) {
      this.promise = null;
      return;
    }
    try {
      const promise = await ipc.estimateRetiming(order, facts);
      if (order === this.order) this.promise = promise;
    } catch {
      // Nothing is promised; what is wrong shows when it is asked for.
      this.promise = null;
    }
  }

  /** A kept work, put back as it was asked, with its film. */
  async open(detail: WorkDetail): Promise<void> {
    const order = detail.made?.film?.retiming;
    if (!order || this.film.running) return;
    const { factor, pace, sharpen } = order.request;
    Object.assign(this, { motion: factor === 1 ? "same" : pace, factor: factor === 1 ? 2 : factor, sharpen, format: order.format, blended: order.inbetweens.kind === "blended", filmed: detail.work.title });
    if (order.source.kind === "files") this.fps = order.source.fps;
    // The clip may be gone meanwhile; the film is there all the same.
    await this.#look(order.source);
    this.film = kept(this.film, detail);
  }

  snapshot(): unknown {
    const { source, motion, factor, sharpen, fps, format, blended, film } = this;
    // A file must be chosen anew after a restart.
    return { source: source?.kind === "work" ? source : null, motion, factor, sharpen, fps, format, blended, work: film.work };
  }

  async restore(state: Record<string, unknown>): Promise<void> {
    const source = state["source"] as ClipSource | null | undefined;
    await openKept(state, this);
    if (this.source === null && source?.kind === "work") await this.take(source.id);
    // What is not there any more is not missed before it is asked for.
    this.failure = null;
    takeOver<Clip>(this, state, ["factor", "sharpen", "fps", "blended"]);
    this.motion = oneOf(MOTIONS, state["motion"], "slower");
    this.format = oneOf(FORMATS, state["format"], "webP");
  }

  async #try(action: () => Promise<void>): Promise<void> {
    this.failure = null;
    try {
      await action();
    } catch (thrown) {
      this.failure = asFailure(thrown);
    } finally {
      this.reading = false;
    }
  }
}

export const clip = new Clip();
keeping.keep("video.clip", clip);
