// A person's decks: which there are, and how one is made, changed, copied, carried and taken away. What is changed
// is kept at once.
import { i18n } from "../i18n/index.svelte";
import { asFailure, ipc, type Deck, type DeckItem, type DeckListing, type Failure } from "../ipc";
import { announcer } from "../shared/announcer.svelte";
import { both } from "../shared/deck.svelte";
import { undoOffer } from "../shared/undo.svelte";
import { guide } from "./guide.svelte";

const PLANNED = 20;
/** As the format has it. */
export const MOST_ITEMS = 100;
export const MOST_MINUTES = 600;
const MOST_TITLE = 60;

class Decks {
  /** Null until they are known. */
  all = $state.raw<readonly DeckListing[] | null>(null);
  /** The one whose page is open. */
  opened = $state.raw<Deck | null>(null);
  failure = $state.raw<Failure | null>(null);
  /** Writes go one after the other, so that the last change is the one that stays. */
  #writing: Promise<unknown> = Promise.resolve();

  async load(): Promise<void> {
    await this.#try(async () => {
      this.all = await ipc.decks();
    });
  }

  open(deck: Deck): void {
    this.opened = deck;
    guide.show("deck");
  }

  async create(): Promise<void> {
    await this.#try(async () => this.open(await ipc.saveDeck({ schema: 1, id: "", title: both(i18n.t.present.untitled), minutes: PLANNED, items: [] })));
    await this.#reload();
  }

  async duplicate(deck: Deck): Promise<void> {
    const title = both(i18n.t.present.copyOf(i18n.local(deck.title)).slice(0, MOST_TITLE));
    await this.#try(async () => this.open(await ipc.saveDeck({ ...deck, id: "", title })));
    await this.#reload();
  }

  /** Shown at once, written after. */
  async change(part: Partial<Omit<Deck, "id">>): Promise<void> {
    if (!this.opened) return;
    const deck = { ...this.opened, ...part };
    this.opened = deck;
    this.#writing = this.#writing.then(() =>
      this.#try(async () => {
        await ipc.saveDeck(deck);
        await this.load();
      }),
    );
    await this.#writing;
  }

  /** One name for both languages; an empty one changes nothing. */
  rename(title: string): Promise<void> {
    const words = [...title.replace(/\s+/g, " ").trim()].slice(0, MOST_TITLE).join("");
    return words === "" || words === (this.opened && i18n.local(this.opened.title)) ? Promise.resolve() : this.change({ title: both(words) });
  }

  async add(item: DeckItem, name: string): Promise<void> {
    const items = this.opened?.items ?? [];
    if (items.length >= MOST_ITEMS) return;
    await this.change({ items: [...items, item] });
    if (this.failure === null) announcer.say(i18n.t.present.added(name));
  }

  async move(from: number, to: number, name: string): Promise<void> {
    const items = this.opened?.items ?? [];
    const item = items[from];
    if (!item || to < 0 || to >= items.length || to === from) return;
    announcer.say(i18n.t.present.moved(name, to + 1));
    await this.change({ items: items.toSpliced(from, 1).toSpliced(to, 0, item) });
  }

  async set(at: number, item: DeckItem): Promise<void> {
    await this.change({ items: (this.opened?.items ?? []).with(at, item) });
  }

  async takeOut(at: number, name: string): Promise<void> {
    const before = this.opened;
    if (!before) return;
    await this.change({ items: before.items.toSpliced(at, 1) });
    undoOffer.offer(() => i18n.t.present.takenOut(name), async () => {
      if (this.opened?.id === before.id) await this.change({ items: before.items });
    });
  }

  async remove(id: string, title: string): Promise<void> {
    await this.#try(async () => {
      const text = await ipc.removeDeck(id);
      if (this.opened?.id === id) guide.closePage();
      undoOffer.offer(() => i18n.t.present.removed(title), async () => {
        await this.#try(() => ipc.restoreDeck(id, text));
        await this.#reload();
      });
    });
    await this.#reload();
  }

  async save(deck: Deck): Promise<void> {
    await this.#try(async () => {
      const path = await ipc.chooseExport(`${deck.id}.toml`);
      if (path === null) return;
      await ipc.exportDeck(deck.id, path);
      announcer.say(i18n.t.present.exported);
    });
  }

  async bringIn(): Promise<void> {
    await this.#try(async () => {
      const path = await ipc.chooseDeck();
      if (path !== null) this.open(await ipc.importDeck(path));
    });
    await this.#reload();
  }

  /** What went wrong before stays to be read. */
  async #reload(): Promise<void> {
    const { failure } = this;
    await this.load();
    this.failure ??= failure;
  }

  async #try(act: () => Promise<unknown>): Promise<void> {
    try {
      await act();
      this.failure = null;
    } catch (thrown) {
      this.failure = asFailure(thrown);
    }
  }
}

export const decks = new Decks();
