// What is done to a lesson that is being written: plain functions from one lesson to the next.
import type { Act, Choice, Lesson, LocalText, Row } from "../../ipc";
import type { Step } from "../lesson.svelte";

/** From the lesson inwards. As the engine tells where a problem is, joined by slashes. */
export type Path = readonly (string | number)[];

export const at = (path: Path): string => path.join("/");

export const nothingSaid = (): LocalText => ({ en: "", zh: "" });

/** The lesson with another value at a place. */
export function set<T>(value: T, path: Path, to: unknown): T {
  const [first, ...rest] = path;
  if (first === undefined) return to as T;
  const into = (Array.isArray(value) ? [...value] : { ...value }) as Record<string | number, unknown>;
  into[first] = set(into[first] ?? {}, rest, to);
  return into as T;
}

export function get(value: unknown, path: Path): unknown {
  return path.reduce<unknown>((inside, name) => (typeof inside === "object" && inside !== null ? (inside as Record<string | number, unknown>)[name] : undefined), value);
}

/** A name that no step has. */
export function freeId({ steps }: Pick<Lesson, "steps">): string {
  const taken = new Set(steps.map(({ id }) => id));
  let count = steps.length + 1;
  while (taken.has(`step-${count}`)) count += 1;
  return `step-${count}`;
}

/** Every step has a name, so that others can point at it: its place, as its recorded run is called. */
export function named(lesson: Lesson): Lesson {
  if (lesson.steps.every(({ id }) => id !== null)) return lesson;
  const taken = new Set(lesson.steps.map(({ id }) => id));
  const steps = lesson.steps.map((step, index) => {
    if (step.id !== null) return step;
    let [id, count] = [`step-${index + 1}`, lesson.steps.length];
    while (taken.has(id)) id = `step-${(count += 1)}`;
    taken.add(id);
    return { ...step, id };
  });
  return { ...lesson, steps };
}

const BLANK: Omit<Step, "id" | "part" | "say"> = { picture: null, look: null, go: "click", predict: null, do: null, break: null, keep: null, compare: null };

export const choice = (): Choice => ({ text: nothingSaid(), to: null });

export const question = () => ({ ask: nothingSaid(), choices: [choice(), choice()], right: null });

/** Steps before a place in which something is said or comes out. */
export const comparable = (lesson: Lesson, before: number): Step[] => lesson.steps.slice(0, before).filter((step) => step.predict !== null || step.do !== null);

/** A step of a part, with what makes it that part. */
export function newStep(lesson: Lesson, part: Step["part"], place: number): Step {
  const step: Step = { id: freeId(lesson), part, say: nothingSaid(), ...BLANK };
  switch (part) {
    case "predict":
      return { ...step, predict: question(), go: "answer" };
    case "compare":
      return { ...step, compare: comparable(lesson, place).flatMap(({ id }) => id ?? []).slice(-8) };
    case "break":
      return { ...step, break: { ask: nothingSaid() }, do: blankAct("text.ask") };
    case "keep":
      return { ...step, keep: { ask: nothingSaid() } };
    default:
      return step;
  }
}

/** A step that does what somebody did. */
export const recordedStep = (lesson: Lesson, act: Act): Step => ({ ...newStep(lesson, "run", lesson.steps.length), do: act, go: act.act === "open" ? "click" : "done" });

export function insert(lesson: Lesson, place: number, step: Step): Lesson {
  return { ...lesson, steps: lesson.steps.toSpliced(place, 0, step) };
}

export function move(lesson: Lesson, from: number, to: number): Lesson {
  const step = lesson.steps[from];
  if (!step || from === to || to < 0 || to >= lesson.steps.length) return lesson;
  return { ...lesson, steps: lesson.steps.toSpliced(from, 1).toSpliced(to, 0, step) };
}

export function duplicate(lesson: Lesson, place: number): Lesson {
  const step = lesson.steps[place];
  return step ? insert(lesson, place + 1, { ...structuredClone(step), id: freeId(lesson) }) : lesson;
}

/** Without a step; what pointed at it points nowhere. */
export function without(lesson: Lesson, place: number): Lesson {
  const id = lesson.steps[place]?.id ?? null;
  const steps = lesson.steps.toSpliced(place, 1).map((step) => forgetting(step, id));
  return { ...lesson, steps, claim: lesson.claim?.step === id ? null : lesson.claim };
}

function forgetting(step: Step, id: string | null): Step {
  if (id === null) return step;
  const compare = step.compare?.filter((one) => one !== id) ?? null;
  const predict = step.predict && { ...step.predict, choices: step.predict.choices.map((one) => (one.to === id ? { ...one, to: null } : one)) };
  return { ...step, compare, predict };
}

export const row = (group: string): Row => ({ label: nothingSaid(), group, prompt: nothingSaid(), system: null, model: null, right: { en: [], zh: [] }, answer: null });

export type Given<A extends Act["act"]> = Extract<Act, { act: A }>;

/** In the order in which they are offered. */
export const ACTS = ["text.ask", "text.nextWord", "text.tokens", "text.compare", "experiment", "image.draw", "image.step", "audio.speak", "audio.compose", "video.travel", "open"] as const satisfies readonly Act["act"][];

/** An act of which nothing is said yet. */
export function blankAct(name: Act["act"]): Act {
  const text = nothingSaid;
  const side = () => ({ prompt: text(), temperature: null, seed: null });
  const blank: { [A in Act["act"]]: () => Given<A> } = {
    "text.ask": () => ({ act: "text.ask", prompt: text(), system: null, seed: 1, temperature: null, maxTokens: 64, probabilities: false }),
    "text.nextWord": () => ({ act: "text.nextWord", prompt: text() }),
    "text.tokens": () => ({ act: "text.tokens", text: text() }),
    "text.compare": () => ({ act: "text.compare", a: side(), b: side(), maxTokens: 64 }),
    experiment: () => ({ act: "experiment", rows: [row("a"), row("b")], groups: { a: text(), b: text() }, seeds: [1, 2], temperature: 0.7, maxTokens: 32, show: ["right"] }),
    "image.draw": () => ({ act: "image.draw", prompt: text(), seed: 1, steps: null, guidance: null, count: null }),
    "image.step": () => ({ act: "image.step", step: 0.5 }),
    "audio.speak": () => ({ act: "audio.speak", text: text(), voice: null, seed: null }),
    "audio.compose": () => ({ act: "audio.compose", seed: 1, mood: null, metre: null, mode: null, key: null, bars: 8, tempo: null, instrument: null, accompaniment: null, form: null }),
    "video.travel": () => ({ act: "video.travel", scenes: [text(), text()], seed: 7, seconds: null }),
    open: () => ({ act: "open", place: "library" }),
  };
  return blank[name]();
}

/** The words that an act is given, where they are one text. */
export function textOf(act: Act): LocalText | null {
  switch (act.act) {
    case "text.ask":
    case "text.nextWord":
    case "image.draw":
      return act.prompt;
    case "text.tokens":
    case "audio.speak":
      return act.text;
    default:
      return null;
  }
}

const isLocal = (value: object): value is { en: unknown; zh: unknown } => "en" in value && "zh" in value && Object.keys(value).length === 2;

const isGap = (value: unknown) => (typeof value === "string" ? value.trim() === "" : Array.isArray(value) && value.length === 0);

/** What is missing in one language says what the other does. */
export function filled<T>(value: T): T {
  if (Array.isArray(value)) return value.map(filled) as T;
  if (typeof value !== "object" || value === null) return value;
  if (isLocal(value)) {
    const { en, zh } = value;
    if (isGap(zh) && !isGap(en)) return { en, zh: en } as T;
    if (isGap(en) && !isGap(zh)) return { en: zh, zh } as T;
    return value;
  }
  return Object.fromEntries(Object.entries(value).map(([name, inside]) => [name, filled(inside)])) as T;
}

/** Whether something is said in one language alone. */
export const hasGaps = (lesson: Lesson): boolean => JSON.stringify(filled(lesson)) !== JSON.stringify(lesson);

/** What a folder may be called after it. */
export function folderName({ id, title }: Pick<Lesson, "id" | "title">): string {
  const name = title.en.toLowerCase().replace(/[^a-z0-9]+/g, "-").replace(/^-+|-+$/g, "").slice(0, 40);
  return name || id;
}
