// What can be put into a deck: lessons, example cards of the panels, works of the library.
import { i18n } from "../i18n/index.svelte";
import { ipc, type DeckItem, type LocalText, type Modality } from "../ipc";
import type { PlaceCard } from "../shared/act";
import { both } from "../shared/deck.svelte";
import { gist } from "../shared/gist";
import { guide } from "./guide.svelte";
import { panelActs } from "./panels";

export interface Find {
  key: string;
  item: DeckItem;
  name: LocalText;
  /** The panel whose colour it has. */
  modality: Modality | null;
}

const PANELS: readonly Modality[] = ["text", "image", "audio", "video"];
const MOST_WORKS = 24;
const MOST_LETTERS = 60;

/** Cards of all panels that can be loaded. */
export async function allCards(): Promise<ReadonlyMap<Modality, readonly PlaceCard[]>> {
  const loaded = await Promise.all(PANELS.map(async (panel) => [panel, (await panelActs[panel]().catch(() => null))?.cards ?? []] as const));
  return new Map(loaded);
}

const holds = (name: LocalText, search: string) => `${name.en} ${name.zh}`.toLowerCase().includes(search.trim().toLowerCase());

export function findLessons(search: string): Find[] {
  return guide.known.filter(({ title }) => holds(title, search)).map(({ id, title }) => ({ key: `lesson/${id}`, item: { kind: "lesson", lesson: id }, name: title, modality: null }));
}

export function findCards(cards: ReadonlyMap<Modality, readonly PlaceCard[]>, search: string): Find[] {
  return [...cards].flatMap(([panel, all]) =>
    all
      .filter(({ topic, words }) => holds(topic, search) || holds(words, search))
      .map(({ id, topic }): Find => ({ key: `card/${panel}/${id}`, item: { kind: "card", panel, card: id, start: "run" }, name: topic, modality: panel })),
  );
}

/** The newest of the library that the words are in; none where it does not answer, which it tells elsewhere. */
export async function findWorks(search: string): Promise<Find[]> {
  try {
    const page = await ipc.works({ search, modality: null, limit: MOST_WORKS, offset: 0 });
    return page.works
      .filter(({ problem }) => problem === null)
      .map(({ id, title, modality }): Find => {
        const name = both(gist(i18n.title(title), MOST_LETTERS) || id);
        return { key: `work/${id}`, item: { kind: "work", work: id, title: name }, name, modality };
      });
  } catch {
    return [];
  }
}

/** A card of one's own: what a panel is asked for. */
export type OwnAct = "text.ask" | "image.draw" | "audio.speak";

export function ownCard(act: OwnAct, words: string): Find {
  const prompt = both(words.trim());
  const asked = act === "audio.speak" ? { act, text: prompt } : { act, prompt };
  const name = both(gist(words, MOST_LETTERS));
  return { key: "own", item: { kind: "act", title: name, do: asked, start: "run" } as unknown as DeckItem, name, modality: act.split(".")[0] as Modality };
}
