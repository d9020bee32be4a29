// The library as the view sees it: what is asked for, the works that are near the eye, those that are selected,
// and the one that is open.
import { SvelteSet } from "svelte/reactivity";
import { i18n } from "../../i18n/index.svelte";
import {
  asFailure,
  ipc,
  type Collection,
  type Failure,
  type Modality,
  type Packed,
  type PackProgress,
  type Shelf as Place,
  type Storage,
  type Work,
  type WorkDetail,
  type WorksOrder,
  type WorksQuery,
} from "../../ipc";
import { deleted } from "../../ipc/deleted.svelte";
import { announcer } from "../../shared/announcer.svelte";
import { Exporting, fileName } from "../../shared/form/exporting.svelte";
import { undoOffer } from "../../shared/undo.svelte";

/** Works are fetched by so many. */
export const PAGE = 60;

export class Shelf {
  search = $state("");
  modality = $state<Modality | "all">("all");
  place = $state.raw<Place>({ kind: "all" });
  order = $state<WorksOrder>("newest");
  /** null: not asked yet. */
  total = $state<number | null>(null);
  collections = $state.raw<Collection[]>([]);
  storage = $state.raw<Storage | null>(null);
  readonly selected = new SvelteSet<string>();
  /** The card that Tab goes to. */
  active = $state(0);
  open = $state.raw<WorkDetail | null>(null);
  /** The place of the open work in the list. */
  at = $state(0);
  large = $state(false);
  failure = $state.raw<Failure | null>(null);
  readonly exporting = new Exporting();
  packing = $state.raw<PackProgress | null>(null);
  packed = $state.raw<(Packed & { path: string }) | null>(null);
  /** The focus goes to the active card once the list is drawn. */
  wantsFocus = $state(false);
  /** The same for its star. */
  wantsStar = $state(false);

  #pages = $state.raw<ReadonlyMap<number, Work[]>>(new Map());
  /** The ids of all that matches, while the question is the same. */
  #ids: Promise<string[]> | null = null;
  #asked = 0;
  #fetching = new Map<number, Promise<void>>();
  #anchor = 0;

  /** The one in view: what is taken back shows there, though it was done on one before. */
  static #inView: Shelf | null = null;

  /** For an effect: the one in view until the returned function is called. */
  enter(): () => void {
    Shelf.#inView = this;
    return () => {
      if (Shelf.#inView === this) Shelf.#inView = null;
    };
  }

  get #latest(): Shelf {
    return Shelf.#inView ?? this;
  }

  readonly deleted = $derived(this.place.kind === "deleted");
  readonly narrowed = $derived(this.search.trim() !== "" || this.modality !== "all");
  readonly collection = $derived.by(() => {
    const { place } = this;
    return place.kind === "collection" ? (this.collections.find((one) => one.id === place.id) ?? null) : null;
  });

  work(index: number): Work | null {
    return this.#pages.get(Math.floor(index / PAGE))?.[index % PAGE] ?? null;
  }

  #query(page: number): WorksQuery {
    const { search, modality, place, order } = this;
    return { search: search.trim(), modality: modality === "all" ? null : modality, shelf: place, order, limit: PAGE, offset: page * PAGE };
  }

  /** Asks anew, after another question or a change: what was there stays until the answer comes. */
  async refresh(): Promise<void> {
    const mine = ++this.#asked;
    this.#ids = null;
    this.#fetching.clear();
    const page = Math.floor(Math.min(this.active, Math.max(0, (this.total ?? 1) - 1)) / PAGE);
    try {
      const [near, collections] = await Promise.all([ipc.works(this.#query(page)), ipc.collections()]);
      // A later question has overtaken this one.
      if (mine !== this.#asked) return;
      this.#pages = new Map([[page, near.works]]);
      this.total = near.total;
      this.active = Math.max(0, Math.min(this.active, near.total - 1));
      this.collections = collections;
      this.failure = null;
      this.storage = await ipc.storage();
    } catch (thrown) {
      if (mine === this.#asked) this.failure = asFailure(thrown);
    }
  }

  /** Another question: from its beginning, with nothing selected. */
  async ask(): Promise<void> {
    this.selected.clear();
    this.active = 0;
    await this.refresh();
  }

  /** The cards from one index up to another come into sight. */
  need(from: number, to: number): void {
    const last = Math.min(to, this.total ?? 0) - 1;
    for (let page = Math.floor(from / PAGE); page <= Math.floor(last / PAGE); page += 1) void this.#fetch(page);
  }

  /** Has the work at an index at hand. */
  async load(index: number): Promise<Work | null> {
    await this.#fetch(Math.floor(index / PAGE));
    return this.work(index);
  }

  #fetch(page: number): Promise<void> {
    if (page < 0 || this.#pages.has(page)) return Promise.resolve();
    const fetching = this.#fetching.get(page) ?? this.#fetchPage(page, this.#asked);
    this.#fetching.set(page, fetching);
    return fetching;
  }

  async #fetchPage(page: number, asked: number): Promise<void> {
    try {
      const found = await ipc.works(this.#query(page));
      if (asked !== this.#asked) return;
      this.#pages = new Map(this.#pages).set(page, found.works);
      this.total = found.total;
    } catch (thrown) {
      if (asked === this.#asked) this.failure = asFailure(thrown);
    } finally {
      if (asked === this.#asked) this.#fetching.delete(page);
    }
  }

  // Selecting.

  toggle(index: number): void {
    const work = this.work(index);
    if (!work) return;
    this.#anchor = index;
    if (!this.selected.delete(work.id)) this.selected.add(work.id);
    announcer.say(i18n.t.library.selected(this.selected.size));
  }

  /** Selects from the last one that was selected to this one. */
  async extend(index: number): Promise<void> {
    const [from, to] = [Math.min(this.#anchor, index), Math.max(this.#anchor, index)];
    (await this.#allIds()).slice(from, to + 1).forEach((id) => this.selected.add(id));
    announcer.say(i18n.t.library.selected(this.selected.size));
  }

  async selectAll(): Promise<void> {
    (await this.#allIds()).forEach((id) => this.selected.add(id));
    announcer.say(i18n.t.library.selected(this.selected.size));
  }

  selectNone(): void {
    this.selected.clear();
    this.wantsFocus = true;
  }

  async #allIds(): Promise<string[]> {
    this.#ids ??= ipc.workIds(this.#query(0));
    return this.#ids.catch((thrown: unknown) => {
      this.#ids = null;
      this.failure = asFailure(thrown);
      return [];
    });
  }

  // The open work.

  async show(index: number, large = this.large): Promise<void> {
    const work = await this.load(index);
    if (!work || this.deleted) return;
    this.exporting.clear();
    await this.#try(async () => {
      this.open = await ipc.openWork(work.id);
      [this.at, this.active, this.large] = [index, index, large];
      this.need(index - 1, index + 2);
    });
  }

  /** False where there is no work on that side. */
  step(by: 1 | -1): boolean {
    const index = this.at + by;
    if (index < 0 || index >= (this.total ?? 0)) return false;
    void this.show(index).then(() => announcer.say(i18n.title(this.open?.work.title ?? "")));
    return true;
  }

  close(): void {
    [this.open, this.failure, this.large] = [null, null, false];
    this.exporting.clear();
    this.wantsFocus = true;
  }

  // What can be done with works.

  async favour(works: readonly Pick<Work, "id">[], favourite: boolean): Promise<void> {
    await this.#try(async () => {
      await ipc.setFavourite(works.map((work) => work.id), favourite);
      await this.#changed();
    });
  }

  /** The star of one work in the list. Where the order goes by stars, the work moves, and the focus with it. */
  async star(work: Work): Promise<void> {
    await this.favour([work], !work.favourite);
    const index = (await this.#allIds()).indexOf(work.id);
    // On a shelf of favourites it is gone; the card that stands there now is next.
    if (index < 0) this.wantsFocus = true;
    else [this.active, this.wantsStar] = [index, true];
  }

  /** Into the bin; Undo takes them out again, whenever it is pressed. */
  async remove(ids: readonly string[], title: string): Promise<void> {
    const t = i18n.t.library;
    const removed = [...ids];
    await this.#try(async () => {
      await ipc.removeWorks(removed);
      deleted.bin(removed);
      this.#forget(removed);
      const message = removed.length === 1 ? t.deleted(title || t.untitled) : t.deletedMany(removed.length);
      const focus = () => (this.#latest.wantsFocus = true);
      undoOffer.offer(() => message, () => this.#latest.restore(removed), { place: "library", focus });
      await this.refresh();
      this.wantsFocus = true;
    });
  }

  async restore(ids: readonly string[]): Promise<void> {
    const t = i18n.t.library;
    const [first] = ids;
    await this.#try(async () => {
      await ipc.restoreWorks([...ids]);
      deleted.restore(ids);
      this.#forget(ids);
      await this.refresh();
      announcer.say(ids.length === 1 ? t.restored : t.restoredMany(ids.length));
      // The eye goes to what came back.
      const index = (await this.#allIds()).findIndex((id) => id === first);
      if (index >= 0) this.active = index;
      this.wantsFocus = true;
    });
  }

  async purge(ids: readonly string[]): Promise<void> {
    await this.#try(async () => {
      await ipc.purgeWorks([...ids]);
      deleted.purge(ids);
      // They may be what could still be taken back.
      undoOffer.dismiss("library");
      this.#forget(ids);
      announcer.say(i18n.t.library.purged(ids.length));
    });
    await this.refresh();
    this.wantsFocus = true;
  }

  /** Everything that the question finds. */
  async allIds(): Promise<string[]> {
    return this.#allIds();
  }

  #forget(ids: readonly string[]): void {
    ids.forEach((id) => this.selected.delete(id));
    if (this.open && ids.includes(this.open.work.id)) this.close();
  }

  // Collections.

  async create(name: string): Promise<Collection | null> {
    let made: Collection | null = null;
    await this.#try(async () => {
      made = await ipc.createCollection(name);
      this.collections = await ipc.collections();
    });
    return made;
  }

  async rename(collection: Collection, name: string): Promise<boolean> {
    return this.#try(async () => {
      await ipc.renameCollection(collection.id, name);
      this.collections = await ipc.collections();
    });
  }

  async removeCollection(collection: Collection): Promise<void> {
    await this.#try(async () => {
      const removed = await ipc.removeCollection(collection.id);
      undoOffer.offer(() => i18n.t.library.collectionRemoved(removed.name), async () => {
        const shelf = this.#latest;
        const again = await shelf.create(removed.name);
        if (!again) return;
        await shelf.#try(() => ipc.collect(again.id, removed.works));
        shelf.place = { kind: "collection", id: again.id };
      }, { place: "library" });
      this.place = { kind: "all" };
      await this.ask();
    });
  }

  async collect(collection: Collection, ids: readonly string[]): Promise<void> {
    await this.#try(async () => {
      await ipc.collect(collection.id, [...ids]);
      announcer.say(i18n.t.library.collected(ids.length, collection.name));
      await this.#changed();
    });
  }

  async uncollect(collection: Collection, ids: readonly string[]): Promise<void> {
    await this.#try(async () => {
      await ipc.uncollect(collection.id, [...ids]);
      if (this.collection?.id === collection.id) this.#forget(ids);
      undoOffer.offer(() => i18n.t.library.uncollected(ids.length, collection.name), () => this.#latest.collect(collection, ids), { place: "library" });
      await this.#changed();
    });
  }

  async #changed(): Promise<void> {
    const open = this.open?.work.id;
    if (open !== undefined) this.open = await ipc.openWork(open);
    await this.refresh();
  }

  // Exporting.

  async export(detail: WorkDetail): Promise<void> {
    const { id, title } = detail.work;
    const ending = detail.file.split(".").at(-1) ?? "";
    await this.exporting.save(fileName(title, ending, i18n.t.library.untitled), (path) => ipc.exportWork(id, path));
  }

  async pack(ids: readonly string[]): Promise<void> {
    const t = i18n.t.library;
    this.packed = null;
    await this.#try(async () => {
      const chosen = await ipc.chooseExport(`${t.packName}.zip`);
      if (chosen === null) return;
      this.packing = { done: 0, total: ids.length };
      try {
        const packed = await ipc.exportPack([...ids], chosen, i18n.language, (progress) => {
          if (this.packing) this.packing = progress;
        });
        this.packed = { ...packed, path: chosen };
        announcer.say(t.packed(packed.works, i18n.bytes(packed.bytes), chosen));
      } catch (thrown) {
        if (asFailure(thrown).code !== "cancelled") throw thrown;
        announcer.say(t.packStopped);
      } finally {
        this.packing = null;
      }
    });
  }

  stopPacking(): void {
    void this.#try(() => ipc.stopPack());
  }

  async #try(action: () => Promise<unknown>): Promise<boolean> {
    this.failure = null;
    try {
      await action();
      return true;
    } catch (thrown) {
      this.failure = asFailure(thrown);
      return false;
    }
  }
}
