// What the app shows by itself while nobody is there: seeded runs of cards, one after the other, made live.
import { i18n } from "../i18n/index.svelte";
import { ipc, type Act } from "../ipc";
import { studio } from "../ipc/studio.svelte";
import { inLanguage, type Doing, type Outcome } from "../shared/act";
import { panelActs } from "../guide/panels";
import { keeping } from "../shared/keeping.svelte";
import { navigation } from "../shared/navigation.svelte";
import { visitor } from "../shared/visitor.svelte";

/** A result stays for so long. */
const SHOWN_MS = 7000;
/** Before the next try, where nothing came out. */
const PAUSE_MS = 4000;

/** Of which there is something to see on the whole screen. */
const SHOW = ["image", "text"] as const;

export interface Shown {
  act: Act;
  /** What was asked. */
  words: string;
  seed: number | null;
  /** None while it is made. */
  outcome: Outcome | null;
}

export class Attract {
  now = $state.raw<Shown | null>(null);
  #stop: AbortController | null = null;
  #ended: Promise<void> = Promise.resolve();

  start(): void {
    if (this.#stop) return;
    const stop = (this.#stop = new AbortController());
    this.#ended = this.#run(stop.signal);
  }

  /** Stops what is being made, and gives the desks back as they were. */
  async stop(): Promise<void> {
    this.#stop?.abort();
    this.#stop = null;
    await this.#ended;
    this.now = null;
  }

  async #run(stop: AbortSignal): Promise<void> {
    const acts = await shows();
    // The models have to be known before one is asked for.
    while (studio.models === null && !stop.aborted) await pause(200, stop);
    if (acts.length === 0 || stop.aborted) return;
    await keeping.filled();
    keeping.lend();
    for (let at = 0; !stop.aborted; at += 1) {
      const { act, does } = acts[at % acts.length] as Known;
      const words = wordsOf(act);
      const seed = "seed" in act ? (act.seed ?? null) : null;
      this.now = { act, words, seed, outcome: null };
      const outcome = await does(act, i18n.language, stop);
      await putAway(outcome.works);
      if (stop.aborted) break;
      if (outcome.phase === "done") this.now = { act, words, seed, outcome };
      await pause(outcome.phase === "done" ? SHOWN_MS : PAUSE_MS, stop);
    }
    keeping.giveBack();
    navigation.go("start");
  }
}

interface Known {
  act: Act;
  does: Doing<Act>;
}

/** What the open places show, by turns. */
async function shows(): Promise<Known[]> {
  const open = SHOW.filter((panel) => visitor.allows(panel));
  const found = await Promise.allSettled(open.map((panel) => panelActs[panel]()));
  const lists = found.map((one) => {
    if (one.status !== "fulfilled") return [];
    const { acts, shows: all = [] } = one.value;
    return all.flatMap((act) => {
      const does = acts[act.act] as Doing<Act> | undefined;
      return does ? [{ act, does }] : [];
    });
  });
  const most = Math.max(0, ...lists.map((list) => list.length));
  return Array.from({ length: most }, (_, at) => lists.flatMap((list) => list[at] ?? [])).flat();
}

const wordsOf = (act: Act): string => ("prompt" in act && act.prompt ? inLanguage(act.prompt, i18n.language) : "");

/** Not among what a visitor made. */
async function putAway(works: readonly string[]): Promise<void> {
  if (works.length === 0) return;
  try {
    await ipc.removeWorks([...works]);
    await ipc.purgeWorks([...works]);
  } catch {
    // They go with the next visitor at the latest.
  }
}

function pause(ms: number, stop: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, ms);
    const halt = () => {
      clearTimeout(timer);
      resolve();
    };
    stop.addEventListener("abort", halt, { once: true });
  });
}
