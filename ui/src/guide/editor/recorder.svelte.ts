// Writes down what somebody does in the panels. What a job was asked becomes an act by the panel's own `acts.ts`.
import type { Act, Modality } from "../../ipc";
import { jobs, type Afoot, type EndPhase } from "../../ipc/job.svelte";
import { looks, type Looked } from "../../shared/looks";
import { navigation, panels, type Place } from "../../shared/navigation.svelte";
import type { PanelActs } from "../../shared/act";
import type { Aside, Did } from "./aside";
import { textOf } from "./draft";

type Load = (panel: Modality) => Promise<PanelActs>;

const isPanel = (place: Place): place is Modality => (panels as readonly string[]).includes(place);

/** Words that were only on their way to being asked. */
const wordsOf = (act: Act): string => {
  const text = textOf(act);
  return text ? text.en || text.zh : "";
};

const isLook = ({ act }: Did) => act.act === "text.nextWord" || act.act === "text.tokens";

export class Recorder implements Aside {
  readonly kind = "recording";
  did = $state.raw<readonly Did[]>([]);
  /** What ended and cannot be a step: it is told, not passed over. */
  others = $state(0);
  /** It ends with what is still at work. */
  ending = $state(false);
  #forget: (() => void)[];
  #waiting: Promise<void> = Promise.resolve();

  constructor(
    private readonly load: Load,
    private readonly ended: (did: readonly Did[]) => void,
  ) {
    const { place } = navigation;
    let before = place;
    this.#forget = [
      jobs.watch((job, phase) => this.#heard(job, phase)),
      looks.watch((look) => this.#seen(look)),
      $effect.root(() => {
        $effect(() => {
          const { place } = navigation;
          if (place === before) return;
          before = place;
          if (place !== "start") queueMicrotask(() => this.#add({ act: "open", place }));
        });
      }),
    ];
  }

  /** What is at work is still written down. */
  end(): void {
    this.ending = jobs.running.some(({ place }) => place !== null);
    if (this.ending || this.#forget.length === 0) return;
    for (const forget of this.#forget) forget();
    this.#forget = [];
    // What ended a moment ago is still on its way.
    void this.#waiting.then(() => this.ended(this.did));
  }

  #heard(job: Afoot, phase: EndPhase): void {
    // What was stopped or failed is no step for a class.
    if (job.place !== null && phase === "done") this.#translate(job.place, job);
    if (this.ending) this.end();
  }

  #seen({ place, what }: Looked): void {
    this.#translate(place, what);
  }

  #translate(place: Modality, what: object): void {
    this.#waiting = this.#waiting.then(async () => {
      const { record } = await this.load(place);
      const act = record?.(what) ?? null;
      if (act === null) this.others += 1;
      else if (act !== "partly") this.#add(act);
    });
  }

  #add(act: Act): void {
    const before = this.did.filter((one, index) => !this.#isOvertaken(one, index, act));
    this.did = [...before, { act, ticked: act.act !== "open" || !isPanel(act.place) }];
  }

  /** A panel that was opened for what was then done in it, a look at words on the way to what was asked. */
  #isOvertaken(one: Did, index: number, by: Act): boolean {
    const isLast = index === this.did.length - 1;
    if (one.act.act === "open") return isLast && (by.act === "open" ? one.act.place === by.place : by.act.startsWith(`${one.act.place}.`));
    if (!isLook(one)) return false;
    if (by.act === "text.ask") return wordsOf(by).startsWith(wordsOf(one.act));
    // While somebody types, the last look counts.
    return by.act === one.act.act && this.did.slice(index + 1).every(isLook);
  }
}
