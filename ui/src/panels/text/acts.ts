// What lessons do in the Text panel, and its cards.
import { i18n } from "../../i18n/index.svelte";
import { asFailure, ipc, type Act, type Language, type TextModelInfo } from "../../ipc";
import { studio } from "../../ipc/studio.svelte";
import { both } from "../../shared/deck.svelte";
import { busy, ended, failedWith, given, inLanguage, inOwnLanguage, lacking, nothing, type Acts, type Outcome, type PlaceCard } from "../../shared/act";
import { layout } from "../../shared/layout.svelte";
import { navigation } from "../../shared/navigation.svelte";
import { messagesFor, Turn, type Answer } from "./conversation.svelte";
import { desk } from "./desk.svelte";
import { examples } from "./examples";
import { Glance } from "./glance";
import { TextJob } from "./job.svelte";
import { visiblePiece } from "./pieces";

type Given<A extends Act["act"]> = Extract<Act, { act: A }>;

/** So many of the likeliest beginnings are told. */
const BEGINNINGS = 5;
const SAMPLE_TOKENS = 48;
const SAMPLE_SEED = 7;

/** A free desk in view; null where it is at work or there is no model. */
function ready(): Outcome | null {
  if (!studio.textModel) return lacking;
  if (desk.running) return busy;
  navigation.lead("text");
  return null;
}

async function ask(asked: Given<"text.ask">, language: Language, stop: AbortSignal): Promise<Outcome> {
  const no = ready();
  if (no) return no;
  const { prompt, system, seed, temperature, maxTokens, probabilities } = asked;
  desk.clear({ system: system ? inLanguage(system, language) : null, overrides: given({ seed, temperature, maxTokens }) });
  desk.probabilities = probabilities === true;
  desk.ask(inLanguage(prompt, language), null);
  const job = desk.conversation.last?.answer?.job;
  return job ? ended([job], stop, () => ({ texts: [job.text] })) : lacking;
}

async function compare({ a, b, maxTokens }: Given<"text.compare">, language: Language, stop: AbortSignal): Promise<Outcome> {
  const no = ready();
  if (no) return no;
  desk.clear({ mode: "two" });
  const { lanes } = desk.compare;
  desk.compare.lesson = null;
  [a, b].forEach((side, at) => {
    const prompt = inLanguage(side.prompt, language);
    Object.assign(lanes[at === 0 ? 0 : 1], { prompt, temperature: side.temperature ?? null, seed: side.seed ?? null, model: null });
  });
  desk.compare.samePrompt = lanes[0].prompt === lanes[1].prompt;
  desk.compare.run(null, given({ maxTokens }));
  return ended(lanes.map((lane) => lane.job), stop, () => ({ texts: lanes.map((lane) => lane.job.text) }));
}

/** What Inside shows of words that nobody has sent. */
async function look(words: string, stop: AbortSignal, asked: (model: string, info: TextModelInfo) => Promise<string>): Promise<Outcome> {
  const no = ready();
  if (no) return no;
  desk.clear({ draft: words });
  layout.inside = true;
  const model = studio.textModel?.id ?? "";
  try {
    const text = await asked(model, await studio.textInfo(model));
    return stop.aborted ? { ...nothing, phase: "stopped" } : { ...nothing, texts: [text] };
  } catch (thrown) {
    return failedWith(asFailure(thrown));
  }
}

function nextWord({ prompt }: Given<"text.nextWord">, language: Language, stop: AbortSignal): Promise<Outcome> {
  const words = inLanguage(prompt, language);
  return look(words, stop, async (model, info) => {
    const beginnings = await desk.likeliest(model, messagesFor(new Turn(words, null), desk.system ?? info.systemPrompt));
    return i18n.list(beginnings.slice(0, BEGINNINGS).map(({ piece, logprob }) => i18n.t.marks.beside(visiblePiece(piece), i18n.percent(Math.exp(logprob)))));
  });
}

function tokens({ text }: Given<"text.tokens">, language: Language, stop: AbortSignal): Promise<Outcome> {
  const words = inLanguage(text, language);
  return look(words, stop, async (model) => i18n.t.phases.tokens((await ipc.tokenize(model, words)).length));
}

export const acts: Acts = { "text.ask": ask, "text.nextWord": nextWord, "text.tokens": tokens, "text.compare": compare };

function run(id: string): void {
  const example = examples.find((one) => one.id === id);
  if (!example) return;
  navigation.go("text");
  desk.runExample(example);
}

export const cards: readonly PlaceCard[] = examples.flatMap(({ id, at, topic, title }) => (at ? [{ id, at, topic, words: title, pictures: [], run: () => run(id) }] : []));

/** What stands on the card of Start. */
export function begin(): void {
  const [card] = examples;
  if (!card) return;
  const { system: _system, ...rest } = card;
  navigation.go("text");
  desk.runExample({ ...rest, prompt: both(i18n.t.guide.askSample), parameters: { maxTokens: SAMPLE_TOKENS, seed: SAMPLE_SEED } });
}

const SHOWN_TOKENS = 70;
/** One after the other on a screen that nobody is at. */
export const shows: readonly Act[] = examples.map(({ prompt, system }) => ({ act: "text.ask", prompt, system: system ?? null, seed: SAMPLE_SEED, temperature: null, maxTokens: SHOWN_TOKENS, probabilities: false }));

/** What was asked last in the conversation that stands on the desk. */
export const lastAsked = (): string | null => desk.conversation.last?.prompt ?? null;

/** As long an answer as a lesson may ask for. */
const MOST_TOKENS = 1024;

/** What was asked, looked at or compared, as the act that does it again. Of a conversation its last question. */
export function record(did: object): Act | "partly" | null {
  if (did instanceof Glance) {
    const words = inOwnLanguage(did.words);
    return did.kind === "nextWord" ? { act: "text.nextWord", prompt: words } : { act: "text.tokens", text: words };
  }
  if (!(did instanceof TextJob)) return null;
  if (desk.compare.lanes.some(({ job }) => job === did)) return compared();
  const answer = desk.conversation.path.map((turn) => turn.answer).find((one) => one?.job === did);
  return answer ? asked(answer) : null;
}

function asked({ turn, request, job }: Answer): Act | null {
  if (!request) return null;
  const { temperature, maxTokens } = request.parameters;
  const system = desk.system?.trim() ? inOwnLanguage(desk.system) : null;
  return { act: "text.ask", prompt: inOwnLanguage(turn.prompt), system, seed: job.stats?.seed ?? null, temperature, maxTokens: Math.min(maxTokens, MOST_TOKENS), probabilities: desk.probabilities };
}

/** Once both lanes are done. */
function compared(): Act | "partly" {
  const [a, b] = desk.compare.lanes;
  if (a.job.phase !== "done" || b.job.phase !== "done") return "partly";
  const side = ({ asked, sent, job }: typeof a) => ({ prompt: inOwnLanguage(asked ?? ""), temperature: sent?.request?.parameters.temperature ?? null, seed: job.stats?.seed ?? null });
  const most = a.sent?.request?.parameters.maxTokens ?? null;
  return { act: "text.compare", a: side(a), b: side(b), maxTokens: most === null ? null : Math.min(most, MOST_TOKENS) };
}
