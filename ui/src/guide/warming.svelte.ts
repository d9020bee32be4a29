// Gets ready what comes next while the room still looks at what is now: models are read into memory, panels and
// pictures loaded. And says what the step in view waits for.
import { i18n } from "../i18n/index.svelte";
import { ipc, type Act, type Loading, type ModelSummary } from "../ipc";
import { jobs, loadingProgress, type Progress } from "../ipc/job.svelte";
import { studio } from "../ipc/studio.svelte";
import type { LessonRun, Step } from "./lesson.svelte";
import { panelActs } from "./panels";
import { readPicture } from "./picture";

type Load = (model: string, listen: (loading: Loading) => void) => Promise<unknown>;

class Warming {
  /** Of a model that is read for a step. */
  progress = $state.raw<Progress | null>(null);
  #going: Promise<unknown> = Promise.resolve();
  /** Models that could not be read: the step itself tells why. */
  readonly #failed = new Set<string>();

  /** What a step needs, one model after the other; what fails is told where it matters. */
  ready(step: Step | null, lesson: string): void {
    if (step?.picture) void readPicture(lesson, step.picture).catch(() => undefined);
    if (!step?.do) return;
    const { act } = step.do;
    const panel = act.split(".")[0] as keyof typeof panelActs;
    if (act.includes(".")) void panelActs[panel]().catch(() => undefined);
    const needed = neededBy(step.do);
    if (needed) this.#going = this.#going.then(() => this.#read(...needed));
  }

  async #read(model: ModelSummary, load: Load): Promise<void> {
    if (studio.model(model.id)?.loaded || this.#failed.has(model.id)) return;
    try {
      await load(model.id, ({ seconds, expectedSeconds }) => (this.progress = loadingProgress(seconds, expectedSeconds)));
      await studio.refreshModels();
    } catch {
      this.#failed.add(model.id);
    } finally {
      this.progress = null;
    }
  }

  /** What the step in view waits for; empty where it waits for nothing. */
  waits(run: LessonRun): string {
    if (!run.isRunning) return "";
    const job = jobs.running.find(({ phase }) => phase === "loading");
    const text = studio.textModel ? studio.textLoad(studio.textModel.id) : null;
    const progress = job?.progress ?? text?.progress ?? this.progress;
    if (!job && !progress) return "";
    const t = i18n.t.present;
    return progress?.total ? t.readingPart(i18n.percent(Math.min(0.99, progress.done / progress.total))) : t.reading;
  }
}

/** The model of an act, and how it is read; null where it needs none, or there is none. */
function neededBy(act: Act): [ModelSummary, Load] | null {
  const kind = act.act === "experiment" ? "text" : act.act.split(".")[0];
  switch (kind) {
    case "text":
      return studio.textModel && [studio.textModel, (model) => studio.textInfo(model)];
    case "image":
    case "video":
      return studio.imageModel && [studio.imageModel, ipc.loadImage];
    case "audio": {
      if (act.act === "audio.compose") return studio.composer && [studio.composer, ipc.loadComposer];
      const speaker = studio.speaker(i18n.language);
      return speaker && [speaker, ipc.loadSpeech];
    }
    default:
      return null;
  }
}

export const warming = new Warming();
