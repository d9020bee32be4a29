// What the whole window knows about the engine: runtime, models, settings, vital signs.
// Nothing here is awaited before the first paint.
import { asFailure, ipc } from "./index";
import { loadingProgress, type Progress } from "./job.svelte";
import { toldFirst } from "./window";
import type { AppState, Failure, Modality, ModelSummary, Settings, Skill, TextModelInfo, Vitals, WorkDetail } from "./index";

/** A text model that loads: its progress, or why it could not. */
export class TextLoad {
  progress = $state.raw<Progress | null>(null);
  failure = $state.raw<Failure | null>(null);
  info = $state.raw<TextModelInfo | null>(null);
  promise: Promise<TextModelInfo> | null = null;
}

const VITALS_EVERY_MS = 2000;

/** How the window looks before the kept settings are known, where the shell did not tell them. */
const firstSettings: Settings = {
  language: null,
  theme: "system",
  projector: false,
  threads: 0,
  spinning: false,
  memoryBudgetMb: 0,
  textModel: null,
  speechModel: null,
  imageModel: null,
  device: null,
  soundOutput: null,
  soundInput: null,
  audibleLabel: false,
  textScale: 0,
  letters: "on",
  letterKeys: {},
  ...toldFirst(),
};

export class Studio {
  app = $state.raw<AppState | null>(null);
  models = $state.raw<ModelSummary[] | null>(null);
  modelsFailure = $state.raw<Failure | null>(null);
  settings = $state.raw<Settings>(firstSettings);
  /** False until the engine has told the kept settings; until then nothing is written back. */
  settingsKnown = $state(false);
  /** What a person changed before that: it outranks what was kept. */
  #early: Partial<Settings> = {};
  /** Settings as the engine last had them. */
  #kept: Settings = firstSettings;
  /** Writes go one after the other, so that the last change is the one that stays. */
  #writing: Promise<void> = Promise.resolve();
  settingsFailure = $state.raw<Failure | null>(null);
  vitals = $state.raw<Vitals | null>(null);
  /** Why the engine could not be reached or started; null while all is well. */
  failure = $state.raw<Failure | null>(null);
  /** A kept work on its way to the panel that made it ("open in Text"). */
  handover = $state.raw<WorkDetail | null>(null);
  /** How fast the last job of each modality was, in its own unit. */
  paces = $state<Partial<Record<Modality, number>>>({});
  #loads = $state<Record<string, TextLoad>>({});
  #timer: ReturnType<typeof setInterval> | null = null;

  readonly textModels = $derived((this.models ?? []).filter((model) => model.skill === "text"));
  /** The text model to use: the person's choice, the default, else whichever works. */
  readonly textModel = $derived.by(() => {
    const usable = this.textModels.filter((model) => model.problem === null);
    const chosen = usable.find((model) => model.id === this.settings.textModel);
    return chosen ?? usable.find((model) => model.isDefault) ?? usable[0] ?? null;
  });

  readonly speechModels = $derived((this.models ?? []).filter((model) => model.skill === "speech"));
  /** The same for voices. */
  readonly speechModel = $derived.by(() => {
    const usable = this.speechModels.filter((model) => model.problem === null);
    const chosen = usable.find((model) => model.id === this.settings.speechModel);
    return chosen ?? usable.find((model) => model.isDefault) ?? usable[0] ?? null;
  });

  /** Whose voices speak a language: the model in use, unless only another knows it. */
  speaker(language: string): ModelSummary | null {
    const knows = (model: ModelSummary | null) => model !== null && model.problem === null && model.languages.some((code) => code.startsWith(language));
    return knows(this.speechModel) ? this.speechModel : (this.speechModels.find(knows) ?? null);
  }

  /** What composes tunes: the default, else whichever works. */
  readonly composer = $derived.by(() => {
    const usable = (this.models ?? []).filter((model) => model.skill === "composition" && model.problem === null);
    return usable.find((model) => model.isDefault) ?? usable[0] ?? null;
  });

  readonly imageModels = $derived((this.models ?? []).filter((model) => model.skill === "image"));
  /** The same for pictures. */
  readonly imageModel = $derived.by(() => {
    const usable = this.imageModels.filter((model) => model.problem === null);
    const chosen = usable.find((model) => model.id === this.settings.imageModel);
    return chosen ?? usable.find((model) => model.isDefault) ?? usable[0] ?? null;
  });
  /** Whether pictures can be made larger. */
  readonly enlarges = $derived((this.models ?? []).some((model) => model.skill === "upscale" && model.problem === null));

  /** Whether a network makes frames in between; without, they are blended. */
  readonly inbetweens = $derived((this.models ?? []).some((model) => model.skill === "inbetween" && model.problem === null));

  /** Asks for everything at once, after the first paint. */
  async open(): Promise<void> {
    await Promise.all([this.refreshApp(), this.refreshSettings(), this.refreshModels(), this.refreshVitals()]);
    this.#timer ??= setInterval(() => {
      if (document.visibilityState === "visible") void this.refreshVitals();
    }, VITALS_EVERY_MS);
  }

  close(): void {
    if (this.#timer !== null) clearInterval(this.#timer);
    this.#timer = null;
  }

  async refreshApp(): Promise<void> {
    try {
      this.app = await ipc.appState();
      this.failure = this.app.runtime.kind === "failed" ? this.app.runtime.failure : null;
    } catch (thrown) {
      this.failure = asFailure(thrown);
    }
  }

  async refreshModels(): Promise<void> {
    try {
      this.models = await ipc.models();
      this.modelsFailure = null;
    } catch (thrown) {
      this.modelsFailure = asFailure(thrown);
    }
  }

  async refreshSettings(): Promise<void> {
    try {
      this.#kept = await ipc.settings();
    } catch (thrown) {
      this.settingsFailure = asFailure(thrown);
      return;
    }
    const early = this.#early;
    this.#early = {};
    this.settings = { ...this.#kept, ...early };
    this.settingsKnown = true;
    this.settingsFailure = null;
    if (Object.keys(early).length > 0) await this.#write();
  }

  async refreshVitals(): Promise<void> {
    try {
      const before = this.vitals?.modelsMb;
      this.vitals = await ipc.vitals();
      // A model came or went.
      if (before !== undefined && before !== this.vitals.modelsMb) await this.refreshModels();
    } catch {
      // The strip then shows no figures; a real failure shows where the work is done.
      this.vitals = null;
    }
  }

  /** Shown at once, written after; put back when it cannot be written. */
  async change(part: Partial<Settings>): Promise<void> {
    this.settings = { ...this.settings, ...part };
    if (this.settingsKnown) await this.#write();
    else this.#early = { ...this.#early, ...part };
  }

  #write(): Promise<void> {
    const wanted = this.settings;
    this.#writing = this.#writing.then(async () => {
      // A later change carries this one with it.
      if (this.settings !== wanted) return;
      this.settingsFailure = null;
      try {
        this.#kept = await ipc.saveSettings(wanted);
      } catch (thrown) {
        this.settingsFailure = asFailure(thrown);
      }
      if (this.settings === wanted) this.settings = this.#kept;
    });
    return this.#writing;
  }

  /** What is used for each skill: the person's choice, the default, else whichever works. */
  modelsFor(skills: readonly Skill[]): ModelSummary[] {
    const chosen: Partial<Record<Skill, ModelSummary | null>> = { text: this.textModel, speech: this.speechModel, composition: this.composer, image: this.imageModel };
    const found = skills.map((skill) => {
      const usable = (this.models ?? []).filter((model) => model.skill === skill && model.problem === null);
      return chosen[skill] ?? usable.find((model) => model.isDefault) ?? usable[0];
    });
    return found.filter((model) => model !== undefined);
  }

  model(id: string): ModelSummary | null {
    return this.models?.find((model) => model.id === id) ?? null;
  }

  textLoad(model: string): TextLoad | null {
    return this.#loads[model] ?? null;
  }

  /** The model's facts and defaults, loading it if need be; one load however often it is asked. */
  async textInfo(model: string): Promise<TextModelInfo> {
    const load = (this.#loads[model] ??= new TextLoad());
    if (load.info) return load.info;
    load.failure = null;
    load.promise ??= ipc
      .loadText(model, ({ seconds, expectedSeconds }) => (load.progress = loadingProgress(seconds, expectedSeconds)))
      .then((info) => (load.info = info))
      .catch((thrown: unknown) => {
        load.failure = asFailure(thrown);
        throw thrown;
      })
      .finally(() => {
        load.promise = null;
        load.progress = null;
        void this.refreshModels();
        void this.refreshVitals();
      });
    return load.promise;
  }

}

export const studio = new Studio();
