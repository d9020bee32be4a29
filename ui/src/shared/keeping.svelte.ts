// Keeps what stands on the desks of the panels in the library, so that neither a restart nor a crash takes
// it. A desk is filled again when its panel is first needed, unless somebody was quicker.
import { asFailure, type Failure, ipc, type WorkDetail } from "../ipc";

export interface Kept {
  /** What is on it, as plain JSON; whatever is read here is watched. */
  snapshot(): unknown;
  /** Puts on it what was kept, which may come from another version. */
  restore(kept: Record<string, unknown>): void | Promise<void>;
  /** Takes note of all that stands on it, also of what is not kept over a restart, and returns how that comes
   * back. A desk that can do so is lent while a lesson runs. */
  hold?(): () => void;
}

interface Entry {
  desk: Kept;
  /** As it was written last. */
  last: string;
  filled: Promise<void>;
}

/** After the last change. */
const PAUSE_MS = 400;

export class Keeping {
  /** Why nothing is kept at the moment. */
  failure = $state.raw<Failure | null>(null);
  #desks = new Map<string, Entry>();
  /** While desks are lent, what stood on them before is what is kept. */
  #lent = $state(false);
  #back = new Map<string, () => void>();
  #opened: (states: Promise<Record<string, string>>) => void = () => undefined;
  #states = new Promise<Record<string, string>>((resolve) => (this.#opened = resolve));

  /** Resolves when it is known what was kept, or that nothing is told. */
  get told(): Promise<unknown> {
    return this.#states;
  }

  /** The engine may be asked from now on. */
  open(): void {
    this.#opened(
      ipc.desks().catch((thrown: unknown) => {
        this.failure = asFailure(thrown);
        return {};
      }),
    );
  }

  /** Fills a desk with what was kept of it, and keeps it from then on. */
  keep(name: string, desk: Kept): void {
    const untouched = written(desk);
    const entry: Entry = { desk, last: "", filled: Promise.resolve() };
    this.#desks.set(name, entry);
    entry.filled = this.#states.then(async (states) => {
      const kept = parsed(states[name]);
      // Who has begun to write goes on with that.
      if (kept && written(desk) === untouched) {
        try {
          await desk.restore(kept);
        } catch (thrown) {
          // Such as a work that is gone; the rest of the window has nothing to do with it.
          console.warn(`the desk "${name}" could not be put back`, thrown);
        }
      }
      entry.last = states[name] ?? "";
      if (this.#lent) this.#hold(name, desk);
      this.#watch(name, entry);
    });
  }

  /** Resolves when every desk that is there is filled. */
  async filled(): Promise<void> {
    await Promise.all([...this.#desks.values()].map((entry) => entry.filled));
  }

  get lent(): boolean {
    return this.#lent;
  }

  /** From now on nothing that is done on the desks is kept; what stands on them is, and comes back by `giveBack`. */
  lend(): void {
    if (this.#lent) return;
    for (const [name, entry] of this.#desks) {
      if (!entry.desk.hold) continue;
      // What was changed a moment ago would be lost with the window.
      const state = written(entry.desk);
      if (state !== entry.last) void this.#write(name, (entry.last = state));
      this.#hold(name, entry.desk);
    }
    this.#lent = true;
  }

  /** Every desk as it was before it was lent. Returns how they are lent once more, as they stood until now. */
  giveBack(): () => void {
    if (!this.#lent) return () => undefined;
    const lent = [...this.#back.keys()].map((name) => this.#desks.get(name)?.desk.hold?.());
    for (const back of this.#back.values()) back();
    this.#back.clear();
    this.#lent = false;
    return () => {
      this.lend();
      for (const back of lent) back?.();
    };
  }

  #hold(name: string, desk: Kept): void {
    const back = desk.hold?.();
    if (back) this.#back.set(name, back);
  }

  #watch(name: string, entry: Entry): void {
    $effect.root(() => {
      $effect(() => {
        if (this.#lent && entry.desk.hold) return;
        const state = written(entry.desk);
        if (state === entry.last) return;
        const timer = setTimeout(() => {
          entry.last = state;
          void this.#write(name, state);
        }, PAUSE_MS);
        return () => clearTimeout(timer);
      });
    });
  }

  async #write(name: string, state: string): Promise<void> {
    try {
      await ipc.keepDesk(name, state);
      this.failure = null;
    } catch (thrown) {
      this.failure = asFailure(thrown);
    }
  }
}

export const keeping = new Keeping();

/** Of a desk whose members are put back as they are. */
export function holdOf<T extends object, K extends keyof T>(desk: T, names: readonly K[]): () => void {
  const held = Object.fromEntries(names.map((name) => [name, desk[name]])) as Pick<T, K>;
  return () => void Object.assign(desk, held);
}

function written(desk: Kept): string {
  return JSON.stringify(desk.snapshot());
}

function parsed(state: string | undefined): Record<string, unknown> | null {
  if (state === undefined) return null;
  try {
    const value: unknown = JSON.parse(state);
    return isRecord(value) ? value : null;
  } catch {
    return null;
  }
}

export const isRecord = (value: unknown): value is Record<string, unknown> => typeof value === "object" && value !== null && !Array.isArray(value);

/** Takes over those members of `kept` that are of the kind that `into` has now; `open` ones may be null. */
export function takeOver<T extends object>(into: T, kept: Record<string, unknown>, names: readonly (keyof T & string)[], open: readonly (keyof T & string)[] = []): void {
  for (const name of names) {
    const [now, then] = [into[name], kept[name]];
    if (typeof then === typeof now && then !== null && Array.isArray(then) === Array.isArray(now)) into[name] = then as T[typeof name];
  }
  for (const name of open) {
    if (kept[name] !== undefined) into[name] = kept[name] as T[typeof name];
  }
}

/** What was kept of a choice, where it is still one. */
export function oneOf<T>(choices: readonly T[], kept: unknown, otherwise: T): T {
  return choices.find((choice) => choice === kept) ?? otherwise;
}

/** A kept work by its id; null where there is none any more. */
export async function keptWork(id: unknown): Promise<WorkDetail | null> {
  if (typeof id !== "string") return null;
  try {
    const detail = await ipc.openWork(id);
    return detail.work.removedAt === null ? detail : null;
  } catch {
    // It was deleted meanwhile; what else stood on the desk is there.
    return null;
  }
}

/** Puts the kept work that was in view back in view. */
export async function openKept({ work }: Record<string, unknown>, desk: { open(detail: WorkDetail): void | Promise<void> }): Promise<void> {
  const detail = await keptWork(work);
  if (detail) await desk.open(detail);
}
