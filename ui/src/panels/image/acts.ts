// What lessons do in the Image panel, and its cards.
import type { Act, Language } from "../../ipc";
import { studio } from "../../ipc/studio.svelte";
import { busy, ended, failedWith, inLanguage, inOwnLanguage, lacking, nothing, type Acts, type Outcome, type PlaceCard } from "../../shared/act";
import { navigation } from "../../shared/navigation.svelte";
import { desk } from "./desk.svelte";
import { Drawing } from "./drawing.svelte";
import { examples, PLAIN, pictures } from "./examples";

type Given<A extends Act["act"]> = Extract<Act, { act: A }>;

async function draw({ prompt, seed, steps, guidance, count }: Given<"image.draw">, language: Language, stop: AbortSignal): Promise<Outcome> {
  if (!studio.imageModel) return lacking;
  if (desk.drawing.running || desk.enlarging.drawing.running) return busy;
  navigation.lead("image");
  Object.assign(desk, PLAIN, { mode: "draw", draft: inLanguage(prompt, language), subject: { kind: "words" }, style: null, seed: seed ?? null, steps: steps ?? null, guidance: guidance ?? null, count: count ?? 1 });
  return drawn(desk.seed, false, stop);
}

async function drawn(seed: number | null, keep: boolean, stop: AbortSignal): Promise<Outcome> {
  desk.draw(seed, { keep, apart: true });
  const { drawing } = desk;
  return ended([drawing], stop, () => {
    const used = drawing.stats?.seed ?? seed;
    return { texts: [drawing.request?.prompt ?? ""], picture: drawing.pictures[0]?.src ?? null, seed: used, keep: keep ? null : () => drawn(used, true, new AbortController().signal) };
  });
}

const noSteps = failedWith({
  code: "noSteps",
  message: { en: "There is no drawing yet whose way from noise could be shown.", zh: "还没有画好的图片，看不到它从噪声开始的过程。" },
  nextStep: { en: "Go back one step and let it draw.", zh: "请回到上一步，让它先画一张。" },
  detail: "",
});

async function step({ step: share }: Given<"image.step">): Promise<Outcome> {
  navigation.lead("image");
  const frames = desk.inView?.frames ?? [];
  if (frames.length === 0) return noSteps;
  // Behind the last step stands the picture.
  const at = Math.round(share * frames.length);
  desk.frame = at === frames.length ? null : at;
  const picture = frames[at]?.previews[0] ?? desk.inView?.pictures[0]?.src ?? null;
  return { ...nothing, picture };
}

export const acts: Acts = { "image.draw": draw, "image.step": step };

function run(id: string): void {
  const example = examples.find((one) => one.id === id);
  if (!example) return;
  navigation.go("image");
  desk.mode = "draw";
  desk.runExample(example);
}

export const cards: readonly PlaceCard[] = examples.flatMap((example) => {
  const { id, at, topic, prompt } = example;
  return at ? [{ id, at, topic, words: prompt, pictures: pictures(example), run: () => run(id) }] : [];
});

/** One after the other on a screen that nobody is at. */
export const shows: readonly Act[] = examples.map(({ prompt, seed }) => ({ act: "image.draw", prompt, seed: seed ?? null, steps: null, guidance: null, count: 1 }));

export const begin = (): void => run("story");

/** A lesson draws no more at once. */
const MOST = 4;

/** A drawing from words, as the act that draws it again. What grew out of another picture is none. */
export function record(did: object): Act | null {
  if (!(did instanceof Drawing) || did !== desk.drawing || !did.request || did.pictures.some(({ start }) => start !== null)) return null;
  const { prompt, parameters } = did.request;
  const { count, steps, guidance } = parameters;
  return { act: "image.draw", prompt: inOwnLanguage(prompt), seed: did.stats?.seed ?? null, steps, guidance, count: count > 1 ? Math.min(count, MOST) : null };
}
