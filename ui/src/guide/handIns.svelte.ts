// What a class handed in, as the window reads it from a folder.
import { i18n } from "../i18n/index.svelte";
import { asFailure, ipc, type Failure, type HandInRow, type HandInTable, type ReadProgress } from "../ipc";

/** The failure code with which the engine ends what was stopped. */
const CANCELLED = "cancelled";

export type Column = "who" | "right" | "number" | "minutes" | "tries" | "written" | "seeds" | "words";

/** What a row is sorted by. */
const values: Record<Column, (row: HandInRow, at: number) => number | string> = {
  who: (_, at) => at,
  right: ({ right, judged }) => (judged === 0 ? -1 : right / judged),
  number: ({ number }) => number ?? -Infinity,
  minutes: ({ seconds }) => seconds,
  tries: ({ tries }) => tries,
  written: ({ written }) => written,
  seeds: ({ seeds }) => seeds.join(" "),
  words: ({ reflections }) => reflections.join(" "),
};

/** Those of one lesson, each with its number in the table; by names only where these are shown. */
export function sorted(rows: readonly HandInRow[], lesson: number, column: Column, down: boolean, names: boolean): { row: HandInRow; at: number }[] {
  const all = rows.filter((row) => row.lesson === lesson).map((row, at) => ({ row, at: at + 1 }));
  const of = ({ row, at }: { row: HandInRow; at: number }) => (column === "who" && names ? row.name || row.file : values[column](row, at));
  const order = all.toSorted((one, other) => {
    const [a, b] = [of(one), of(other)];
    return typeof a === "string" && typeof b === "string" ? i18n.compare(a, b) : Number(a) - Number(b);
  });
  return down ? order.reverse() : order;
}

class HandIns {
  table = $state.raw<HandInTable | null>(null);
  progress = $state.raw<ReadProgress | null>(null);
  reading = $state(false);
  stopped = $state(false);
  failure = $state.raw<Failure | null>(null);
  /** Which of the table's lessons is looked at. */
  lesson = $state(0);
  /** Names and files are on the screen. */
  names = $state(false);
  column = $state<Column>("who");
  down = $state(false);

  async choose(): Promise<void> {
    if (this.reading) return;
    try {
      const folder = await ipc.chooseFolder();
      if (folder !== null) await this.read(folder);
    } catch (thrown) {
      this.failure = asFailure(thrown);
    }
  }

  async read(folder: string): Promise<void> {
    Object.assign(this, { reading: true, stopped: false, failure: null, progress: null, table: null, lesson: 0 });
    try {
      this.table = await ipc.readHandIns(folder, i18n.language, (progress) => (this.progress = progress));
    } catch (thrown) {
      const failure = asFailure(thrown);
      if (failure.code === CANCELLED) this.stopped = true;
      else this.failure = failure;
    } finally {
      this.reading = false;
    }
  }

  /** Returns whether there was something to stop. */
  stop(): boolean {
    if (!this.reading) return false;
    ipc.stopHandIns().catch((thrown: unknown) => (this.failure = asFailure(thrown)));
    return true;
  }

  sortBy(column: Column): void {
    this.down = this.column === column && !this.down;
    this.column = column;
  }
}

export const handIns = new HandIns();
