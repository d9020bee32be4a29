// Keeps what stands on the desks of the panels in the library, so that neither a restart nor a crash takes
// it. A desk is filled again when its panel is first needed, unless somebody was quicker.
import { asFailure, type Failure, ipc, type WorkDetail } from "../ipc";

export interface Kept {
  /** What is on it, as plain JSON; whatever is read here is watched. */
  snapshot(): unknown;
  /** Puts on it what was kept, which may come from another version. */
  restore(kept: Record<string, unknown>): void | Promise<void>;
}

/** After the last change. */
const PAUSE_MS = 400;

export class Keeping {
  /** Why nothing is kept at the moment. */
  failure = $state.raw<Failure | null>(null);
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
    void this.#states.then(async (states) => {
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
      this.#watch(name, desk, states[name]);
    });
  }

  #watch(name: string, desk: Kept, before = ""): void {
    let last = before;
    $effect.root(() => {
      $effect(() => {
        const state = written(desk);
        if (state === last) return;
        const timer = setTimeout(() => {
          last = state;
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
