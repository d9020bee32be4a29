// The English words of the frame.
import { counted } from "../../i18n/numbers.en";

export const status = {
  noModel: "No model",
  modelNotLoaded: "not loaded",
  modelLoading: "loading…",
  modelReady: "ready",
  modelFailed: "could not be loaded",
  device: "Device",
  memory: (used: string) => `${used} memory`,
  memoryTitle: (models: string, budget: string) => `Models hold ${models} of a budget of ${budget}`,
  offline: (connections: number) => `Offline: ${counted(connections, "connection", "connections")}`,
  offlineUncounted: "Offline",
  online: (connections: number) => `${counted(connections, "connection", "connections")} open`,
  language: "Switch the language to Chinese",
  unreachable: "engine not reachable",
};

export const keys = {
  title: "Keys",
  lead: "Everything works from the keyboard. Single letters work while you are not typing.",
  panels: "Text, Image, Audio, Video, Library, Models, Settings",
  generate: "Generate",
  tokens: "Walk along the tokens (with probabilities on)",
  tokensKeys: "← → Enter",
  film: "Play a film, walk along its frames; on its timeline, from key frame to key frame",
  filmKeys: "Space ← → PgUp PgDn",
  close: "Close what is open",
};

export * from "./stage.en";
