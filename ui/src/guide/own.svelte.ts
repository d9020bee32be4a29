// A person's own lessons: begun, opened, copied, put away, carried. The editor itself is loaded when it is needed.
import { i18n } from "../i18n/index.svelte";
import { asFailure, ipc, type Failure, type ImportedLesson, type Lesson, type LessonDraft } from "../ipc";
import { announcer } from "../shared/announcer.svelte";
import { navigation } from "../shared/navigation.svelte";
import { undoOffer } from "../shared/undo.svelte";
import { guide } from "./guide.svelte";

class Own {
  failure = $state.raw<Failure | null>(null);
  /** What went well, until something else is done. */
  told = $state<string | null>(null);
  /** Of a folder that was not taken in. */
  refused = $state.raw<ImportedLesson | null>(null);
  busy = $state(false);

  /** A new one, or a copy of another. */
  begin(from: string | null = null): Promise<void> {
    return this.#do(async () => this.#open(await ipc.beginLesson(from), from === null));
  }

  edit(id: string): Promise<void> {
    return this.#do(async () => this.#open(await ipc.openLesson(id), false));
  }

  async #open(draft: LessonDraft, isNew: boolean): Promise<void> {
    const { Writing } = await import("./editor/writing.svelte");
    guide.writing = new Writing(draft, isNew);
    guide.opened = null;
    guide.page = null;
    navigation.go("start");
    // Its folder is told with the others.
    await guide.load();
  }

  /** What was written is kept; of one in which nothing was written, nothing. */
  async close(): Promise<void> {
    const { writing } = guide;
    if (!writing) return;
    await writing.flush();
    // What could not be kept is not closed away.
    if (writing.kept === "failed" || guide.writing !== writing) return;
    await this.#try(async () => {
      if (writing.untouched) await ipc.putLessonAway(writing.id);
      await guide.load();
    });
    guide.opened = guide.lesson(writing.id) ? writing.id : null;
    guide.writing = null;
  }

  remove(id: string, title: string): Promise<void> {
    return this.#do(async () => {
      await ipc.putLessonAway(id);
      guide.opened = null;
      await guide.load();
      const back = () =>
        this.#do(async () => {
          await ipc.takeLessonBack(id);
          await guide.load();
        });
      undoOffer.offer(() => i18n.t.editor.removed(title), back, { place: "start" });
    });
  }

  export(id: string, { title }: Pick<Lesson, "title">): Promise<void> {
    return this.#do(async () => {
      await guide.writing?.flush();
      const { folderName } = await import("./editor/draft");
      const path = await ipc.chooseNewFolder(folderName({ id, title }));
      if (path === null) return;
      await ipc.exportLesson(id, path);
      this.#tell(i18n.t.editor.exported(path));
    });
  }

  import(): Promise<void> {
    return this.#do(async () => {
      const folder = await ipc.chooseFolder();
      if (folder === null) return;
      const arrived = await ipc.importLesson(folder);
      if (arrived.id === null) {
        this.refused = arrived;
        announcer.say(i18n.t.editor.importBroken);
        return;
      }
      await guide.load();
      const lesson = guide.lesson(arrived.id);
      this.#tell(i18n.t.editor.imported(lesson ? i18n.local(lesson.title) : arrived.id));
    });
  }

  #tell(message: string): void {
    this.told = message;
    announcer.say(message);
  }

  #last: Promise<void> = Promise.resolve();

  /** One after the other: nothing that is asked for is dropped. */
  #do(what: () => Promise<void>): Promise<void> {
    this.#last = this.#last.then(() => this.#try(what));
    return this.#last;
  }

  async #try(what: () => Promise<void>): Promise<void> {
    Object.assign(this, { busy: true, failure: null, told: null, refused: null });
    try {
      await what();
    } catch (thrown) {
      this.failure = asFailure(thrown);
    } finally {
      this.busy = false;
    }
  }
}

export const own = new Own();
