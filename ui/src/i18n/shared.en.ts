// The English words of what every place shows.
import { counted } from "./numbers.en";

export const app = {
  name: "Quartet",
  skipToStage: "Skip to the stage",
  rail: "Places",
  compose: "Compose",
  composeOpen: "Open the compose pane",
  composeClose: "Fold the compose pane away",
  stage: "Stage",
  inside: "Inside this run",
  statusStrip: "Status",
  resizeCompose: "Resize the compose pane",
  resizeInside: "Resize the inside pane",
  loadingPlace: "Opening…",
  placeFailed: "This part of the window could not be opened.",
  generatedByAi: "AI-generated · 由 AI 生成",
};

export const units = {
  seconds: (value: string) => `${value} s`,
  minutes: (value: string) => `${value} min`,
};

/** Marks between words that stand together in the markup. */
export const marks = {
  colon: ": ",
  /** Between things of a list. */
  comma: ", ",
  /** Between whole sentences. */
  sentence: " ",
  beside: (words: string, term: string) => `${words} (${term})`,
};

export const places = {
  start: "Start",
  text: "Text",
  image: "Image",
  audio: "Audio",
  video: "Video",
  library: "Library",
  models: "Models",
  settings: "Settings",
};

export const actions = {
  copy: "Copy",
  copied: "Copied",
  close: "Close",
  undo: "Undo",
  tryAgain: "Try again",
  openModels: "Open Models",
  openSettings: "Open Settings",
  newConversation: "New conversation",
  cancel: "Cancel",
  more: "More",
  details: "Technical details",
  copyDetails: "Copy the details",
  reset: "Reset",
  help: "Help and keys",
  copyCode: "Copy the code",
  codeOf: (language: string) => `Code (${language})`,
};

export const failure = {
  title: "That did not work",
  warning: "Noticed at the start",
  notKept: "What you write here is not kept at the moment.",
  next: "What to do",
  code: (code: string) => `code: ${code}`,
};

export const phases = {
  idle: "",
  loading: "Loading the model",
  queued: "Waiting its turn",
  prompt: "Reading your prompt",
  writing: "Writing",
  stopping: "Stopping",
  done: "Done",
  stopped: "Stopped",
  failed: "Failed",
  ahead: (count: number) => `${counted(count, "job", "jobs")} ahead`,
  left: (time: string) => `${time} left`,
  atMostLeft: (time: string) => `at most ${time} left`,
  ofTokens: (done: string, total: string) => `${done} of ${total} tokens`,
  tokens: (count: number) => counted(count, "token", "tokens"),
  reused: (count: number) => `${counted(count, "token", "tokens")} remembered from before`,
  announceStart: "The model starts.",
  announceDone: (count: number, time: string) => `Answer finished: ${counted(count, "token", "tokens")} in ${time}.`,
  announceStopped: "Stopped. What was written stays.",
  announceFailed: (message: string) => `Failed: ${message}`,
};

export const inside = {
  open: "Inside",
  openTitle: "Look inside this run (I)",
  closed: "Close the inside pane",
  statistics: "This run in numbers",
  noRun: "Run something, and its numbers appear here.",
  numbers: "In numbers",
  promised: "Promised",
};

export const player = {
  name: "Player",
  play: "Play",
  pause: "Pause",
  volume: "Loudness",
  place: "Place in the sound",
  placeOf: (at: string, all: string) => `${at} of ${all}`,
  device: "Played on",
  systemDevice: "The system's device",
  waiting: "Waiting for the next sentence…",
  noSound: "No sound can be heard here",
  waveform: "Outline of the sound",
};

/** What a prompt names and no picture shows, of pictures and of films. */
export const notDrawn = {
  nearest: (words: string, thing: string) => `No “${words}” is known; the nearest is drawn: ${thing}.`,
  kind: (words: string, thing: string) => `“${words}” is a kind; a typical one is drawn: ${thing}.`,
  leftOut: (thing: string, words: string) => `Draws one thing: ${thing}. Left out: ${words}.`,
  several: (words: string) => `more than one (${words})`,
  other: (thing: string, words: string) => `${thing} (${words})`,
  quoted: (words: string) => `“${words}”`,
  negation: (words: string, thing: string) => `“${words}” has no effect: the model draws what is named and cannot leave things out. It draws: ${thing}.`,
};

export const cards = {
  sections: { mine: "Mine", favourites: "Favourites", class: "For class", work: "For work" },
  surprise: "Surprise me",
  surprised: (name: string) => `Surprise: ${name}.`,
  keep: "Keep as a card",
  kept: "Kept as a card of yours. Give it a name.",
  name: "Name of the card",
  rename: (name: string) => `Rename the card: ${name}`,
  remove: (name: string) => `Delete the card: ${name}`,
  removed: (name: string) => `The card “${name}” was deleted.`,
  star: (name: string) => `Favourite: ${name}`,
  starred: "Shown first from now on.",
  unstarred: "No favourite any more.",
};
