// Performs the acts of lessons: those of panels by their `acts.ts`, which are loaded when they are needed.
import { i18n } from "../i18n/index.svelte";
import { asFailure, ipc, type Act, type Alternative, type ExperimentMade, type Language, type Lesson, type Modality, type TokenPiece } from "../ipc";
import { ended, failedWith, inLanguage, lacking, nothing, type Doing as Does, type Outcome, type PanelActs } from "../shared/act";
import { isRecord } from "../shared/keeping.svelte";
import { navigation, type Place } from "../shared/navigation.svelte";
import { studio } from "../ipc/studio.svelte";
import { Experiment } from "./experiment.svelte";
import { isOwnStage, nameOf, type Doing, type LessonRun, type Result, type Step } from "./lesson.svelte";
import { panelActs } from "./panels";

/** The id of the model that an act asks. */
function modelOf(act: Act): string | null {
  if (act.act === "audio.compose") return studio.composer?.id ?? null;
  if (act.act === "audio.speak") return studio.speechModel?.id ?? null;
  if (act.act === "image.draw" || act.act === "image.step" || act.act === "video.travel") return studio.imageModel?.id ?? null;
  return act.act === "open" ? null : (studio.textModel?.id ?? null);
}

const own = (outcome: Outcome, experiment: ExperimentMade | null = null): Result => ({ ...outcome, experiment, recorded: false });

/** The panel that an act belongs to: the first part of its name. */
const panelOf = ({ act }: Act): Modality | null => (act.includes(".") ? (act.split(".")[0] as Modality) : null);

/** Loads the panels that a lesson uses, so that their desks are there. One that cannot be loaded says so in its step. */
export async function prepare(lesson: Lesson): Promise<void> {
  const panels = new Set(lesson.steps.flatMap((step) => (step.do ? [panelOf(step.do)] : [])));
  await Promise.allSettled([...panels].map((panel) => (panel === null ? null : panelActs[panel]())));
  // The model is read into memory while the first words are said; a load that failed is told where it matters.
  const text = lesson.needs?.includes("text") ? studio.textModel : null;
  if (text) void studio.textInfo(text.id).catch(() => undefined);
}

/** So long a painting is waited for at most. */
const UNSEEN_MS = 100;

export class Stagehand implements Doing {
  constructor(
    private readonly lesson: Lesson,
    /** Shows an experiment from its beginning on. */
    private readonly show: (experiment: Experiment | null) => void,
  ) {}

  readonly language = () => i18n.language;

  readonly go = (place: Place) => navigation.lead(place);

  readonly painted = (): Promise<void> =>
    new Promise((resolve) => {
      requestAnimationFrame(() => requestAnimationFrame(() => resolve()));
      // A window that nobody sees paints nothing.
      setTimeout(resolve, UNSEEN_MS);
    });

  readonly perform = async (act: Act, stop: AbortSignal): Promise<Result> => {
    // It may be changed while the act runs.
    const model = modelOf(act);
    return { ...(await this.#perform(act, stop)), model };
  };

  readonly #perform = async (act: Act, stop: AbortSignal): Promise<Result> => {
    try {
      if (act.act === "experiment") return await this.#experiment(act, stop);
      if (act.act === "open") {
        navigation.lead(act.place);
        return own(nothing);
      }
      const panel = panelOf(act);
      const known: PanelActs | undefined = panel === null ? undefined : await panelActs[panel]?.();
      const does = known?.acts[act.act] as Does<Act> | undefined;
      return own(does ? await does(act, i18n.language, stop) : unknownAct(act.act));
    } catch (thrown) {
      return own(failedWith(asFailure(thrown)));
    }
  };

  readonly again = ({ do: act, ...step }: Step, result: Result): void => {
    if (act?.act === "experiment" && result.experiment && this.#shown?.made !== result.experiment) {
      this.#shows(new Experiment(act, i18n.language)).recall(result.experiment);
    }
    const panel = act ? panelOf(act) : null;
    if (act?.act === "open") navigation.lead(act.place);
    else navigation.lead(panel === null || result.recorded || isOwnStage({ ...step, do: act }) ? "start" : panel);
  };

  #shown: Experiment | null = null;

  #shows(experiment: Experiment): Experiment {
    this.#shown = experiment;
    this.show(experiment);
    return experiment;
  }

  /** Read once, by file. */
  readonly #recordings = new Map<string, Promise<ArrayBuffer>>();

  readonly hasRecorded = (name: string): Promise<boolean> =>
    this.#recording(name).then(
      () => true,
      () => false,
    );

  readonly recorded = async (name: string): Promise<Result> => {
    try {
      const kept: unknown = JSON.parse(new TextDecoder().decode(await this.#recording(name)));
      return this.#recalled(kept, name);
    } catch (thrown) {
      return own(failedWith(noRecording(asFailure(thrown).detail)));
    }
  };

  #recording(name: string): Promise<ArrayBuffer> {
    const path = `recorded/${i18n.language}/${name}.json`;
    const known = this.#recordings.get(path);
    if (known) return known;
    const read = ipc.lessonFile(this.lesson.id, path);
    this.#recordings.set(path, read);
    return read;
  }

  /** Shows the counts of the step in view once more, without asking again. */
  recall({ step, result }: LessonRun): void {
    const made = result?.experiment;
    if (step.do?.act !== "experiment" || !made) return;
    this.#shows(new Experiment(step.do, i18n.language)).recall(made);
  }

  async #experiment(act: Extract<Act, { act: "experiment" }>, stop: AbortSignal): Promise<Result> {
    if (!studio.textModel) return own(lacking);
    const experiment = this.#shows(new Experiment(act, i18n.language));
    navigation.lead("start");
    void experiment.start();
    const outcome = await ended([experiment], stop, () => ({}));
    return own(outcome, experiment.made);
  }

  #recalled(kept: unknown, name: string): Result {
    const outcome = isRecord(kept) && isRecord(kept["outcome"]) ? (kept["outcome"] as unknown as Kept) : null;
    if (outcome === null) throw new Error("no outcome");
    const act = this.lesson.steps.find((step, at) => nameOf(step, at) === name)?.do;
    if (outcome.kind === "experiment" && act?.act === "experiment") {
      this.#shows(new Experiment(act, i18n.language)).recall(outcome.made);
      return { ...nothing, experiment: outcome.made, recorded: true, model: outcome.model ?? null };
    }
    if (outcome.kind === "made" && outcome.file) return { ...nothing, ...fileOf(outcome.file, act, i18n.language), experiment: null, recorded: true, model: outcome.model ?? null };
    const texts = textsOf(outcome);
    if (texts.length === 0) throw new Error(outcome.kind);
    return { ...nothing, texts, experiment: null, recorded: true, model: outcome.model ?? null };
  }
}

/** What came recorded with a lesson. */
type Kept = { model?: string } & (
  | { kind: "text"; text: string }
  | { kind: "nextWord"; beginnings: Alternative[] }
  | { kind: "tokens"; pieces: TokenPiece[] }
  | { kind: "compare"; a: string; b: string }
  | { kind: "experiment"; made: ExperimentMade }
  | { kind: "made"; file?: string | null }
  | { kind: "checked" }
);

/** A picture or a film is seen; a sound is told with its words, and heard when somebody asks for it. */
function fileOf(file: string, act: Act | null | undefined, language: Language): Pick<Outcome, "texts" | "picture"> & { sound: string | null } {
  const spoken = act?.act === "audio.speak" ? act.text : act?.act === "image.draw" ? act.prompt : null;
  const isSound = file.startsWith("data:audio/");
  return { texts: spoken ? [inLanguage(spoken, language)] : [], picture: isSound ? null : file, sound: isSound ? file : null };
}

function textsOf(kept: Kept): string[] {
  switch (kept.kind) {
    case "text":
      return [kept.text];
    case "compare":
      return [kept.a, kept.b];
    case "nextWord":
      return [kept.beginnings.map(({ piece, logprob }) => i18n.t.marks.beside(piece.trim() || "␣", i18n.percent(Math.exp(logprob)))).join("\n")];
    case "tokens":
      return [kept.pieces.map(({ piece }) => piece).join(" | "), i18n.t.phases.tokens(kept.pieces.length)];
    default:
      return [];
  }
}

const unknownAct = (name: string): Outcome =>
  failedWith({
    code: "actUnknown",
    message: { en: "This Quartet cannot do what the step asks for.", zh: "这个版本的 Quartet 做不了这一步。" },
    nextStep: { en: "Show the recorded run, or install a newer Quartet.", zh: "请看录好的结果，或安装更新的 Quartet。" },
    detail: name,
  });

const noRecording = (detail: string) => ({
  code: "notRecorded",
  message: { en: "No recorded run came with this step.", zh: "这一步没有录好的结果。" },
  nextStep: { en: "Try again, or go on with the next step.", zh: "请重试，或继续下一步。" },
  detail,
});
