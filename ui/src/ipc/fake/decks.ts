// Decks of the scripted engine: one that is whole but for a work that is gone, and one that is broken.
import type { Deck, DeckListing } from "../index";
import { failures } from "./world";

const ask = { act: "text.ask", prompt: { en: "Write a slogan for an umbrella.", zh: "为一把雨伞写一句口号。" }, seed: 7 };

const openDay = {
  schema: 1,
  id: "open-day",
  title: { en: "Open day", zh: "开放日" },
  minutes: 20,
  items: [
    { kind: "lesson", lesson: "wording" },
    { kind: "lesson", lesson: "no-such-lesson" },
    { kind: "act", title: { en: "A slogan", zh: "一句口号" }, do: ask, start: "key" },
    { kind: "work", work: "w1", title: { en: "Our first slogan", zh: "我们的第一句口号" } },
    { kind: "work", work: "gone", title: { en: "A lost picture", zh: "丢失的图片" } },
    { kind: "lesson", lesson: "four-words" },
  ],
} as unknown as Deck;

const broken: DeckListing = {
  id: "half",
  deck: null,
  folder: "/home/ada/.local/share/quartet/decks/half",
  problems: [{ file: "/home/ada/.local/share/quartet/decks/half/deck.toml", line: 7, message: { en: "there is no field `lenght` here; there are: id, items, minutes, schema, title", zh: "这里没有字段 `lenght`；可用的有：id、items、minutes、schema、title" } }],
};

export class FakeDecks {
  decks: Deck[];
  #broken: DeckListing[];
  #removed = new Map<string, Deck | DeckListing>();

  constructor(some: boolean, work: string | null) {
    const items = openDay.items.map((item) => (item.kind === "work" && item.work === "w1" && work !== null ? { ...item, work } : item));
    this.decks = some ? [{ ...openDay, items }] : [];
    this.#broken = some ? [broken] : [];
  }

  answers(command: string): boolean {
    return ["decks", "save_deck", "remove_deck", "restore_deck", "export_deck", "choose_deck", "import_deck"].includes(command);
  }

  answer(command: string, parameters: Record<string, unknown>): unknown {
    switch (command) {
      case "decks":
        return [...this.decks.map((deck): DeckListing => ({ id: deck.id, deck, folder: `/home/ada/.local/share/quartet/decks/${deck.id}`, problems: [] })), ...this.#broken];
      case "save_deck":
        return this.#save(parameters["deck"] as Deck);
      case "remove_deck": {
        const id = parameters["id"] as string;
        const found = this.decks.find((deck) => deck.id === id) ?? this.#broken.find((one) => one.id === id);
        if (!found) throw failures.missing;
        this.#removed.set(id, found);
        this.decks = this.decks.filter((deck) => deck.id !== id);
        this.#broken = this.#broken.filter((one) => one.id !== id);
        return `id = "${id}"`;
      }
      case "restore_deck": {
        const back = this.#removed.get(parameters["id"] as string);
        if (back && "items" in back) this.decks = [...this.decks, back];
        else if (back) this.#broken = [...this.#broken, back];
        return null;
      }
      case "choose_deck":
        return "/home/ada/Downloads/open-day.toml";
      case "import_deck":
        return this.#save({ ...openDay, id: "" });
      default:
        return null;
    }
  }

  #save(deck: Deck): Deck {
    const taken = (id: string) => this.decks.some((one) => one.id === id);
    const start = deck.title.en.toLowerCase().replace(/[^a-z0-9]+/g, "-").replace(/^-|-$/g, "") || "deck";
    const free = () => [start, ...Array.from({ length: 99 }, (_, at) => `${start}-${at + 2}`)].find((id) => !taken(id)) ?? start;
    const kept = { ...deck, id: deck.id || free() };
    this.decks = taken(kept.id) ? this.decks.map((one) => (one.id === kept.id ? kept : one)) : [...this.decks, kept];
    return kept;
  }
}
