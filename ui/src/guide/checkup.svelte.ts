// The check-up before a class, as the window sees it: what was found, what is looked at now, how it ended.
import { i18n } from "../i18n/index.svelte";
import { asFailure, ipc, type Check, type CheckName, type Checkup, type Failure } from "../ipc";
import { studio } from "../ipc/studio.svelte";
import { announcer } from "../shared/announcer.svelte";

type Phase = "idle" | "running" | "stopping" | "done" | "stopped" | "failed";

/** The failure code with which the engine ends one that was stopped. */
const CANCELLED = "cancelled";
/** Who listens is told how far it is this often, and of each thing that is not fine. */
const TOLD_EVERY_MS = 8000;

class CheckingUp {
  phase = $state<Phase>("idle");
  /** In the order in which they were found. */
  found = $state.raw<readonly Check[]>([]);
  now = $state.raw<{ name: CheckName; index: number; total: number } | null>(null);
  made = $state.raw<Checkup | null>(null);
  failure = $state.raw<Failure | null>(null);
  /** When it ended; for the paper. */
  ended = $state<string | null>(null);
  readonly running: boolean = $derived(this.phase === "running" || this.phase === "stopping");
  #told = 0;

  async start(): Promise<void> {
    if (this.running) return;
    Object.assign(this, { phase: "running", found: [], now: null, made: null, failure: null, ended: null });
    this.#told = performance.now();
    try {
      this.made = await ipc.startCheckup((event) => {
        if (event.kind === "began") this.now = event;
        else this.#take(event.check);
      });
      this.found = this.made.checks;
      this.phase = "done";
    } catch (thrown) {
      const failure = asFailure(thrown);
      if (failure.code === CANCELLED) this.phase = "stopped";
      else Object.assign(this, { phase: "failed", failure });
    } finally {
      Object.assign(this, { now: null, ended: new Date().toISOString() });
      // The models that were tried are in memory now.
      void studio.refreshVitals();
    }
  }

  /** Returns whether there was one to stop. */
  stop(): boolean {
    if (!this.running) return false;
    this.phase = "stopping";
    ipc.stopCheckup().catch((thrown: unknown) => {
      if (this.running) Object.assign(this, { phase: "running", failure: asFailure(thrown) });
    });
    return true;
  }

  #take(check: Check): void {
    this.found = [...this.found, check];
    const t = i18n.t.before;
    const told = performance.now();
    if (check.verdict !== "fine") announcer.say(t.told(t.names[check.name], t.verdicts[check.verdict], i18n.local(check.found)));
    else if (told - this.#told > TOLD_EVERY_MS) announcer.say(t.soFar(this.found.length, this.now?.total ?? this.found.length));
    else return;
    this.#told = told;
  }
}

export const checkingUp = new CheckingUp();
