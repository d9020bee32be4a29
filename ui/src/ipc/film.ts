// Films on the wire, until the bindings have them.
import { Channel, invoke } from "@tauri-apps/api/core";
import type { Failure, SoundId, SpeechJobEvent, SpeechRequest } from "./bindings";

export type FilmFormat = "webp" | "gif" | "apng" | "mp4";
export type CameraMove = "still" | "zoomIn" | "zoomOut" | "panLeft" | "panRight" | "rotate" | "bob";
export interface Camera { move: CameraMove; strength: number; eased: boolean }
export interface TravelParameters { fps: number; size: number; keysPerSecond: number; seed: number | null; drift: number; circle: boolean; style: string | null; steps: number | null; guidance: number | null; camera: Camera }
export interface TravelRequest { scenes: { prompt: string; seconds: number }[]; parameters: TravelParameters }
export type Pace = "smoother" | "slower";
export interface RetimingRequest { factor: number; pace: Pace; sharpen: number }
export type Inbetweens = { kind: "best" } | { kind: "network"; model: string } | { kind: "blended" };
export type Narration = { kind: "work"; id: string } | { kind: "spoken"; model: string | null; request: SpeechRequest };
export interface TravelOrder { model: string | null; request: TravelRequest; inbetweens: Inbetweens; sharpen: boolean; format: FilmFormat; narration: Narration | null }
export type ClipSource = { kind: "files"; paths: string[]; fps: number } | { kind: "work"; id: string };
export interface DroppedFile { name: string; base64: string }
export interface ClipFacts { name: string; format: string; width: number; height: number; frames: number | null; seconds: number | null; fps: number; variable: boolean; poster: string }
export interface RetimingOrder { source: ClipSource; request: RetimingRequest; inbetweens: Inbetweens; format: FilmFormat }
export interface StoryOrder { topic: string; language: string; writer: string | null; speaker: string | null; voice: string | null; spoken: boolean; model: string | null; parameters: TravelParameters; inbetweens: Inbetweens; format: FilmFormat }
export interface StoryLine { text: string; prompt: string }
export interface VideoPlan { frames: number; keys: number; width: number; height: number }
export interface FilmPromise { seconds: number | null; memoryMb: number; measured: boolean; plan: VideoPlan }
export interface FilmCost { promised: FilmPromise; seconds: number; jobSeconds: number; firstFrameSeconds: number; outsideSeconds: number; memoryMb: number | null }
export type FrameKind = { kind: "key" } | { kind: "between"; time: number } | { kind: "held" };
export interface FrameMark { seconds: number; frame: FrameKind; difference: number }
export interface Caption { from: number; to: number; text: string }
export type FilmId = { kind: "take"; job: number } | { kind: "work"; id: string } | { kind: "clip"; source: ClipSource };
export interface FilmSheet { width: number; height: number; frames: FrameMark[]; ended: boolean; narration: SoundId | null; captions: Caption[] }
export interface VideoStats { seed: number; frames: number; keys: number; betweens: number; cuts: number; width: number; height: number; seconds: number; drawSeconds: number; enlargeSeconds: number; betweenSeconds: number }
export type VideoJobEvent =
  | { kind: "queued"; ahead: number }
  | { kind: "loading"; model: string; seconds: number; expectedSeconds: number | null }
  | { kind: "text"; text: string }
  | { kind: "lines"; lines: StoryLine[] }
  | { kind: "narration"; event: SpeechJobEvent }
  | { kind: "plan"; promise: FilmPromise; inbetween: string | null; upscaler: string | null }
  | { kind: "drawn"; done: number; total: number; from: number; to: number; share: number; picture: string }
  | { kind: "frames"; first: number; frames: FrameMark[]; preview: string | null }
  | { kind: "finishing" }
  | { kind: "done"; stats: VideoStats; cost: FilmCost; work: string | null; narration: string | null; bytes: number; keepFailure: Failure | null }
  | { kind: "failed"; failure: Failure };
export interface FilmRecipe { travel: TravelRequest | null; retiming: RetimingOrder | null; clip: string | null; format: FilmFormat; inbetween: string | null; upscaler: string | null; narration: string | null; captions: Caption[]; lines: StoryLine[]; keys: number[]; stats: VideoStats }

const channel = (listen: (event: VideoJobEvent) => void) => {
  const made = new Channel<VideoJobEvent>();
  made.onmessage = listen;
  return made;
};
type Listen = (event: VideoJobEvent) => void;

export const films = {
  chooseClip: () => invoke<string[]>("choose_clip"),
  bringClip: (files: DroppedFile[]) => invoke<ClipSource>("bring_clip", { files }),
  clipFacts: (source: ClipSource) => invoke<ClipFacts>("clip_facts", { source }),
  startTravel: (order: TravelOrder, listen: Listen) => invoke<number>("start_travel", { order, events: channel(listen) }),
  startRetiming: (order: RetimingOrder, listen: Listen) => invoke<number>("start_retiming", { order, events: channel(listen) }),
  startStory: (order: StoryOrder, listen: Listen) => invoke<number>("start_story", { order, events: channel(listen) }),
  promiseTravel: (order: TravelOrder) => invoke<FilmPromise>("promise_travel", { order }),
  promiseRetiming: (order: RetimingOrder, facts: ClipFacts) => invoke<FilmPromise>("promise_retiming", { order, facts }),
  filmSheet: (film: FilmId) => invoke<FilmSheet>("film_sheet", { film }),
  filmPictures: (film: FilmId, from: number, to: number) => invoke<ArrayBuffer>("film_pictures", { film, from, to }),
  filmDifference: (film: FilmId, index: number) => invoke<ArrayBuffer>("film_difference", { film, index }),
  filmFlow: (film: FilmId, index: number) => invoke<ArrayBuffer>("film_flow", { film, index }),
  exportFilm: (film: FilmId, path: string) => invoke<null>("export_film", { film, path }),
};
