// The example cards: data, in both languages, with what they draw; and the cards of one's own.
import type { CameraMove, LocalText } from "../../ipc";
import { Deck, isLocal, pick, type Card } from "../../shared/deck.svelte";
import { isRecord } from "../../shared/keeping.svelte";
import { oneOf } from "../../shared/keeping.svelte";
import clipsJson from "./clips.json";
import examplesJson from "./examples.json";
import { LEAST_SECONDS, MOST_SCENES } from "./scenes";
import storiesJson from "./stories.json";

export const MOVES: readonly CameraMove[] = ["still", "zoomIn", "zoomOut", "panLeft", "panRight", "rotate", "bob"];

export interface Example extends Card {
  title: LocalText;
  scenes: { prompt: LocalText; seconds: number }[];
  style?: string;
  move?: CameraMove;
  circle?: boolean;
  seed?: number;
  /** Of a card of one's own. */
  settings?: { size?: number; fps?: number; drift?: number; keysPerSecond?: number; strength?: number };
}

export const examples = examplesJson as Example[];

export interface Story extends Card {
  /** What the story is to be about. */
  about: LocalText;
  /** Of a card of one's own. */
  own?: { style: string | null; move: CameraMove; spoken: boolean };
}

export const stories = storiesJson as Story[];

/** What becomes of a clip that a person brings. */
export interface ClipExample extends Card {
  title: LocalText;
  motion: "same" | "slower" | "smoother";
  factor: number;
  sharpen: number;
}

const sceneOf = (kept: unknown) => (isRecord(kept) && isLocal(kept["prompt"]) ? { prompt: kept["prompt"], seconds: typeof kept["seconds"] === "number" ? kept["seconds"] : LEAST_SECONDS } : null);

const kinds = { size: "number", fps: "number", drift: "number", keysPerSecond: "number", strength: "number" } as const;

export const travels = new Deck<Example>("travel", examples, ({ id, topic, title, scenes, move, settings, ...rest }) => {
  if (!isLocal(title) || !Array.isArray(scenes)) return null;
  const read = (scenes as unknown[]).slice(0, MOST_SCENES).map(sceneOf).filter((scene) => scene !== null);
  if (read.length === 0) return null;
  return { id: String(id), topic: topic as LocalText, title, scenes: read, move: oneOf(MOVES, move, "still"), ...pick<Example>(rest, { style: "string", circle: "boolean", seed: "number" }), settings: isRecord(settings) ? pick<NonNullable<Example["settings"]>>(settings, kinds) : {} };
});

export const told = new Deck<Story>("story", stories, ({ id, topic, about, own }) => {
  if (!isLocal(about) || !isRecord(own)) return null;
  const style = typeof own["style"] === "string" ? own["style"] : null;
  return { id: String(id), topic: topic as LocalText, about, own: { style, move: oneOf(MOVES, own["move"], "zoomIn"), spoken: own["spoken"] !== false } };
});

/** None are one's own: a clip is not part of a card. */
export const clips = new Deck<ClipExample>("clip", clipsJson as ClipExample[], () => null);

const drawn = import.meta.glob<string>("./cards/*.jpg", { eager: true, query: "?url", import: "default" });

/** What the scenes of the card show, as small as the model draws them: see `make-cards.mjs`. */
export function pictures({ id, scenes }: Example): string[] {
  return scenes.map((_, at) => drawn[`./cards/${id}-${at}.jpg`]).filter((address) => address !== undefined);
}
