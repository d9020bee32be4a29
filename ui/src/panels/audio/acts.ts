// What lessons do in the Audio panel, and its cards.
import type { Act, Language } from "../../ipc";
import { studio } from "../../ipc/studio.svelte";
import { busy, ended, given, inLanguage, inOwnLanguage, lacking, type Acts, type Outcome, type PlaceCard } from "../../shared/act";
import { navigation } from "../../shared/navigation.svelte";
import { composing } from "./compose.svelte";
import { examples } from "./examples";
import { speaking } from "./speak.svelte";
import { cards as shown, tabs, type Tab } from "./tabs.svelte";
import { tunes } from "./tunes";

type Given<A extends Act["act"]> = Extract<Act, { act: A }>;

function show(tab: Tab): void {
  tabs.open = tab;
  shown.open = false;
}

async function speak({ text, voice, seed }: Given<"audio.speak">, language: Language, stop: AbortSignal): Promise<Outcome> {
  if (!studio.speechModel) return lacking;
  if (speaking.running) return busy;
  navigation.lead("audio");
  show("speak");
  speaking.clear();
  Object.assign(speaking, { text: inLanguage(text, language), voice: voice ? inLanguage(voice, language) : null, speed: 1, seed: seed ?? null });
  void speaking.start();
  await begun(() => speaking.phase !== "idle", stop);
  if (speaking.phase === "idle") return lacking;
  return ended([speaking], stop, () => ({ texts: [speaking.text] }));
}

async function compose(asked: Given<"audio.compose">, _language: Language, stop: AbortSignal): Promise<Outcome> {
  const { act: _act, ...rest } = asked;
  if (!studio.composer) return lacking;
  if (composing.running) return busy;
  navigation.lead("audio");
  show("compose");
  composing.clear();
  Object.assign(composing, { tempo: null, accompaniment: "auto", temperature: null, ...given(rest) });
  void composing.start();
  if (!composing.running) return lacking;
  return ended([composing], stop, () => ({ texts: [composing.asked?.title ?? ""] }));
}

/** Another voice may have to be read into memory first. */
const WAIT_MS = 50;
const MOST_WAITS = 1200;

async function begun(has: () => boolean, stop: AbortSignal): Promise<void> {
  for (let waits = 0; waits < MOST_WAITS && !has() && !stop.aborted; waits += 1) await new Promise((resolve) => setTimeout(resolve, WAIT_MS));
}

export const acts: Acts = { "audio.speak": speak, "audio.compose": compose };

function say(id: string): void {
  const example = examples.find((one) => one.id === id);
  if (!example) return;
  navigation.go("audio");
  show("speak");
  void speaking.runExample(example);
}

function play(id: string): void {
  const example = tunes.find((one) => one.id === id);
  if (!example) return;
  navigation.go("audio");
  show("compose");
  composing.runExample(example);
}

export const cards: readonly PlaceCard[] = [
  ...examples.flatMap(({ id, at, topic, title }) => (at ? [{ id, at, topic, words: title, pictures: [], run: () => say(id) }] : [])),
  ...tunes.flatMap(({ id, at, topic, title }) => (at ? [{ id: `tune-${id}`, at, topic, words: title, pictures: [], run: () => play(id) }] : [])),
];

export const begin = (): void => say("anchor");

export const reveal = (anchor: string): void => show(anchor === "audio.notes" ? "compose" : "speak");

/** What was said, or the tune that was written, as the act that does it again. */
export function record(did: object): Act | null {
  if (did === speaking && speaking.made) {
    const { text } = speaking.made.request;
    return { act: "audio.speak", text: inOwnLanguage(text), voice: null, seed: speaking.stats?.seed ?? null };
  }
  if (did !== composing || !composing.made) return null;
  const { mood, metre, mode, key, bars, tempo, instrument, accompaniment, form } = composing.made.request;
  return { act: "audio.compose", seed: composing.made.stats.seed, mood, metre, mode, key, bars, tempo, instrument, accompaniment, form };
}
