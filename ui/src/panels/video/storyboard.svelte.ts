// The storyboard as the window edits it: scenes with a way back.
import type { SubjectChoice } from "../../ipc";
import { i18n } from "../../i18n/index.svelte";
import { announcer } from "../../shared/announcer.svelte";
import { undoOffer } from "../../shared/undo.svelte";
import { add, begin, edit, length, MOST_SCENES, move, record, redo, remove, scene, trouble, undo, type History, type Scene } from "./scenes";
import { tabs } from "./tabs.svelte";

export class Storyboard {
  #history = $state.raw<History<readonly Scene[]>>(begin([scene(), scene()]));
  readonly scenes = $derived(this.#history.now);
  readonly canUndo = $derived(this.#history.past.length > 0);
  readonly canRedo = $derived(this.#history.future.length > 0);
  readonly canAdd = $derived(this.scenes.length < MOST_SCENES);
  readonly seconds = $derived(length(this.scenes));
  readonly trouble = $derived(trouble(this.scenes));
  readonly isEmpty = $derived(this.scenes.every((one) => one.prompt.trim() === ""));

  /** Another storyboard in its place; undo brings this one back. */
  replace(scenes: readonly { prompt: string; seconds: number; subject?: SubjectChoice | null }[]): void {
    this.#history = record(this.#history, scenes.slice(0, MOST_SCENES).map((one) => scene(one.prompt, one.seconds, one.subject)));
  }

  /** Scenes that were kept; there is no way back from them. */
  restore(kept: unknown): void {
    if (!Array.isArray(kept)) return;
    const scenes = kept.filter((one): one is Scene => typeof one?.prompt === "string" && typeof one?.seconds === "number").slice(0, MOST_SCENES);
    if (scenes.length > 0) this.#history = begin(scenes.map((one) => scene(one.prompt, one.seconds, one.subject)));
  }

  /** The id of the new scene; null where there is no room. */
  add(after?: number): number | null {
    const before = new Set(this.scenes.map((one) => one.id));
    this.#history = record(this.#history, add(this.scenes, after));
    return this.scenes.find((one) => !before.has(one.id))?.id ?? null;
  }

  remove(id: number): void {
    const place = this.scenes.findIndex((one) => one.id === id);
    const next = remove(this.scenes, id);
    if (next === this.scenes) return;
    this.#history = record(this.#history, next);
    const put = this.#history;
    undoOffer.offer(() => i18n.t.video.removed(place + 1), () => {
      // What was done since is taken back by hand.
      if (this.#history === put) this.undo();
      tabs.open = "travel";
    }, { place: "video" });
  }

  move(id: number, to: number): void {
    const next = move(this.scenes, id, to);
    if (next === this.scenes) return;
    this.#history = record(this.#history, next, `move ${id}`);
    announcer.say(i18n.t.video.moved(this.scenes.findIndex((one) => one.id === id) + 1, this.scenes.length));
  }

  prompt(id: number, prompt: string): void {
    this.#history = record(this.#history, edit(this.scenes, id, { prompt }), `prompt ${id}`);
  }

  length(id: number, seconds: number): void {
    this.#history = record(this.#history, edit(this.scenes, id, { seconds }), `seconds ${id}`);
  }

  undo(): void {
    if (!this.canUndo) return;
    this.#history = undo(this.#history);
    announcer.say(i18n.t.video.undone);
  }

  redo(): void {
    this.#history = redo(this.#history);
  }
}
