// A scripted engine: the commands' behaviour in miniature, for the demo and the tests.
import type {
  Alternative,
  Checkup,
  CheckupEvent,
  ExperimentOrder,
  HandInTable,
  ImageAsked,
  ImageOrder,
  JobEvent,
  Language,
  Loading,
  ModelNearby,
  ModelSummary,
  PictureSource,
  ReadProgress,
  Settings,
  SoundPart,
  TextMade,
  TextModelInfo,
  TextOrder,
  TextProgress,
  TextRequest,
  TranscriptionOrder,
  TranscriptionProgress,
  TranscriptionRecipe,
  TranscriptionRequest,
  UpscaleOrder,
  Work,
  WorkDetail,
} from "../index";
import { checkUp } from "./checkup";
import { readHandIns } from "./handIns";
import { FakeClassPacks } from "./classpack";
import glossary from "./glossary.json";
import { brought, drawPictures, enlargePicture, imageInfo, imageModels, imagePromise } from "./image";
import { type FakeHost, type FakeJob, lastEvent, type Outcome, pause, type Play, type Script } from "./job";
import { alternativesFor, pieces, tokenOf } from "./language";
import { FakeKiosk } from "./kiosk";
import { answerTo } from "./script";
import { FakeDecks } from "./decks";
import { FakeLibrary, fresh, manyWorks } from "./library";
import { experiment, lessonFile, listings } from "./lessons";
import { FakeOwn } from "./own";
import { FakeNotes } from "./notes";
import { FakeSound } from "./sound";
import { FakeFilms, inbetweenModel } from "./video";
import { failures, info, models, textRecipe, works } from "./world";

type To<E> = { onmessage: (event: E) => void };

const calm: Script = { beat: 33, loadMilliseconds: 900, fail: null, holdAfter: null, long: 1, noModels: false, deaf: false, emptyLibrary: false, runtimeFailed: false, warning: false, pictures: false, deeper: 0, desks: {}, works: null, decks: false, checkup: "fine", stick: "whole" };

export class Backend implements FakeHost {
  script: Script = { ...calm };
  calls: { command: string; parameters: Record<string, unknown> }[] = [];
  settings: Settings = { language: null, theme: "system", projector: false, threads: 0, spinning: false, memoryBudgetMb: 0, textModel: null, speechModel: null, imageModel: null, device: null, soundOutput: null, soundInput: null, audibleLabel: false, textScale: 0, letters: "on", letterKeys: {} };
  models: ModelSummary[] = models();
  works: WorkDetail[] = works();
  sound = new FakeSound(this);
  films = new FakeFilms(this);
  library = new FakeLibrary(this);
  own = new FakeOwn();
  notes = new FakeNotes();
  decks = new FakeDecks(false, null);
  packs = new FakeClassPacks(this);
  kiosk = new FakeKiosk();
  desks: Record<string, string> = {};
  #stopped = new Set<number>();
  #jobs = 0;
  #running = 0;
  #loaded = new Set<string>();
  /** Begun or stopped: a newer one ends the one before. */
  #checkups = 0;
  #readings = 0;
  /** One worker: jobs wait for the one before. */
  #queue: Promise<void> = Promise.resolve();

  reset(script: Partial<Script> = {}): void {
    const fresh = new Backend();
    Object.assign(this, { calls: [], settings: fresh.settings, models: fresh.models, works: fresh.works, desks: { ...script.desks } });
    this.script = { ...calm, ...script };
    this.#stopped.clear();
    this.#loaded.clear();
    this.#queue = Promise.resolve();
    this.#running = 0;
    this.sound = new FakeSound(this);
    this.films = new FakeFilms(this);
    this.library = new FakeLibrary(this);
    this.own = new FakeOwn();
    this.notes = new FakeNotes();
    this.packs = new FakeClassPacks(this);
    this.kiosk = new FakeKiosk();
    if (this.script.works !== null) this.works = manyWorks(this.script.works);
    this.decks = new FakeDecks(this.script.decks, this.works[0]?.work.id ?? null);
  }

  /** Begins a job, and answers as soon as it is accepted. */
  start<P, M>(events: unknown, play: Play<P, M>): number {
    const id = ++this.#jobs;
    const listener = events as To<JobEvent<P, M>>;
    const job: FakeJob<P> = {
      id,
      tell: (progress) => listener.onmessage({ kind: "progress", progress }),
      beat: async () => {
        await pause(this.script.beat);
        if (this.#stopped.has(id)) throw failures.cancelled;
        const { fail } = this.script;
        if (fail && fail !== "load") throw failures[fail];
      },
    };
    setTimeout(() => void lastEvent(job, play).then((event) => listener.onmessage(event)), this.script.beat);
    return id;
  }

  async answer(command: string, parameters: Record<string, unknown>): Promise<unknown> {
    this.calls.push({ command, parameters });
    await pause(1);
    const { script } = this;
    const visiting = this.kiosk.answer(command, parameters);
    if (visiting !== undefined) return visiting;
    switch (command) {
      case "app_state":
        return {
          version: "0.1.0",
          runtime: script.runtimeFailed
            ? { kind: "failed", failure: failures.runtime }
            : { kind: "ready", version: "1.30.0", library: "/usr/lib/quartet/onnxruntime/libonnxruntime.so.1.30.0", devices: [{ id: "cpu", name: "CPU" }], device: "cpu" },
          libraryFolder: "/home/ada/.local/share/quartet/works",
          modelFolders: ["/usr/lib/quartet/models", "/home/ada/.local/share/quartet/models"],
          warnings: script.warning ? [failures.settings] : [],
        };
      case "models":
        return script.noModels ? [] : [...this.models, ...(script.pictures ? [...imageModels(), inbetweenModel()] : [])].map((model) => ({ ...model, loaded: this.#loaded.has(model.id) }));
      case "desks":
        return { ...this.desks };
      case "keep_desk":
        this.desks[parameters["name"] as string] = parameters["state"] as string;
        return null;
      case "settings":
        return this.settings;
      case "save_settings":
        return (this.settings = parameters["settings"] as Settings);
      case "vitals":
        return { residentMb: 212 + this.#loaded.size * 640, modelsMb: this.#loaded.size * 640, budgetMb: 6144, connections: 0, threads: 9, jobs: this.#running };
      case "load_text":
        return this.#load(parameters["model"] as string, parameters["events"] as To<Loading>);
      case "start_text":
        return this.#write(parameters["order"] as TextOrder, parameters["events"] as To<JobEvent<TextProgress, TextMade>>);
      case "start_experiment":
        return this.start(parameters["events"], (job) => experiment(parameters["order"] as ExperimentOrder, script.holdAfter, job));
      case "lessons":
        return listings(this.own.listings());
      case "lesson_file":
        return lessonFile(parameters["id"] as string, parameters["file"] as string);
      case "glossary":
        return glossary;
      case "write_hand_in":
        return { bytes: 48_213, leftOut: 0 };
      case "read_hand_ins":
        return this.#readHandIns(parameters["language"] as Language, parameters["events"] as To<ReadProgress>);
      case "stop_hand_ins":
        this.#readings += 1;
        return null;
      case "export_hand_ins":
        return null;
      case "start_checkup":
        return this.#checkUp(parameters["events"] as To<CheckupEvent>);
      case "stop_checkup":
        this.#checkups += 1;
        return null;
      case "cancel":
        this.#stopped.add(parameters["job"] as number);
        return null;
      case "tokenize":
        return pieces(parameters["text"] as string);
      case "next_token":
        return this.#nextToken(parameters["request"] as TextRequest, parameters["top"] as number);
      case "verify_model":
        await pause(script.beat * 20);
        return this.models.find((model) => model.id === parameters["id"]);
      case "add_model":
        return this.#addModel(parameters["path"] as string);
      case "models_nearby":
        return this.#nearby(parameters["path"] as string);
      case "remove_model":
        this.models = this.models.filter((model) => model.id !== parameters["id"]);
        return null;
      case "start_transcription":
        return this.start(parameters["events"], (job) => transcribe((parameters["order"] as TranscriptionOrder).request, job));
      case "export_transcript":
        return null;
      case "load_image":
        this.#loaded.add(parameters["model"] as string);
        return { model: parameters["model"], info: imageInfo(parameters["model"] as string) };
      case "start_image":
        return this.start(parameters["events"], (job) => drawPictures(parameters["order"] as ImageOrder, parameters["keep"] as boolean, job, this));
      case "start_upscale":
        return this.start(parameters["events"], (job) => enlargePicture((parameters["order"] as UpscaleOrder).factor, job));
      case "estimate_image":
        return imagePromise(parameters["asked"] as ImageAsked);
      case "estimate_upscale":
        return { seconds: 0.4, memoryMb: 60, measured: true };
      case "import_picture":
        return brought(parameters["source"] as PictureSource);
      case "near_words":
        return [{ word: "red apple", english: "red apple", chinese: "红苹果", similarity: 0.98 }];
      case "export_for_drag":
        return "/home/ada/.local/share/quartet/lent/w/red apple.png";
      case "choose_picture":
        return "/home/ada/Pictures/holiday.jpg";
      case "import_sound": {
        const part = parameters["part"] as SoundPart;
        if (part.name.endsWith(".txt")) throw failures.sound;
        return part.to ?? `/home/ada/.local/share/quartet/dropped/1/${part.name}`;
      }
      case "choose_sound":
        return "/home/ada/Music/interview.mp3";
      case "choose_folder":
        return "/home/ada/Downloads/holiday-pictures";
      case "choose_export":
        return `/home/ada/Documents/${parameters["suggested"] as string}`;
      default:
        if (this.own.answers(command)) return this.own.answer(command, parameters);
        if (this.notes.answers(command)) return this.notes.answer(command, parameters);
        if (this.decks.answers(command)) return this.decks.answer(command, parameters);
        if (this.packs.answers(command)) return this.packs.answer(command, parameters);
        if (this.library.answers(command)) return this.library.answer(command, parameters);
        return this.films.answers(command) ? this.films.answer(command, parameters) : this.sound.answer(command, parameters);
    }
  }

  /** What is looked at stays in memory. */
  #checkUp(events: To<CheckupEvent>): Promise<Checkup> {
    const mine = ++this.#checkups;
    for (const { id } of this.models) this.#loaded.add(id);
    return checkUp(this.script, (event) => events.onmessage(event), () => this.#checkups !== mine);
  }

  async #readHandIns(language: Language, events: To<ReadProgress>): Promise<HandInTable> {
    const mine = ++this.#readings;
    const table = await readHandIns(language, this.script.beat, (progress) => events.onmessage(progress), () => this.#readings !== mine);
    if (table === null) throw failures.cancelled;
    return table;
  }

  async #load(model: string, events: To<Loading>): Promise<TextModelInfo> {
    if (this.script.fail === "load") throw failures.load;
    const total = this.script.loadMilliseconds;
    for (let spent = 0; spent < total && !this.#loaded.has(model); spent += 150) {
      events.onmessage({ model, seconds: spent / 1000, expectedSeconds: total / 1000 });
      await pause(Math.min(150, total));
    }
    this.#loaded.add(model);
    return info(model);
  }

  /** The models that lie in the chosen folder; the last two have one name. */
  #nearby(folder: string): ModelNearby[] {
    return Array.from({ length: this.script.deeper }, (_, index) => {
      const within = `model-${index}`;
      const name = index > 0 && index >= this.script.deeper - 2 ? "model" : within;
      return { path: `${folder}/${within}`, name: { en: name, zh: name }, within };
    });
  }

  #addModel(path: string): ModelSummary {
    const id = path.split("/").at(-1) ?? "";
    const found = this.#nearby(path.slice(0, -id.length - 1)).find((one) => one.path === path);
    if (!found) throw [failures.notAModel, failures.elsewhere][this.script.deeper] ?? failures.severalElsewhere;
    const model: ModelSummary = { ...models()[0]!, id, name: found.name, folder: path, isDefault: false, added: true };
    this.models = [...this.models.filter((one) => one.id !== id), model];
    return model;
  }

  #write({ model, request }: TextOrder, events: To<JobEvent<TextProgress, TextMade>>): number {
    if (this.#running > 0) setTimeout(() => events.onmessage({ kind: "queued", ahead: 1 }), 2);
    this.#running += 1;
    const before = this.#queue;
    let next: () => void = () => undefined;
    this.#queue = new Promise((resolve) => (next = resolve));
    return this.start<TextProgress, TextMade>(events, async (job) => {
      await before;
      try {
        return await this.#text(model ?? "", request, job);
      } finally {
        this.#running -= 1;
        next();
      }
    });
  }

  async #text(model: string, request: TextRequest, job: FakeJob<TextProgress>): Promise<Outcome<TextMade>> {
    const { script } = this;
    const total = request.messages.reduce((sum, message) => sum + pieces(message.content).length + 5, 3);
    const reused = request.messages.length > 2 ? Math.floor(total * 0.7) : 0;
    for (let done = reused; done < total; done += 16) {
      job.tell({ kind: "prompt", done, total, reused });
      await job.beat();
    }
    job.tell({ kind: "prompt", done: total, total, reused });
    const words = pieces(Array<string>(script.long).fill(answerTo(request)).join("\n\n")).slice(0, request.parameters.maxTokens * script.long);
    const began = performance.now();
    let written = 0;
    while (written < words.length) {
      while (script.holdAfter !== null && written >= script.holdAfter) await job.beat();
      const batch = words.slice(written, written + 2);
      job.tell({ kind: "tokens", tokens: batch.map((piece, index) => tokenOf(piece, written + index, request.parameters.temperature)) });
      written += batch.length;
      await job.beat();
    }
    const stats: TextMade["stats"] = {
      reason: written >= request.parameters.maxTokens ? "maxTokens" : "endOfTurn",
      seed: request.parameters.seed ?? 271828,
      promptTokens: total,
      reusedTokens: reused,
      generatedTokens: written,
      promptSeconds: 0.21,
      decodeSeconds: Math.max(0.05, (performance.now() - began) / 1000),
      contextLength: info(model).contextLength,
      contextUsed: total + request.answerStart.length + written,
    };
    const text = words.map((piece) => piece.piece).join("");
    return { made: { text, stats }, works: [this.#keep(model, request, text)] };
  }

  #keep(model: string, request: TextRequest, content: string): string {
    const id = `work-${this.works.length + 1}-${this.#jobs}`;
    const title = request.messages.at(-1)?.content.split("\n")[0]?.slice(0, 80) ?? "";
    const work: Work = { id, modality: "text", title, createdAt: new Date().toISOString(), model, seconds: 3.1, bytes: content.length, ...fresh, excerpt: content.slice(0, 320) };
    this.works = [{ work, content, recipe: JSON.stringify({ model, request }, null, 2), made: textRecipe(work, request), file: `/home/ada/.local/share/quartet/works/${id}.md` }, ...this.works];
    return id;
  }

  #nextToken(request: TextRequest, top: number): Alternative[] {
    if (this.#running > 0) throw failures.busy;
    const next = pieces(answerTo(request))[0] ?? { id: 0, piece: "", special: false };
    return alternativesFor(next, request.answerStart.length, top).alternatives;
  }
}

async function transcribe(request: TranscriptionRequest, job: FakeJob<TranscriptionProgress>): Promise<Outcome<TranscriptionRecipe>> {
  const lines = ["Good morning, and welcome.", "The library opens at nine.", "And it closes at six."];
  const segments: TranscriptionRecipe["segments"] = [];
  job.tell({ kind: "language", code: "en", probability: 0.97, guesses: [{ code: "en", probability: 0.97 }, { code: "de", probability: 0.02 }] });
  for (const [index, text] of lines.entries()) {
    await job.beat();
    job.tell({ kind: "partial", from: index * 4, text: text.slice(0, 12) });
    await job.beat();
    const pieces = text.split(/(?= )/).map((piece, at) => ({ text: piece, probability: 1 - at * 0.15 }));
    const segment = { start: index * 4, end: index * 4 + 3, text, pieces, temperature: 0 };
    segments.push(segment);
    job.tell({ kind: "segment", segment });
    job.tell({ kind: "heard", done: index * 4 + 4, total: 12 });
  }
  const stats = { language: "en", segments: 3, tokens: 24, silentWindows: 0, doubtfulWindows: 0, cutShort: false, audioSeconds: 12, encodeSeconds: 0.4, decodeSeconds: 0.6, seconds: 1.1 };
  return { made: { request: { ...request, language: "en" }, stats, segments }, works: [`transcript-${job.id}`] };
}

export const backend = new Backend();

// The demo's address sets the scene: /?fail=memory&noModels=1&beat=80
if (typeof location !== "undefined" && location.search) {
  const asked = new URLSearchParams(location.search);
  const number = (name: string, fallback: number) => (asked.has(name) ? Number(asked.get(name)) : fallback);
  backend.script = {
    beat: number("beat", calm.beat),
    loadMilliseconds: number("load", calm.loadMilliseconds),
    fail: (asked.get("fail") as Script["fail"]) ?? null,
    holdAfter: asked.has("hold") ? Number(asked.get("hold")) : null,
    long: number("long", calm.long),
    noModels: asked.has("noModels"),
    deaf: asked.has("deaf"),
    emptyLibrary: asked.has("emptyLibrary"),
    runtimeFailed: asked.has("runtimeFailed"),
    warning: asked.has("warning"),
    pictures: asked.has("pictures"),
    deeper: number("deeper", calm.deeper),
    desks: {},
    decks: asked.has("decks"),
    works: asked.has("works") ? number("works", 0) : null,
    checkup: (asked.get("checkup") as Script["checkup"] | null) ?? calm.checkup,
    stick: (asked.get("stick") as Script["stick"] | null) ?? calm.stick,
  };
  const settings: Partial<Settings> = {};
  const [language, theme] = [asked.get("language"), asked.get("theme")];
  if (language === "en" || language === "zh") settings.language = language;
  if (theme === "light" || theme === "dark") settings.theme = theme;
  if (asked.has("projector")) settings.projector = true;
  if (asked.has("words")) settings.textScale = number("words", 100);
  Object.assign(backend.settings, settings);
  window.quartetSettings = backend.settings;
  if (asked.has("kiosk")) {
    backend.kiosk = new FakeKiosk(asked.get("kiosk"));
    window.quartetKiosk = true;
  }
  if (backend.script.works !== null) backend.works = manyWorks(backend.script.works);
  backend.decks = new FakeDecks(backend.script.decks, backend.works[0]?.work.id ?? null);
}
