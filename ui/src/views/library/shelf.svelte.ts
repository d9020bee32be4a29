// The library as the view sees it: a search, a page of works, the one that is open.
import { i18n } from "../../i18n/index.svelte";
import { asFailure, ipc, type Failure, type Modality, type Work, type WorkDetail } from "../../ipc";
import { announcer } from "../../shared/announcer.svelte";
import { undoOffer } from "../../shared/undo.svelte";

const PAGE = 50;

export class Shelf {
  search = $state("");
  modality = $state<Modality | "all">("all");
  works = $state.raw<Work[] | null>(null);
  total = $state(0);
  open = $state.raw<WorkDetail | null>(null);
  failure = $state.raw<Failure | null>(null);
  exported = $state<string | null>(null);
  #asked = 0;

  async refresh(): Promise<void> {
    await this.#fetch(0);
  }

  async more(): Promise<void> {
    await this.#fetch(this.works?.length ?? 0);
  }

  async #fetch(offset: number): Promise<void> {
    const mine = ++this.#asked;
    try {
      const page = await ipc.works({
        search: this.search.trim(),
        modality: this.modality === "all" ? null : this.modality,
        limit: PAGE,
        offset,
      });
      // A later question has overtaken this one.
      if (mine !== this.#asked) return;
      this.works = offset === 0 ? page.works : [...(this.works ?? []), ...page.works];
      this.total = page.total;
      this.failure = null;
    } catch (thrown) {
      if (mine === this.#asked) this.failure = asFailure(thrown);
    }
  }

  async show(id: string): Promise<void> {
    this.exported = null;
    await this.#try(async () => {
      this.open = await ipc.openWork(id);
    });
  }

  close(): void {
    this.open = null;
    this.exported = null;
    this.failure = null;
  }

  async remove(work: Work): Promise<void> {
    await this.#try(async () => {
      await ipc.removeWork(work.id);
      if (this.open?.work.id === work.id) this.close();
      undoOffer.offer(i18n.t.library.deleted(work.title || i18n.t.library.untitled), () =>
        this.#try(async () => {
          await ipc.restoreWork(work.id);
          announcer.say(i18n.t.library.restored);
          await this.refresh();
        }),
      );
      await this.refresh();
    });
  }

  async export(detail: WorkDetail): Promise<void> {
    await this.#try(async () => {
      const name = detail.file.split(/[\\/]/).at(-1) ?? detail.work.id;
      const path = await ipc.chooseExport(name);
      if (path === null) return;
      await ipc.exportWork(detail.work.id, path);
      this.exported = path;
      announcer.say(i18n.t.library.exported(path));
    });
  }

  async #try(action: () => Promise<void>): Promise<void> {
    this.failure = null;
    try {
      await action();
    } catch (thrown) {
      this.failure = asFailure(thrown);
    }
  }
}
