// The one door to the back end: every command as a promise that resolves to its value
// or rejects with a FailureError. Nothing else imports the generated bindings.
import { Channel } from "@tauri-apps/api/core";
import { commands } from "./bindings";
import type * as wire from "./bindings";
import type {
  ClipFacts,
  ClipSource,
  CompositionJobEvent,
  DroppedFile,
  FilmId,
  ImageAsked,
  ImageJobEvent,
  MinutesJobEvent,
  PictureSource,
  PlayerState,
  RecorderEvent,
  Settings,
  SoundId,
  SoundPart,
  SpeechJobEvent,
  TextJobEvent,
  TranscriptionJobEvent,
  VideoJobEvent,
  WorksQuery,
} from "./bindings";

export type * from "./bindings";

/** A failure of the engine, or one that only the window can have ("unreachable"). */
export type Failure = Omit<wire.Failure, "code"> & { code: string };

// The engine fills in what a request leaves out, so the generated types let it be left out.
// Here requests are sent whole, and what the engine tells of them is whole.
export type TextParameters = Required<wire.TextParameters>;
export type TextRequest = Required<Omit<wire.TextRequest, "parameters">> & { parameters: TextParameters };
export type TextModelInfo = Omit<wire.TextModelInfo, "defaults"> & { defaults: TextParameters };
export type SpeechRequest = Required<wire.SpeechRequest>;
export type TextRecipe = Omit<wire.TextRecipe, "request"> & { request: TextRequest };
export type SpeechRecipe = Omit<wire.SpeechRecipe, "request"> & { request: SpeechRequest };
export type TranscriptionRequest = Required<wire.TranscriptionRequest>;
export type TranscriptionRecipe = Omit<wire.TranscriptionRecipe, "request"> & { request: TranscriptionRequest };
export type MinutesSource = { kind: "recording"; request: TranscriptionRequest } | { kind: "transcript"; work: string };
export type ImageParameters = Required<wire.ImageParameters>;
export type ImageRequest = Required<Omit<wire.ImageRequest, "parameters">> & { parameters: ImageParameters };
export type ImageRecipe = Omit<wire.ImageRecipe, "request"> & { request: ImageRequest };
export type ImageSources = Required<wire.ImageSources>;
export type TravelParameters = Required<Omit<wire.TravelParameters, "camera">> & { camera: Required<wire.Camera> };
export type TravelRequest = { scenes: wire.Scene[]; parameters: TravelParameters };
export type TravelOrder = Required<Omit<wire.TravelOrder, "request">> & { request: TravelRequest };
export type RetimingOrder = Required<Omit<wire.RetimingOrder, "request">> & { request: Required<wire.RetimingRequest> };
export type StoryOrder = Required<Omit<wire.StoryOrder, "parameters">> & { parameters: TravelParameters };
export type FilmRecipe = Required<Omit<wire.FilmRecipe, "travel" | "retiming">> & { travel: TravelRequest | null; retiming: RetimingOrder | null };
export type CompositionRequest = Required<wire.CompositionRequest>;
export type CompositionRecipe = Omit<wire.CompositionRecipe, "request"> & { request: CompositionRequest };
export type Recipe = Omit<wire.Recipe, "text" | "speech" | "transcription" | "composition" | "image" | "film"> & {
  text?: TextRecipe | null;
  speech?: SpeechRecipe | null;
  transcription?: TranscriptionRecipe | null;
  composition?: CompositionRecipe | null;
  image?: ImageRecipe | null;
  film?: FilmRecipe | null;
};
export type WorkDetail = Omit<wire.WorkDetail, "made"> & { made: Recipe | null };

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

function channelTo<E>(listen: (event: E) => void): Channel<E> {
  const channel = new Channel<E>();
  channel.onmessage = listen;
  return channel;
}

// Half a character, as a cut emoji leaves it, is no text to the engine: it travels as U+FFFD.
const wellFormed = (text: string) => text.replace(/\p{Surrogate}/gu, "\u{fffd}");

const wellFormedRequest = (request: TextRequest): TextRequest => ({
  ...request,
  messages: request.messages.map((message) => ({ ...message, content: wellFormed(message.content) })),
});

export const ipc = {
  appState: () => unwrap(commands.appState()),
  models: () => unwrap(commands.models()),
  addModel: (path: string) => unwrap(commands.addModel(path)),
  removeModel: (id: string) => unwrap(commands.removeModel(id)),
  verifyModel: (id: string) => unwrap(commands.verifyModel(id)),
  loadText: (model: string, listen: (event: TextJobEvent) => void) =>
    unwrap(commands.loadText(model, channelTo(listen))) as Promise<TextModelInfo>,
  startText: (model: string, request: TextRequest, listen: (event: TextJobEvent) => void) =>
    unwrap(commands.startText(model, wellFormedRequest(request), channelTo(listen))),
  loadSpeech: (model: string, listen: (event: SpeechJobEvent) => void) => unwrap(commands.loadSpeech(model, channelTo(listen))),
  startSpeech: (model: string, request: SpeechRequest, listen: (event: SpeechJobEvent) => void) =>
    unwrap(commands.startSpeech(model, { ...request, text: wellFormed(request.text) }, channelTo(listen))),
  loadComposer: (model: string, listen: (event: CompositionJobEvent) => void) => unwrap(commands.loadComposer(model, channelTo(listen))),
  startComposition: (model: string, request: CompositionRequest, listen: (event: CompositionJobEvent) => void) =>
    unwrap(commands.startComposition(model, request, channelTo(listen))),
  startTranscription: (model: string, request: TranscriptionRequest, listen: (event: TranscriptionJobEvent) => void) =>
    unwrap(commands.startTranscription(model, request, channelTo(listen))),
  exportTranscript: (work: string, path: string) => unwrap(commands.exportTranscript(work, path)),
  startMinutes: (source: MinutesSource, listen: (event: MinutesJobEvent) => void) => unwrap(commands.startMinutes(source, channelTo(listen))),
  watchPlayer: (listen: (state: PlayerState) => void) => unwrap(commands.watchPlayer(channelTo(listen))),
  putOn: (sound: SoundId, from: number, play: boolean) => unwrap(commands.putOn(sound, from, play)),
  play: () => unwrap(commands.play()),
  pause: () => unwrap(commands.pause()),
  seek: (seconds: number) => unwrap(commands.seek(seconds)),
  setVolume: (volume: number) => unwrap(commands.setVolume(volume)),
  soundDevices: () => unwrap(commands.soundDevices()),
  soundPeaks: (sound: SoundId, columns: number) => unwrap(commands.soundPeaks(sound, columns)),
  soundSpectrogram: (sound: SoundId, from: number, to: number) => unwrap(commands.soundSpectrogram(sound, from, to)),
  startRecording: (listen: (event: RecorderEvent) => void) => unwrap(commands.startRecording(channelTo(listen))),
  stopRecording: () => unwrap(commands.stopRecording()),
  loadImage: (model: string, listen: (event: ImageJobEvent) => void) => unwrap(commands.loadImage(model, channelTo(listen))),
  startImage: (model: string, request: ImageRequest, sources: ImageSources, factor: number, keep: boolean, listen: (event: ImageJobEvent) => void) =>
    unwrap(commands.startImage(model, { ...request, prompt: wellFormed(request.prompt), negativePrompt: wellFormed(request.negativePrompt) }, sources, factor, keep, channelTo(listen))),
  startUpscale: (source: PictureSource, title: string, factor: number, listen: (event: ImageJobEvent) => void) =>
    unwrap(commands.startUpscale(source, wellFormed(title), factor, channelTo(listen))),
  promiseImage: (model: string, asked: ImageAsked) => unwrap(commands.promiseImage(model, asked)),
  promiseUpscale: (width: number, height: number, factor: number) => unwrap(commands.promiseUpscale(width, height, factor)),
  broughtPicture: (source: PictureSource, limit: number) => unwrap(commands.broughtPicture(source, limit)),
  lendWork: (id: string) => unwrap(commands.lendWork(id)),
  nearWords: (model: string, prompt: string, count: number) => unwrap(commands.nearWords(model, wellFormed(prompt), count)),
  startTravel: (order: TravelOrder, listen: (event: VideoJobEvent) => void) => {
    const scenes = order.request.scenes.map((scene) => ({ ...scene, prompt: wellFormed(scene.prompt) }));
    return unwrap(commands.startTravel({ ...order, request: { ...order.request, scenes } }, channelTo(listen)));
  },
  startRetiming: (order: RetimingOrder, listen: (event: VideoJobEvent) => void) => unwrap(commands.startRetiming(order, channelTo(listen))),
  startStory: (order: StoryOrder, listen: (event: VideoJobEvent) => void) =>
    unwrap(commands.startStory({ ...order, topic: wellFormed(order.topic) }, channelTo(listen))),
  promiseTravel: (order: TravelOrder) => unwrap(commands.promiseTravel(order)),
  promiseRetiming: (order: RetimingOrder, facts: ClipFacts) => unwrap(commands.promiseRetiming(order, facts)),
  clipFacts: (source: ClipSource) => unwrap(commands.clipFacts(source)),
  bringClip: (files: DroppedFile[]) => unwrap(commands.bringClip(files)),
  filmSheet: (film: FilmId) => unwrap(commands.filmSheet(film)),
  filmPictures: (film: FilmId, from: number, to: number) => unwrap(commands.filmPictures(film, from, to)),
  filmDifference: (film: FilmId, index: number) => unwrap(commands.filmDifference(film, index)),
  filmFlow: (film: FilmId, index: number) => unwrap(commands.filmFlow(film, index)),
  exportFilm: (film: FilmId, path: string) => unwrap(commands.exportFilm(film, path)),
  cancel: (job: number) => unwrap(commands.cancel(job)),
  tokenize: (model: string, text: string) => unwrap(commands.tokenize(model, wellFormed(text))),
  nextToken: (model: string, request: TextRequest, top: number) =>
    unwrap(commands.nextToken(model, wellFormedRequest(request), top)),
  works: (query: WorksQuery) => unwrap(commands.works(query)),
  openWork: (id: string) => unwrap(commands.openWork(id)) as Promise<WorkDetail>,
  workFile: (id: string) => unwrap(commands.workFile(id)),
  removeWork: (id: string) => unwrap(commands.removeWork(id)),
  restoreWork: (id: string) => unwrap(commands.restoreWork(id)),
  exportWork: (id: string, path: string) => unwrap(commands.exportWork(id, path)),
  settings: () => unwrap(commands.settings()),
  saveSettings: (settings: Settings) => unwrap(commands.saveSettings(settings)),
  vitals: () => unwrap(commands.vitals()),
  choosePicture: () => unwrap(commands.choosePicture()),
  chooseClip: () => unwrap(commands.chooseClip()),
  bringSound: (part: SoundPart) => unwrap(commands.bringSound(part)),
  chooseSound: () => unwrap(commands.chooseSound()),
  chooseFolder: () => unwrap(commands.chooseFolder()),
  chooseExport: (suggested: string) => unwrap(commands.chooseExport(suggested)),
};
