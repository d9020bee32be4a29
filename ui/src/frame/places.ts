// The places of the window: icon, accent, and what shows there. Only Start is in the first
// bundle; the others are loaded when they are first opened.
import AudioLines from "@lucide/svelte/icons/audio-lines";
import Boxes from "@lucide/svelte/icons/boxes";
import Film from "@lucide/svelte/icons/film";
import House from "@lucide/svelte/icons/house";
import Image from "@lucide/svelte/icons/image";
import Library from "@lucide/svelte/icons/library";
import MessageSquareText from "@lucide/svelte/icons/message-square-text";
import Settings from "@lucide/svelte/icons/settings";
import type { Component } from "svelte";
import type { Skill } from "../ipc";
import type { Place } from "../shared/navigation.svelte";

export const icons: Record<Place, typeof Image> = {
  start: House,
  text: MessageSquareText,
  image: Image,
  audio: AudioLines,
  video: Film,
  library: Library,
  models: Boxes,
  settings: Settings,
};

export const accents: Record<Place, "text" | "image" | "audio" | "video" | "quiet"> = {
  start: "quiet",
  text: "text",
  image: "image",
  audio: "audio",
  video: "video",
  library: "quiet",
  models: "quiet",
  settings: "quiet",
};

/** What the models of a place are asked for, most important first. */
export const skills: Record<Place, readonly Skill[]> = {
  start: [],
  text: ["text"],
  image: ["image", "upscale"],
  audio: ["speech", "transcription", "composition"],
  video: ["image", "inbetween"],
  library: [],
  models: [],
  settings: [],
};

type Loader = () => Promise<{ default: Component }>;

export const loaders: Record<Exclude<Place, "start">, Loader> = {
  text: () => import("../panels/text/TextPanel.svelte"),
  image: () => import("../panels/image/ImagePanel.svelte"),
  audio: () => import("../panels/audio/AudioPanel.svelte"),
  video: () => import("../panels/video/VideoPanel.svelte"),
  library: () => import("../views/library/LibraryView.svelte"),
  models: () => import("../views/models/ModelsView.svelte"),
  settings: () => import("../views/settings/SettingsView.svelte"),
};
