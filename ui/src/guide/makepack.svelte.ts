// A class pack in the making: what is chosen, how large it is, how far it is.
import { i18n } from "../i18n/index.svelte";
import { asFailure, ipc, type ClassPackOrder, type ClassPackPlan, type ClassPackProgress, type Failure } from "../ipc";
import { studio } from "../ipc/studio.svelte";
import { announcer } from "../shared/announcer.svelte";

const CANCELLED = "cancelled";
/** What nothing can be made of: no failure to be shown in red before anything was asked for. */
const EMPTY = "classPackEmpty";

class MakingPack {
  phase = $state<"choosing" | "writing" | "stopping" | "stopped" | "done">("choosing");
  /** Ids that are left out; all others go in. */
  without = $state.raw<ReadonlySet<string>>(new Set());
  own = $state(true);
  portable = $state(true);
  keeps = $state(true);
  packages = $state.raw<readonly string[]>([]);
  plan = $state.raw<ClassPackPlan | null>(null);
  empty = $state(false);
  failure = $state.raw<Failure | null>(null);
  progress = $state.raw<ClassPackProgress | null>(null);
  folder = $state<string | null>(null);
  readonly running: boolean = $derived(this.phase === "writing" || this.phase === "stopping");
  readonly models = $derived((studio.models ?? []).filter((model) => model.problem === null));
  readonly order: ClassPackOrder = $derived({
    models: this.models.map(({ id }) => id).filter((id) => !this.without.has(id)),
    own: this.own,
    portable: this.portable,
    keeps: this.keeps,
  });
  #asked = 0;

  toggle(id: string, goesIn: boolean): void {
    const without = new Set(this.without);
    if (goesIn) without.delete(id);
    else without.add(id);
    this.without = without;
  }

  /** Asks how large it would be; a newer question counts. */
  async measure(order: ClassPackOrder, packages: readonly string[]): Promise<void> {
    const turn = ++this.#asked;
    try {
      const plan = await ipc.planClassPack(order, [...packages]);
      if (turn === this.#asked) Object.assign(this, { plan, empty: false, failure: null });
    } catch (thrown) {
      if (turn !== this.#asked) return;
      const failure = asFailure(thrown);
      Object.assign(this, { plan: null, empty: failure.code === EMPTY, failure: failure.code === EMPTY ? null : failure });
    }
  }

  async addInstallers(): Promise<void> {
    const chosen = await ipc.chooseInstallers();
    this.packages = [...new Set([...this.packages, ...chosen])];
  }

  async make(): Promise<void> {
    if (this.running) return;
    try {
      const place = await ipc.chooseClassPackPlace();
      if (place === null) return;
      Object.assign(this, { phase: "writing", progress: null, failure: null, folder: null });
      const made = await ipc.makeClassPack(this.order, [...this.packages], place, (event) => {
        if (event.kind === "progress") this.progress = event.progress;
      });
      Object.assign(this, { phase: "done", folder: made.folder });
      announcer.say(i18n.t.classPack.making.done(made.folder));
    } catch (thrown) {
      const failure = asFailure(thrown);
      Object.assign(this, failure.code === CANCELLED ? { phase: "stopped" } : { phase: "choosing", failure });
    } finally {
      this.progress = null;
    }
  }

  /** Returns whether there was one to stop. */
  stop(): boolean {
    if (!this.running) return false;
    this.phase = "stopping";
    ipc.stopClassPack().catch((thrown: unknown) => Object.assign(this, { failure: asFailure(thrown) }));
    return true;
  }
}

export const makingPack = new MakingPack();
