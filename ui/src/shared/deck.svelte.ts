// The cards that a person has made and starred, for one list of example cards; kept over restarts.
import { i18n } from "../i18n/index.svelte";
import type { LocalText } from "../ipc";
import { announcer } from "./announcer.svelte";
import { gist } from "./gist";
import { isRecord, keeping } from "./keeping.svelte";
import { undoOffer } from "./undo.svelte";

/** Places of life in which an AI is met. */
export const SETTINGS = ["school", "office", "news", "shop", "museum", "hospital", "bank", "car"] as const;
export type Setting = (typeof SETTINGS)[number];

export interface Card {
  id: string;
  /** Where one would meet it. */
  at?: readonly Setting[];
  /** What it stands for: of a card of one's own, its name. */
  topic: LocalText;
  /** Whom it is for; none of a card of one's own. */
  group?: "class" | "work";
}

export interface Section<C> {
  id: "mine" | "favourites" | "class" | "work" | "all";
  cards: readonly C[];
}

/** More than a person looks through. */
const MOST_CARDS = 200;
/** Of a name that is given, and of one that is taken from the words. */
const MOST_LETTERS = 60;
const BEGINNING = 28;

export class Deck<C extends Card> {
  /** Cards of one's own, the newest first. */
  mine = $state.raw<readonly C[]>([]);
  /** Ids of cards with a star. */
  starred = $state.raw<readonly string[]>([]);
  /** The card whose name is being written. */
  naming = $state<string | null>(null);
  readonly #read: (kept: Record<string, unknown>) => C | null;
  readonly #examples: readonly C[];

  /** `read` makes a card of what was kept of it, which may come from another version; null: of nothing. */
  constructor(name: string, examples: readonly C[], read: (kept: Record<string, unknown>) => C | null) {
    this.#examples = examples;
    this.#read = read;
    keeping.keep(`cards.${name}`, this);
  }

  /** In the order in which they are shown, without empty ones. */
  get sections(): Section<C>[] {
    const stars = new Set(this.starred);
    const of = (group: Card["group"]) => this.#examples.filter((card) => card.group === group && !stars.has(card.id));
    const mine = [...this.mine.filter(({ id }) => stars.has(id)), ...this.mine.filter(({ id }) => !stars.has(id))];
    const all: Section<C>[] = [
      { id: "mine", cards: mine },
      { id: "favourites", cards: this.#examples.filter(({ id }) => stars.has(id)) },
      { id: "class", cards: of("class") },
      { id: "work", cards: of("work") },
      { id: "all", cards: of(undefined) },
    ];
    return all.filter(({ cards }) => cards.length > 0);
  }

  isMine(card: C): boolean {
    return this.mine.includes(card);
  }

  /** Any card, but not the one that was drawn the last time. */
  surprise(): C | null {
    const all = [...this.mine, ...this.#examples];
    const others = all.length > 1 ? all.filter((card) => card !== this.#last) : all;
    return (this.#last = others[Math.floor(Math.random() * others.length)] ?? null);
  }
  #last: C | null = null;

  /** Keeps a card under the beginning of its words, and lets the person name it. */
  add(words: string, make: (id: string, topic: LocalText) => C): void {
    const id = `own-${crypto.randomUUID()}`;
    this.mine = [make(id, both(gist(words, BEGINNING))), ...this.mine].slice(0, MOST_CARDS);
    this.naming = id;
    announcer.say(i18n.t.cards.kept);
  }

  rename(card: C, name: string): void {
    this.naming = null;
    const topic = called(name);
    if (topic !== "") this.mine = this.mine.map((one) => (one === card ? { ...one, topic: both(topic) } : one));
  }

  remove(card: C): void {
    const at = this.mine.indexOf(card);
    if (at < 0) return;
    this.mine = this.mine.filter((one) => one !== card);
    undoOffer.offer(() => i18n.t.cards.removed(i18n.local(card.topic)), () => {
      this.mine = this.mine.toSpliced(at, 0, card);
    });
  }

  star(card: C): void {
    const has = this.starred.includes(card.id);
    this.starred = has ? this.starred.filter((id) => id !== card.id) : [...this.starred, card.id];
    announcer.say(has ? i18n.t.cards.unstarred : i18n.t.cards.starred);
  }

  snapshot(): unknown {
    return { mine: this.mine, starred: this.starred };
  }

  restore({ mine, starred }: Record<string, unknown>): void {
    const cards = (Array.isArray(mine) ? (mine as unknown[]) : []).slice(0, MOST_CARDS).map((kept) => (isRecord(kept) && isName(kept["id"]) && isLocal(kept["topic"]) ? this.#read(kept) : null));
    this.mine = cards.filter((card): card is NonNullable<typeof card> => card !== null);
    const known = new Set([...this.mine, ...this.#examples].map(({ id }) => id));
    this.starred = (Array.isArray(starred) ? (starred as unknown[]) : []).filter((id): id is string => typeof id === "string" && known.has(id));
  }
}

export const both = (words: string): LocalText => ({ en: words, zh: words });

/** One line of at most so many letters. */
function called(words: string): string {
  return [...words.replace(/\s+/g, " ").trim()].slice(0, MOST_LETTERS).join("").trim();
}

// What kept cards are read with.

const isName = (value: unknown): value is string => typeof value === "string" && value.startsWith("own-");
export const isLocal = (value: unknown): value is LocalText => isRecord(value) && typeof value["en"] === "string" && typeof value["zh"] === "string";

/** The members of these kinds; others are left out, as if nobody had said them. */
export function pick<T extends object>(kept: Record<string, unknown>, kinds: { [K in keyof T]?: "string" | "number" | "boolean" }): Partial<T> {
  const found = Object.entries(kinds).filter(([name, kind]) => typeof kept[name] === kind && (kind !== "number" || Number.isFinite(kept[name])));
  return Object.fromEntries(found.map(([name]) => [name, kept[name]])) as Partial<T>;
}
