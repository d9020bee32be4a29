// A scripted engine: the commands' behaviour in miniature, for the demo and the tests.
import type { Failure } from "../bindings";
import type { Alternative, ImageAsked, ImageRequest, ModelSummary, PictureSource, Settings, SoundPart, TextJobEvent, TextModelInfo, TextRequest, TranscriptionJobEvent, Work, WorkDetail, WorksQuery } from "../index";
import { brought, drawPictures, enlargePicture, imageInfo, imageModels, imagePromise, type Run } from "./image";
import { alternativesFor, pieces, tokenOf } from "./language";
import { answerTo } from "./script";
import { FakeSound } from "./sound";
import { FakeFilms, inbetweenModel } from "./video";
import { failures, info, models, textRecipe, works } from "./world";

type Listener = { onmessage: (event: TextJobEvent) => void };

const pause = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds));

/** How the script behaves; the demo reads it from the address, tests set it. */
export interface Script {
  /** Milliseconds between two batches of tokens. */
  beat: number;
  loadMilliseconds: number;
  /** Fails instead of answering. */
  fail: keyof typeof failures | null;
  /** Writes this many tokens and then waits for the stop. */
  holdAfter: number | null;
  noModels: boolean;
  /** There is neither loudspeaker nor microphone. */
  deaf: boolean;
  emptyLibrary: boolean;
  runtimeFailed: boolean;
  warning: boolean;
  /** Models that draw and enlarge are installed too. */
  pictures: boolean;
}

const calm: Script = { beat: 33, loadMilliseconds: 900, fail: null, holdAfter: null, noModels: false, deaf: false, emptyLibrary: false, runtimeFailed: false, warning: false, pictures: false };

export class Backend {
  script: Script = { ...calm };
  calls: { command: string; parameters: Record<string, unknown> }[] = [];
  settings: Settings = { language: null, theme: "system", projector: false, threads: 0, spinning: false, memoryBudgetMb: 0, textModel: null, speechModel: null, imageModel: null, soundOutput: null, soundInput: null, audibleLabel: false };
  models: ModelSummary[] = models();
  works: WorkDetail[] = works();
  sound = new FakeSound(this);
  films = new FakeFilms(this);
  #removed = new Map<string, WorkDetail>();
  #stopped = new Set<number>();
  #jobs = 0;
  #running = 0;
  #loaded = new Set<string>();
  /** One worker: jobs wait for the one before. */
  #queue: Promise<void> = Promise.resolve();

  reset(script: Partial<Script> = {}): void {
    const fresh = new Backend();
    Object.assign(this, { calls: [], settings: fresh.settings, models: fresh.models, works: fresh.works });
    this.script = { ...calm, ...script };
    this.#removed.clear();
    this.#stopped.clear();
    this.#loaded.clear();
    this.#queue = Promise.resolve();
    this.#running = 0;
    this.sound = new FakeSound(this);
    this.films = new FakeFilms(this);
  }

  newJob(): number {
    return ++this.#jobs;
  }

  isStopped(job: number): boolean {
    return this.#stopped.has(job);
  }

  async answer(command: string, parameters: Record<string, unknown>): Promise<unknown> {
    this.calls.push({ command, parameters });
    await pause(1);
    const { script } = this;
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
      case "settings":
        return this.settings;
      case "save_settings":
        return (this.settings = parameters["settings"] as Settings);
      case "vitals":
        return { residentMb: 212 + this.#loaded.size * 640, modelsMb: this.#loaded.size * 640, budgetMb: 6144, connections: 0, threads: 9, jobs: this.#running };
      case "load_text":
        return this.#load(parameters["model"] as string, parameters["events"] as Listener);
      case "start_text":
        return this.#start(parameters["model"] as string, parameters["request"] as TextRequest, parameters["events"] as Listener);
      case "cancel":
        this.#stopped.add(parameters["job"] as number);
        return null;
      case "tokenize":
        return pieces(parameters["text"] as string);
      case "next_token":
        return this.#nextToken(parameters["request"] as TextRequest, parameters["top"] as number);
      case "works":
        return this.#works(parameters["query"] as WorksQuery);
      case "open_work":
        return this.#work(parameters["id"] as string);
      case "remove_work": {
        const work = this.#work(parameters["id"] as string);
        this.#removed.set(work.work.id, work);
        this.works = this.works.filter((one) => one !== work);
        return null;
      }
      case "restore_work": {
        const work = this.#removed.get(parameters["id"] as string);
        if (work) this.works = [...this.works, work].sort((a, b) => b.work.createdAt.localeCompare(a.work.createdAt));
        return null;
      }
      case "export_work":
        return null;
      case "verify_model":
        await pause(script.beat * 20);
        return this.models.find((model) => model.id === parameters["id"]);
      case "add_model":
        throw failures.notAModel;
      case "remove_model":
        this.models = this.models.filter((model) => model.id !== parameters["id"]);
        return null;
      case "start_transcription":
        return this.#transcribe(parameters["events"] as { onmessage: (event: TranscriptionJobEvent) => void });
      case "export_transcript":
        return null;
      case "load_image":
        return { model: parameters["model"], info: imageInfo(parameters["model"] as string) };
      case "start_image":
        return this.#picture(parameters["events"], (run, job) =>
          drawPictures(parameters["request"] as ImageRequest, parameters["factor"] as number, parameters["keep"] ? [`picture-${job}`] : [], run),
        );
      case "start_upscale":
        return this.#picture(parameters["events"], (run, job) => enlargePicture(parameters["factor"] as number, [`picture-${job}`], run));
      case "promise_image":
        return imagePromise(parameters["asked"] as ImageAsked);
      case "promise_upscale":
        return { seconds: 0.4, memoryMb: 60, measured: true };
      case "brought_picture":
        return brought(parameters["source"] as PictureSource);
      case "near_words":
        return [{ word: "red apple", english: "red apple", chinese: "红苹果", similarity: 0.98 }];
      case "lend_work":
        return "/home/ada/.local/share/quartet/lent/w/red apple.png";
      case "work_file":
        return new ArrayBuffer(0);
      case "choose_picture":
        return "/home/ada/Pictures/holiday.jpg";
      case "bring_sound": {
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
        return this.films.answers(command) ? this.films.answer(command, parameters) : this.sound.answer(command, parameters);
    }
  }

  async #load(model: string, events: Listener): Promise<TextModelInfo> {
    if (this.script.fail === "load") throw failures.load;
    const total = this.script.loadMilliseconds;
    for (let spent = 0; spent < total && !this.#loaded.has(model); spent += 150) {
      events.onmessage({ kind: "loading", model, seconds: spent / 1000, expectedSeconds: total / 1000 });
      await pause(Math.min(150, total));
    }
    this.#loaded.add(model);
    return info(model);
  }

  #start(model: string, request: TextRequest, events: Listener): number {
    const job = ++this.#jobs;
    if (this.#running > 0) setTimeout(() => events.onmessage({ kind: "queued", ahead: 1 }), 2);
    this.#running += 1;
    this.#queue = this.#queue.then(async () => {
      await this.#run(job, model, request, events);
      this.#running -= 1;
    });
    return job;
  }

  async #run(job: number, model: string, request: TextRequest, events: Listener): Promise<void> {
    const { script } = this;
    const stopped = () => this.#stopped.has(job);
    const cancelled = () => events.onmessage({ kind: "failed", failure: failures.cancelled });
    await pause(script.beat);
    if (script.fail && script.fail !== "load") return events.onmessage({ kind: "failed", failure: failures[script.fail] });
    const promptTokens = request.messages.reduce((sum, message) => sum + pieces(message.content).length + 5, 3);
    const reused = request.messages.length > 2 ? Math.floor(promptTokens * 0.7) : 0;
    for (let done = reused; done < promptTokens; done += 16) {
      if (stopped()) return cancelled();
      events.onmessage({ kind: "prompt", done, total: promptTokens, reused });
      await pause(script.beat);
    }
    events.onmessage({ kind: "prompt", done: promptTokens, total: promptTokens, reused });
    const words = pieces(answerTo(request)).slice(0, request.parameters.maxTokens);
    const began = performance.now();
    let written = 0;
    while (written < words.length) {
      if (script.holdAfter !== null && written >= script.holdAfter && !stopped()) {
        await pause(script.beat);
        continue;
      }
      if (stopped()) return cancelled();
      const batch = words.slice(written, written + 2);
      events.onmessage({ kind: "tokens", tokens: batch.map((piece, index) => tokenOf(piece, written + index, request.parameters.temperature)) });
      written += batch.length;
      await pause(script.beat);
    }
    const contextUsed = promptTokens + request.answerStart.length + written;
    const work = this.#keep(model, request, words.map((piece) => piece.piece).join(""));
    events.onmessage({
      kind: "done",
      work,
      keepFailure: null,
      stats: {
        reason: written >= request.parameters.maxTokens ? "maxTokens" : "endOfTurn",
        seed: request.parameters.seed ?? 271828,
        promptTokens,
        reusedTokens: reused,
        generatedTokens: written,
        promptSeconds: 0.21,
        decodeSeconds: Math.max(0.05, (performance.now() - began) / 1000),
        contextLength: info(model).contextLength,
        contextUsed,
      },
    });
  }

  #picture(events: unknown, make: (run: Run, job: number) => Promise<void>): number {
    const job = ++this.#jobs;
    const run: Run = { beat: this.script.beat, stopped: () => this.#stopped.has(job), events: events as Run["events"] };
    setTimeout(() => void make(run, job), this.script.beat);
    return job;
  }

  #transcribe(events: { onmessage: (event: TranscriptionJobEvent) => void }): number {
    const job = ++this.#jobs;
    const lines = ["Good morning, and welcome.", "The library opens at nine.", "And it closes at six."];
    const run = async () => {
      const guesses = [{ code: "en", probability: 0.97 }, { code: "de", probability: 0.02 }];
      events.onmessage({ kind: "language", code: "en", probability: 0.97, guesses });
      for (const [index, text] of lines.entries()) {
        await pause(this.script.beat);
        if (this.#stopped.has(job)) return events.onmessage({ kind: "failed", failure: failures.cancelled });
        events.onmessage({ kind: "partial", from: index * 4, text: text.slice(0, 12) });
        await pause(this.script.beat);
        const pieces = text.split(/(?= )/).map((piece, at) => ({ text: piece, probability: 1 - at * 0.15 }));
        events.onmessage({ kind: "segment", segment: { start: index * 4, end: index * 4 + 3, text, pieces, temperature: 0 } });
        events.onmessage({ kind: "progress", done: index * 4 + 4, total: 12 });
      }
      const stats = { language: "en", segments: 3, tokens: 24, silentWindows: 0, doubtfulWindows: 0, audioSeconds: 12, encodeSeconds: 0.4, decodeSeconds: 0.6, seconds: 1.1 };
      events.onmessage({ kind: "done", stats, work: `transcript-${job}`, keepFailure: null });
    };
    setTimeout(() => void run(), this.script.beat);
    return job;
  }

  #keep(model: string, request: TextRequest, content: string): string {
    const id = `work-${this.works.length + 1}-${this.#jobs}`;
    const title = request.messages.at(-1)?.content.split("\n")[0]?.slice(0, 80) ?? "";
    const work: Work = { id, modality: "text", title, createdAt: new Date().toISOString(), model, seconds: 3.1, bytes: content.length, problem: null };
    this.works = [{ work, content, recipe: JSON.stringify({ model, request }, null, 2), made: textRecipe(work, request), file: `/home/ada/.local/share/quartet/works/${id}.md` }, ...this.works];
    return id;
  }

  #nextToken(request: TextRequest, top: number): Alternative[] {
    if (this.#running > 0) throw failures.busy;
    const next = pieces(answerTo(request))[0] ?? { id: 0, piece: "", special: false };
    return alternativesFor(next, request.answerStart.length, top).alternatives;
  }

  #works(query: WorksQuery): { total: number; works: Work[] } {
    const found = (this.script.emptyLibrary ? [] : this.works)
      .map((one) => one.work)
      .filter((work) => query.modality === null || work.modality === query.modality)
      .filter((work) => work.title.toLowerCase().includes(query.search.toLowerCase()));
    return { total: found.length, works: found.slice(query.offset, query.offset + query.limit) };
  }

  #work(id: string): WorkDetail {
    const found = this.works.find((one) => one.work.id === id);
    if (!found) throw { ...failures.notAModel, code: "workUnknown" } satisfies Failure;
    return found;
  }
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
    noModels: asked.has("noModels"),
    deaf: asked.has("deaf"),
    emptyLibrary: asked.has("emptyLibrary"),
    runtimeFailed: asked.has("runtimeFailed"),
    warning: asked.has("warning"),
    pictures: asked.has("pictures"),
  };
  const settings: Partial<Settings> = {};
  const [language, theme] = [asked.get("language"), asked.get("theme")];
  if (language === "en" || language === "zh") settings.language = language;
  if (theme === "light" || theme === "dark") settings.theme = theme;
  if (asked.has("projector")) settings.projector = true;
  Object.assign(backend.settings, settings);
}
