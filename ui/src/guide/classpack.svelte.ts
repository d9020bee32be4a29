// A class pack as the window sees it: what a stick holds, how far reading it is, what was wrong.
import { i18n } from "../i18n/index.svelte";
import { asFailure, ipc, type ClassPackEvent, type ClassPackProgress, type Failure, type Fate, type PackContents, type PackItem } from "../ipc";
import { studio } from "../ipc/studio.svelte";
import { announcer } from "../shared/announcer.svelte";

/** What is done with a pack. */
type Work = "verifying" | "using" | "installing";
type Phase = "none" | "opened" | Work | "stopping" | "stopped" | "verified" | "used" | "installed" | "failed";
export type ItemState = "waiting" | "whole" | "wrong" | "used" | Fate;

const CANCELLED = "cancelled";

export const pathOf = (item: PackItem): string => `${item.kind}/${item.id}`;

class ClassPack {
  phase = $state<Phase>("none");
  pack = $state.raw<PackContents | null>(null);
  /** By kind and id. */
  states = $state.raw<Readonly<Record<string, ItemState>>>({});
  wrong = $state.raw<readonly Failure[]>([]);
  extra = $state.raw<readonly string[]>([]);
  progress = $state.raw<ClassPackProgress | null>(null);
  failure = $state.raw<Failure | null>(null);
  /** Models that can be used now. */
  usable = $state(0);
  /** The app itself runs from this pack. */
  own = $state(false);
  readonly running: boolean = $derived(["verifying", "using", "installing", "stopping"].includes(this.phase));
  /** A newer reading ends the one before. */
  #turn = 0;
  #asked = false;

  /** Once: the pack that the app runs from is looked at by itself. */
  async plugged(): Promise<void> {
    if (this.#asked) return;
    this.#asked = true;
    try {
      const pack = await ipc.ownClassPack();
      if (!pack || this.pack) return;
      this.#take(pack, true);
      await this.work("verifying");
    } catch (thrown) {
      Object.assign(this, { phase: "failed", failure: asFailure(thrown) });
    }
  }

  async choose(): Promise<void> {
    try {
      const folder = await ipc.chooseFolder();
      if (folder === null) return;
      this.#turn += 1;
      this.#take(await ipc.openClassPack(folder), false);
    } catch (thrown) {
      Object.assign(this, { phase: "failed", pack: null, failure: asFailure(thrown) });
      return;
    }
    await this.work("verifying");
  }

  #take(pack: PackContents, own: boolean): void {
    Object.assign(this, { pack, own, phase: "opened", states: {}, wrong: [], extra: [], progress: null, failure: null, usable: 0 });
  }

  /** Reads the pack, and does something with it on the way. What was begun before ends. */
  async work(work: Work): Promise<void> {
    const { pack } = this;
    if (!pack) return;
    const turn = ++this.#turn;
    const mine = () => this.#turn === turn;
    Object.assign(this, { phase: work, wrong: [], progress: null, failure: null });
    if (work === "verifying") this.states = {};
    const listen = (event: ClassPackEvent) => mine() && this.#hear(event);
    try {
      const ended = await this.#end(work, pack.folder, listen);
      if (!mine()) return;
      Object.assign(this, ended);
      announcer.say(this.line);
    } catch (thrown) {
      if (!mine()) return;
      const failure = asFailure(thrown);
      Object.assign(this, failure.code === CANCELLED ? { phase: "stopped" } : { phase: "failed", failure });
    } finally {
      if (mine()) this.progress = null;
    }
  }

  async #end(work: Work, folder: string, listen: (event: ClassPackEvent) => void): Promise<Partial<ClassPack>> {
    if (work === "verifying") {
      const { wrong, extra } = await ipc.verifyClassPack(folder, listen);
      return { phase: "verified", wrong, extra };
    }
    if (work === "using") {
      const { models, wrong } = await ipc.useClassPack(folder, listen);
      await studio.refreshModels();
      return { phase: "used", wrong, usable: models.length };
    }
    const { installed } = await ipc.installClassPack(folder, listen);
    await studio.refreshModels();
    return { phase: "installed", wrong: installed.wrong };
  }

  #hear(event: ClassPackEvent): void {
    const set = (item: PackItem, state: ItemState) => (this.states = { ...this.states, [pathOf(item)]: state });
    switch (event.kind) {
      case "progress":
        this.progress = event.progress;
        return;
      case "checked":
        set(event.checked.item, event.checked.whole ? "whole" : "wrong");
        return;
      case "installed":
        set(event.installed.item, event.installed.fate);
        return;
      case "used":
        set(event.used.item, "used");
        this.usable += 1;
        // The panels can have it while the others are still being read.
        void studio.refreshModels();
    }
  }

  /** Returns whether there was something to stop. */
  stop(): boolean {
    if (!this.running) return false;
    this.phase = "stopping";
    ipc.stopClassPack().catch((thrown: unknown) => Object.assign(this, { failure: asFailure(thrown) }));
    return true;
  }

  /** As before anything was chosen. */
  forget(): void {
    this.#asked = false;
    Object.assign(this, { phase: "none", pack: null, failure: null });
  }

  /** How it stands, in a line. */
  get line(): string {
    const { lines, wrong, installedBut } = i18n.t.classPack;
    if (this.wrong.length > 0 && this.phase === "installed") return installedBut(this.wrong.length);
    if (this.wrong.length > 0 && !this.running) return wrong(this.wrong.length);
    if (this.phase === "used") return lines.used(this.usable);
    return this.phase === "none" ? "" : lines[this.phase];
  }
}

export const classPack = new ClassPack();
