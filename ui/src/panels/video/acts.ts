// What lessons do in the Video panel, and its cards.
import type { Act, Language, SubjectChoice } from "../../ipc";
import { studio } from "../../ipc/studio.svelte";
import { busy, ended, inLanguage, inOwnLanguage, lacking, type Acts, type Outcome, type PlaceCard } from "../../shared/act";
import { navigation } from "../../shared/navigation.svelte";
import { examples, pictures } from "./examples";
import { Film } from "./film.svelte";
import { cards as shown, tabs } from "./tabs.svelte";
import { travel } from "./travel.svelte";

type Given<A extends Act["act"]> = Extract<Act, { act: A }>;

const SECONDS = 1.5;
const BY_WORDS: SubjectChoice = { kind: "words" };
/** Of a lesson that names none: the same film every time. */
const SEED = 7;

function show(): void {
  tabs.open = "travel";
  shown.open = false;
}

async function film({ scenes, seed, seconds }: Given<"video.travel">, language: Language, stop: AbortSignal): Promise<Outcome> {
  if (!studio.imageModel) return lacking;
  if (travel.film.running) return busy;
  navigation.lead("video");
  show();
  // What was in view is held, and must not be closed.
  travel.film = new Film();
  Object.assign(travel, { seed: seed ?? SEED, style: null, move: "still", circle: false, drift: 0, narration: null });
  travel.board.restore(scenes.map((prompt) => ({ prompt: inLanguage(prompt, language), seconds: seconds ?? SECONDS, subject: BY_WORDS })));
  travel.start();
  const made = travel.film;
  return ended([made], stop, () => ({ texts: [travel.filmed], picture: made.preview }));
}

export const acts: Acts = { "video.travel": film };

function run(id: string): void {
  const example = examples.find((one) => one.id === id);
  if (!example) return;
  navigation.go("video");
  show();
  travel.runExample(example);
}

export const cards: readonly PlaceCard[] = examples.flatMap((example) => {
  const { id, at, topic, title } = example;
  return at ? [{ id, at, topic, words: title, pictures: pictures(example), run: () => run(id) }] : [];
});

export const begin = (): void => run("seasons");

/** A lesson's film has no more scenes. */
const MOST_SCENES = 6;

/** A film from prompt to prompt, as the act that makes it again. */
export function record(did: object): Act | null {
  if (did !== travel.film) return null;
  const { scenes, parameters } = travel.request;
  if (scenes.length > MOST_SCENES) return null;
  const [first] = scenes;
  return { act: "video.travel", scenes: scenes.map(({ prompt }) => inOwnLanguage(prompt)), seed: parameters.seed, seconds: first?.seconds ?? null };
}
