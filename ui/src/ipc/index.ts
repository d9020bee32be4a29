// The one door to the back end: every command as a promise that resolves to its value
// or rejects with a FailureError. Nothing else imports the generated bindings.
import { Channel } from "@tauri-apps/api/core";
import { commands } from "./bindings";
import type * as wire from "./bindings";
import type {
  Alternative,
  CheckupEvent,
  ClassPackEvent,
  ClassPackOrder,
  ClipFacts,
  ClipSource,
  CompositionOrder,
  CompositionProgress,
  CompositionRecipe,
  Deck,
  DroppedFile,
  ExperimentMade,
  ExperimentOrder,
  ExperimentProgress,
  FilmId,
  FilmMade,
  FilmProgress,
  HandInOrder,
  ImageAsked,
  ImageMade,
  ImageOrder,
  ImageProgress,
  JobEvent,
  Kiosk,
  KioskEvent,
  Language,
  Lesson,
  Loading,
  MinutesMade,
  MinutesOrder,
  MinutesProgress,
  NotesAct,
  NotesEvent,
  NotesState,
  PackProgress,
  PictureSource,
  PlayerState,
  ReadProgress,
  RecorderEvent,
  RetimingOrder,
  Settings,
  SoundId,
  SoundPart,
  SpeechOrder,
  SpeechProgress,
  SpeechRecipe,
  StoryOrder,
  TextMade,
  TextOrder,
  TextProgress,
  TextRequest,
  TranscriptionOrder,
  TranscriptionProgress,
  TranscriptionRecipe,
  TravelOrder,
  UpscaleOrder,
  WorksQuery,
} from "./bindings";

export type * from "./bindings";

/** A failure of the engine, or one that only the window can have ("unreachable"). */
export type Failure = Omit<wire.Failure, "code"> & { code: string };

type Listen<E> = (event: E) => void;
/** Hears what becomes of a job. */
type ListenJob<P, M> = Listen<JobEvent<P, M>>;

/** A failure as the back end describes it, thrown. */
export class FailureError extends Error {
  constructor(readonly failure: Failure) {
    super(failure.message.en);
    this.name = "FailureError";
  }
}

function isFailure(value: unknown): value is Failure {
  return typeof value === "object" && value !== null && "code" in value && "message" in value && "nextStep" in value;
}

/** Any thrown thing as a Failure, so that a card can always be shown. */
export function asFailure(thrown: unknown): Failure {
  if (thrown instanceof FailureError) return thrown.failure;
  if (isFailure(thrown)) return thrown;
  const detail = thrown instanceof Error ? (thrown.stack ?? thrown.message) : String(thrown);
  return {
    code: "unreachable",
    message: {
      en: "The studio's engine did not understand or did not answer.",
      zh: "工作室的引擎没有应答，或没有听懂请求。",
    },
    nextStep: {
      en: "Try again. If it stays, restart Quartet; your library is safe on disk.",
      zh: "请重试。若仍如此，请重新启动 Quartet；作品库安全地保存在磁盘上。",
    },
    detail,
  };
}

type Outcome<T> = { status: "ok"; data: T } | { status: "error"; error: Failure };

async function unwrap<T>(outcome: Promise<Outcome<T> | T>): Promise<T> {
  let settled: Outcome<T> | T;
  try {
    settled = await outcome;
  } catch (thrown) {
    throw new FailureError(asFailure(thrown));
  }
  if (typeof settled === "object" && settled !== null && "status" in settled) {
    if (settled.status === "ok") return settled.data;
    throw new FailureError(settled.error);
  }
  return settled as T;
}

function channelTo<E>(listen: Listen<E>): Channel<E> {
  const channel = new Channel<E>();
  channel.onmessage = listen;
  return channel;
}

// Half a character, as a cut emoji leaves it, is no text to the engine: it travels as U+FFFD.
const wellFormed = (text: string) => text.replace(/\p{Surrogate}/gu, "\u{fffd}");

/** Of every text in it. */
function wellFormedAll<T>(value: T): T {
  if (typeof value === "string") return wellFormed(value) as T;
  if (Array.isArray(value)) return value.map(wellFormedAll) as T;
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, inside]) => [name, wellFormedAll(inside)])) as T;
}

const wellFormedRequest = (request: TextRequest): TextRequest => ({
  ...request,
  messages: request.messages.map((message) => ({ ...message, content: wellFormed(message.content) })),
});

/** Questions about the next token that are not answered yet. */
const asked = new Map<string, Promise<Alternative[]>>();

export const ipc = {
  appState: () => unwrap(commands.appState()),
  models: () => unwrap(commands.models()),
  addModel: (path: string) => unwrap(commands.addModel(path)),
  modelsNearby: (path: string) => unwrap(commands.modelsNearby(path)),
  removeModel: (id: string) => unwrap(commands.removeModel(id)),
  verifyModel: (id: string) => unwrap(commands.verifyModel(id)),
  loadText: (model: string, listen: Listen<Loading>) => unwrap(commands.loadText(model, channelTo(listen))),
  startText: (order: TextOrder, listen: ListenJob<TextProgress, TextMade>) =>
    unwrap(commands.startText({ ...order, request: wellFormedRequest(order.request) }, channelTo(listen))),
  loadSpeech: (model: string, listen: Listen<Loading>) => unwrap(commands.loadSpeech(model, channelTo(listen))),
  startSpeech: (order: SpeechOrder, listen: ListenJob<SpeechProgress, SpeechRecipe>) =>
    unwrap(commands.startSpeech({ ...order, request: { ...order.request, text: wellFormed(order.request.text) } }, channelTo(listen))),
  loadComposer: (model: string, listen: Listen<Loading>) => unwrap(commands.loadComposer(model, channelTo(listen))),
  startComposition: (order: CompositionOrder, listen: ListenJob<CompositionProgress, CompositionRecipe>) => unwrap(commands.startComposition(order, channelTo(listen))),
  startTranscription: (order: TranscriptionOrder, listen: ListenJob<TranscriptionProgress, TranscriptionRecipe>) =>
    unwrap(commands.startTranscription(order, channelTo(listen))),
  exportTranscript: (work: string, path: string) => unwrap(commands.exportTranscript(work, path)),
  startMinutes: (order: MinutesOrder, listen: ListenJob<MinutesProgress, MinutesMade>) => unwrap(commands.startMinutes(order, channelTo(listen))),
  watchPlayer: (listen: Listen<PlayerState>) => unwrap(commands.watchPlayer(channelTo(listen))),
  putOn: (sound: SoundId, from: number, play: boolean) => unwrap(commands.putOn(sound, from, play)),
  play: () => unwrap(commands.play()),
  pause: () => unwrap(commands.pause()),
  seek: (seconds: number) => unwrap(commands.seek(seconds)),
  setVolume: (volume: number) => unwrap(commands.setVolume(volume)),
  soundDevices: () => unwrap(commands.soundDevices()),
  soundPeaks: (sound: SoundId, columns: number) => unwrap(commands.soundPeaks(sound, columns)),
  soundSpectrogram: (sound: SoundId, from: number, to: number) => unwrap(commands.soundSpectrogram(sound, from, to)),
  startRecording: (listen: Listen<RecorderEvent>) => unwrap(commands.startRecording(channelTo(listen))),
  stopRecording: () => unwrap(commands.stopRecording()),
  loadImage: (model: string, listen: Listen<Loading>) => unwrap(commands.loadImage(model, channelTo(listen))),
  startImage: (order: ImageOrder, keep: boolean, listen: ListenJob<ImageProgress, ImageMade>) => {
    const { prompt, negativePrompt } = order.request;
    const request = { ...order.request, prompt: wellFormed(prompt), negativePrompt: wellFormed(negativePrompt) };
    return unwrap(commands.startImage({ ...order, request }, keep, channelTo(listen)));
  },
  startUpscale: (order: UpscaleOrder, listen: ListenJob<ImageProgress, ImageMade>) =>
    unwrap(commands.startUpscale({ ...order, title: wellFormed(order.title) }, channelTo(listen))),
  estimateImage: (model: string, asked: ImageAsked) => unwrap(commands.estimateImage(model, asked)),
  estimateUpscale: (width: number, height: number, factor: number) => unwrap(commands.estimateUpscale(width, height, factor)),
  importPicture: (source: PictureSource, limit: number) => unwrap(commands.importPicture(source, limit)),
  exportForDrag: (id: string) => unwrap(commands.exportForDrag(id)),
  nearWords: (model: string, prompt: string, count: number) => unwrap(commands.nearWords(model, wellFormed(prompt), count)),
  startTravel: (order: TravelOrder, listen: ListenJob<FilmProgress, FilmMade>) => {
    const scenes = order.request.scenes.map((scene) => ({ ...scene, prompt: wellFormed(scene.prompt) }));
    return unwrap(commands.startTravel({ ...order, request: { ...order.request, scenes } }, channelTo(listen)));
  },
  startRetiming: (order: RetimingOrder, listen: ListenJob<FilmProgress, FilmMade>) => unwrap(commands.startRetiming(order, channelTo(listen))),
  startStory: (order: StoryOrder, listen: ListenJob<FilmProgress, FilmMade>) =>
    unwrap(commands.startStory({ ...order, topic: wellFormed(order.topic) }, channelTo(listen))),
  estimateTravel: (order: TravelOrder) => unwrap(commands.estimateTravel(order)),
  estimateRetiming: (order: RetimingOrder, facts: ClipFacts) => unwrap(commands.estimateRetiming(order, facts)),
  clipFacts: (source: ClipSource) => unwrap(commands.clipFacts(source)),
  importClip: (files: DroppedFile[]) => unwrap(commands.importClip(files)),
  filmSheet: (film: FilmId) => unwrap(commands.filmSheet(film)),
  filmPictures: (film: FilmId, from: number, to: number) => unwrap(commands.filmPictures(film, from, to)),
  filmDifference: (film: FilmId, index: number) => unwrap(commands.filmDifference(film, index)),
  filmFlow: (film: FilmId, index: number) => unwrap(commands.filmFlow(film, index)),
  exportFilm: (film: FilmId, path: string) => unwrap(commands.exportFilm(film, path)),
  startExperiment: (order: ExperimentOrder, listen: ListenJob<ExperimentProgress, ExperimentMade>) => {
    const rows = order.rows.map((row) => ({ ...row, prompt: wellFormed(row.prompt), system: row.system === null ? null : wellFormed(row.system) }));
    return unwrap(commands.startExperiment({ ...order, rows }, channelTo(listen)));
  },
  lessons: () => unwrap(commands.lessons()),
  lessonFile: (id: string, file: string) => unwrap(commands.lessonFile(id, file)),
  beginLesson: (from: string | null) => unwrap(commands.beginLesson(from)),
  openLesson: (id: string) => unwrap(commands.openLesson(id)),
  saveLesson: (id: string, lesson: Lesson) => unwrap(commands.saveLesson(id, wellFormedAll(lesson))),
  putLessonAway: (id: string) => unwrap(commands.putLessonAway(id)),
  takeLessonBack: (id: string) => unwrap(commands.takeLessonBack(id)),
  addLessonPicture: (id: string, path: string) => unwrap(commands.addLessonPicture(id, path)),
  exportLesson: (id: string, path: string) => unwrap(commands.exportLesson(id, path)),
  importLesson: (path: string) => unwrap(commands.importLesson(path)),
  chooseNewFolder: (suggested: string) => unwrap(commands.chooseNewFolder(suggested)),
  glossary: () => unwrap(commands.glossary()),
  writeHandIn: (order: HandInOrder, path: string) => unwrap(commands.writeHandIn(order, path)),
  readHandIns: (folder: string, language: Language, listen: Listen<ReadProgress>) => unwrap(commands.readHandIns(folder, language, channelTo(listen))),
  stopHandIns: () => unwrap(commands.stopHandIns()),
  exportHandIns: (path: string, language: Language) => unwrap(commands.exportHandIns(path, language)),
  decks: () => unwrap(commands.decks()),
  saveDeck: (deck: Deck) => unwrap(commands.saveDeck(deck)),
  removeDeck: (id: string) => unwrap(commands.removeDeck(id)),
  restoreDeck: (id: string, text: string) => unwrap(commands.restoreDeck(id, text)),
  exportDeck: (id: string, path: string) => unwrap(commands.exportDeck(id, path)),
  chooseDeck: () => unwrap(commands.chooseDeck()),
  importDeck: (path: string) => unwrap(commands.importDeck(path)),
  openNotes: (title: string, listen: Listen<NotesEvent>) => unwrap(commands.openNotes(title, channelTo(listen))),
  closeNotes: () => unwrap(commands.closeNotes()),
  presentNotes: (state: NotesState) => unwrap(commands.presentNotes(state)),
  watchNotes: (listen: Listen<NotesState>) => unwrap(commands.watchNotes(channelTo(listen))),
  notesAct: (pressed: NotesAct) => unwrap(commands.notesAct(pressed)),
  kioskState: () => unwrap(commands.kioskState()),
  watchKiosk: (listen: Listen<KioskEvent>) => unwrap(commands.watchKiosk(channelTo(listen))),
  touchKiosk: (active: boolean) => unwrap(commands.touchKiosk(active)),
  restartKiosk: () => unwrap(commands.restartKiosk()),
  leaveKiosk: (passcode: string) => unwrap(commands.leaveKiosk(passcode)),
  kioskFile: () => unwrap(commands.kioskFile()),
  saveKiosk: (kiosk: Kiosk, passcode: string | null) => unwrap(commands.saveKiosk(kiosk, passcode)),
  beginKiosk: () => unwrap(commands.beginKiosk()),
  autostartKiosk: (on: boolean) => unwrap(commands.autostartKiosk(on)),
  startCheckup: (listen: Listen<CheckupEvent>) => unwrap(commands.startCheckup(channelTo(listen))),
  stopCheckup: () => unwrap(commands.stopCheckup()),
  ownClassPack: () => unwrap(commands.ownClassPack()),
  openClassPack: (folder: string) => unwrap(commands.openClassPack(folder)),
  verifyClassPack: (folder: string, listen: Listen<ClassPackEvent>) => unwrap(commands.verifyClassPack(folder, channelTo(listen))),
  useClassPack: (folder: string, listen: Listen<ClassPackEvent>) => unwrap(commands.useClassPack(folder, channelTo(listen))),
  installClassPack: (folder: string, listen: Listen<ClassPackEvent>) => unwrap(commands.installClassPack(folder, channelTo(listen))),
  planClassPack: (order: ClassPackOrder, packages: string[]) => unwrap(commands.planClassPack(order, packages)),
  makeClassPack: (order: ClassPackOrder, packages: string[], path: string, listen: Listen<ClassPackEvent>) =>
    unwrap(commands.makeClassPack(order, packages, path, channelTo(listen))),
  stopClassPack: () => unwrap(commands.stopClassPack()),
  chooseClassPackPlace: () => unwrap(commands.chooseClassPackPlace()),
  chooseInstallers: () => unwrap(commands.chooseInstallers()),
  cancel: (job: number) => unwrap(commands.cancel(job)),
  tokenize: (model: string, text: string) => unwrap(commands.tokenize(model, wellFormed(text))),
  /** Asked twice before it was answered, it is one question: a newer one would end the older. */
  nextToken: (model: string, request: TextRequest, top: number) => {
    const question = JSON.stringify([model, request, top]);
    const known = asked.get(question);
    if (known) return known;
    const answer = unwrap(commands.nextToken(model, wellFormedRequest(request), top)).finally(() => asked.delete(question));
    asked.set(question, answer);
    return answer;
  },
  /** Of the whole library, newest first, where nothing else is asked for. */
  works: (query: Omit<WorksQuery, "shelf" | "order"> & Partial<WorksQuery>) => unwrap(commands.works({ shelf: { kind: "all" }, order: "newest", ...query })),
  openWork: (id: string) => unwrap(commands.openWork(id)),
  workFile: (id: string) => unwrap(commands.workFile(id)),
  desks: () => unwrap(commands.desks()),
  keepDesk: (name: string, state: string) => unwrap(commands.keepDesk(name, state)),
  workIds: (query: WorksQuery) => unwrap(commands.workIds(query)),
  workPoster: (id: string) => unwrap(commands.workPoster(id)),
  removeWorks: (ids: string[]) => unwrap(commands.removeWorks(ids)),
  restoreWorks: (ids: string[]) => unwrap(commands.restoreWorks(ids)),
  purgeWorks: (ids: string[]) => unwrap(commands.purgeWorks(ids)),
  setFavourite: (ids: string[], favourite: boolean) => unwrap(commands.setFavourite(ids, favourite)),
  collections: () => unwrap(commands.collections()),
  collectionsOf: (work: string) => unwrap(commands.collectionsOf(work)),
  createCollection: (name: string) => unwrap(commands.createCollection(wellFormed(name))),
  renameCollection: (id: number, name: string) => unwrap(commands.renameCollection(id, wellFormed(name))),
  removeCollection: (id: number) => unwrap(commands.removeCollection(id)),
  collect: (id: number, works: string[]) => unwrap(commands.collect(id, works)),
  uncollect: (id: number, works: string[]) => unwrap(commands.uncollect(id, works)),
  storage: () => unwrap(commands.storage()),
  exportPack: (ids: string[], path: string, language: Language, listen: Listen<PackProgress>) => unwrap(commands.exportPack(ids, path, language, channelTo(listen))),
  stopPack: () => unwrap(commands.stopPack()),
  exportWork: (id: string, path: string) => unwrap(commands.exportWork(id, path)),
  settings: () => unwrap(commands.settings()),
  saveSettings: (settings: Settings) => unwrap(commands.saveSettings(settings)),
  vitals: () => unwrap(commands.vitals()),
  choosePicture: () => unwrap(commands.choosePicture()),
  chooseClip: () => unwrap(commands.chooseClip()),
  importSound: (part: SoundPart) => unwrap(commands.importSound(part)),
  chooseSound: () => unwrap(commands.chooseSound()),
  chooseFolder: () => unwrap(commands.chooseFolder()),
  chooseExport: (suggested: string) => unwrap(commands.chooseExport(suggested)),
};
