// What the Video panel makes of results of others: pictures become scenes, a text a story, a sound lies under a
// film, a film is slowed down.
import Clapperboard from "@lucide/svelte/icons/clapperboard";
import Gauge from "@lucide/svelte/icons/gauge";
import Music from "@lucide/svelte/icons/music";
import { i18n } from "../../i18n/index.svelte";
import { ipc } from "../../ipc";
import { theme, type Result, type Taken, type Taking } from "../../shared/sendOn";
import { MOST_SCENES } from "./scenes";

const TOLD = new Set(["text", "minutes", "transcript", "speech"]);
const SOUNDS = new Set(["speech", "tune"]);
/** Letters of a topic that the lines can still do justice to. */
const MOST_LETTERS = 160;
const SECONDS = 1.5;

const desks = async () => {
  const [{ travel }, { story }, { clip }, { cards, tabs }] = await Promise.all([import("./travel.svelte"), import("./story.svelte"), import("./clip.svelte"), import("./tabs.svelte")]);
  return { travel, story, clip, cards, tabs };
};

/** The scenes of pictures, with their luck and look where all have the same; of one picture, what it becomes is left open. */
async function film({ shown = [] }: Result): Promise<Taken> {
  const { travel, tabs, cards } = await desks();
  const { board, style, seed } = travel;
  const scenes = shown.map(({ prompt, subject }) => ({ prompt, subject, seconds: SECONDS }));
  const before = board.isEmpty ? null : board.scenes;
  board.replace(scenes.length > 1 ? scenes : [...scenes, { prompt: "", seconds: SECONDS }]);
  const [first] = shown;
  const alike = <K extends "style" | "seed">(name: K) => (first && shown.every((one) => one[name] === first[name]) ? first[name] : null);
  Object.assign(travel, { style: alike("style") ?? style, seed: alike("seed") ?? seed });
  tabs.open = "travel";
  cards.open = false;
  const undo = () => {
    board.replace(before ?? []);
    Object.assign(travel, { style, seed });
    tabs.open = "travel";
  };
  return { field: scenes.length > 1 ? "scene-0-prompt" : "scene-1-prompt", undo: before === null ? null : undo };
}

async function tell(result: Result): Promise<Taken> {
  const { story, tabs, cards } = await desks();
  const { topic } = story;
  story.topic = theme(result, MOST_LETTERS);
  tabs.open = "story";
  cards.open = false;
  return { field: "story-topic", undo: topic.trim() === "" ? null : () => void (story.topic = topic) };
}

async function lay({ work }: Result): Promise<Taken> {
  const { travel, tabs, cards } = await desks();
  const { narration, format } = travel;
  await travel.findSpeeches();
  travel.narrate(work);
  tabs.open = "travel";
  cards.open = false;
  return { field: "video-narration", undo: narration === null ? null : () => void Object.assign(travel, { narration, format }) };
}

/** The film as it was asked for, with the choice of sounds in reach: made again, its frames are the same. */
async function accompany({ work }: Result): Promise<Taken | null> {
  const { travel, tabs, cards } = await desks();
  if (travel.film.running) return null;
  const before = travel.board.isEmpty && travel.film.phase === "idle";
  const back = travel.hold();
  await travel.findSpeeches();
  travel.open(await ipc.openWork(work ?? ""));
  travel.narrate(travel.narration ?? travel.speeches[0]?.id ?? null);
  tabs.open = "travel";
  cards.open = false;
  return { field: "video-narration", undo: before ? null : back };
}

async function slow({ work }: Result): Promise<Taken | null> {
  const { clip, tabs } = await desks();
  if (clip.film.running) return null;
  const { source } = clip;
  tabs.open = "clip";
  await clip.take(work ?? "");
  const undo = () => (source?.kind === "work" ? clip.take(source.id) : clip.bring(source?.paths ?? []));
  return { field: "video-make", undo: source === null ? null : undo };
}

export const takes: readonly Taking[] = [
  {
    id: "film",
    place: "video",
    icon: Clapperboard,
    label: ({ shown = [] }) => {
      if (shown.length > MOST_SCENES) return i18n.t.video.filmCount(MOST_SCENES);
      return shown.length > 1 ? i18n.t.video.filmThese : i18n.t.video.filmIt;
    },
    takes: ({ kind, shown = [] }) => kind === "pictures" && shown.some((one) => one.prompt.trim() !== ""),
    take: film,
  },
  {
    id: "story",
    place: "video",
    icon: Clapperboard,
    label: () => i18n.t.video.filmIt,
    takes: ({ kind, words }) => TOLD.has(kind) && words.trim() !== "",
    take: tell,
  },
  {
    id: "sound",
    place: "video",
    icon: Music,
    label: ({ kind }) => (kind === "tune" ? i18n.t.video.music : i18n.t.video.voice),
    takes: ({ kind, work }) => SOUNDS.has(kind) && work !== null,
    take: lay,
  },
  { id: "music", place: "video", icon: Music, label: () => i18n.t.video.accompany, takes: ({ kind, work, from, ofScenes = false }) => kind === "film" && ofScenes && work !== null && from !== "video", take: accompany },
  { id: "clip", place: "video", icon: Gauge, label: () => i18n.t.video.asClip, takes: ({ kind, work, from }) => kind === "film" && work !== null && from !== "video", take: slow },
];
