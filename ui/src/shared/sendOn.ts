// What a result can become in another place: one list for every panel and for the library. Each modality says
// in its own folder (`takes.ts`) what it takes; nothing is started before the person presses the button there.
import { tick, type Component } from "svelte";
import { i18n } from "../i18n/index.svelte";
import { asFailure, type Modality, type SubjectChoice, type WorkDetail } from "../ipc";
import { announcer } from "./announcer.svelte";
import { reach } from "./focus";
import { gist } from "./gist";
import { layout } from "./layout.svelte";
import { plainText } from "./markdown";
import { navigation } from "./navigation.svelte";
import { toasts } from "./toast.svelte";
import { undoOffer } from "./undo.svelte";
import { visitor } from "./visitor.svelte";

/** How a picture was asked for: enough to draw it again in a film. */
export interface Shown {
  prompt: string;
  subject: SubjectChoice | null;
  style: string | null;
  seed: number | null;
}

export type Kind = "text" | "minutes" | "transcript" | "speech" | "tune" | "pictures" | "enlarged" | "film";

export interface Result {
  kind: Kind;
  /** What it says: an answer, a prompt, what is spoken, a title. Of texts and minutes, Markdown. */
  words: string;
  /** Its id in the library; null where it was not kept. */
  work: string | null;
  /** The panel that shows it; none: the library. */
  from?: Modality;
  /** Of pictures. */
  shown?: readonly Shown[];
  /** Of a film: it was made of words, and can be made again with a sound. */
  ofScenes?: boolean;
}

export interface Taken {
  /** The field that was filled, by its test id. */
  field: string;
  /** Puts back what stood there; null where nothing did. */
  undo: (() => void | Promise<void>) | null;
}

/** One thing that a modality can make of results of others. */
export interface Taking {
  /** What its test id ends with. */
  id: string;
  place: Modality;
  icon: Component<{ "aria-hidden": "true" }>;
  label: (result: Result) => string;
  takes: (result: Result) => boolean;
  /** Fills the desk; null where it is at work and must not be disturbed. */
  take: (result: Result) => Promise<Taken | null>;
}

let takings: readonly Taking[] = [];

/** What the modalities take, in the order of the menu. */
export function register(all: readonly Taking[]): void {
  takings = all;
}

export function offers(result: Result | null): Taking[] {
  return result === null ? [] : takings.filter((taking) => visitor.allows(taking.place) && taking.takes(result));
}

/** Works of the library as results; null for what a later version made. */
export function resultOf({ work, content, made }: WorkDetail): Result | null {
  const result = (kind: Kind, words: string): Result => ({ kind, words, work: work.id });
  if (!made) return null;
  if (made.text) return result("text", content);
  if (made.minutes) return result("minutes", content);
  if (made.transcription) return result("transcript", made.transcription.segments.map((segment) => segment.text.trim()).join("\n"));
  if (made.speech) return result("speech", made.speech.request.text);
  if (made.composition) return result("tune", work.title);
  if (made.upscale) return result("enlarged", work.title);
  if (made.image) return { ...result("pictures", made.image.request.prompt), shown: [shownOf(made.image)] };
  const { lines, travel } = made.film;
  const words = lines.map((line) => line.text).join("\n") || (travel?.scenes ?? []).map((scene) => scene.prompt).join(", ");
  return { ...result("film", words), ofScenes: travel != null && lines.length === 0 };
}

function shownOf({ request: { prompt, subject, parameters }, stats }: NonNullable<NonNullable<WorkDetail["made"]>["image"]>): Shown {
  return { prompt, subject: subject ?? null, style: parameters.style, seed: stats.seed };
}

/** Several works as one result: the pictures among them. */
export function together(results: readonly (Result | null)[]): Result | null {
  const shown = results.flatMap((result) => (result?.kind === "pictures" ? (result.shown ?? []) : []));
  return shown.length > 0 ? { kind: "pictures", words: shown.map((one) => one.prompt).join(", "), work: null, shown } : null;
}

const isMarked = ({ kind }: Result) => kind === "text" || kind === "minutes";

/** The words without the marks of Markdown, as they are spoken or quoted. */
export function plain(result: Result): string {
  return isMarked(result) ? plainText(result.words, i18n.t.stage.codeCount) : result.words.trim();
}

/** What it is about, in at most so many letters: a short text whole, of a longer one its heading or first sentence. */
export function theme(result: Result, most: number): string {
  if (!isMarked(result)) return gist(result.words, most);
  const [whole = "", ...parts] = [result.words, ...result.words.split(/\n\s*\n/)].map((part) => plainText(part, () => ""));
  return gist([...whole].length <= most ? whole : (parts.find((part) => part !== "") ?? whole), most);
}

/** Puts a result on the desk of another place, goes there, and tells how it is taken back. */
export async function sendOn(taking: Taking, result: Result): Promise<void> {
  const { place } = taking;
  const name = i18n.t.places[place];
  try {
    const taken = await taking.take(result);
    if (taken === null) return toasts.tell({ place, message: i18n.t.form.sendBusy(name) });
    if (!layout.presenter) layout.unfold();
    navigation.lead(place);
    await tick();
    await reach([taken.field, "prompt-one-line"], () => navigation.place === place);
    if (taken.undo) undoOffer.offer(() => i18n.t.form.sentOn(i18n.t.places[place]), taken.undo, { place });
    else announcer.say(i18n.t.form.sentOn(name));
  } catch (thrown) {
    const { message, nextStep } = asFailure(thrown);
    toasts.tell({ place, message: `${i18n.local(message)} ${i18n.local(nextStep)}`.trim() });
  }
}
