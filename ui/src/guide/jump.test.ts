// The list of what is presented, and jumping about in it.
import { describe, expect, it, vi } from "vitest";
import type { Deck, DeckItem, Lesson } from "../ipc";
import { nothing } from "../shared/act";
import { DeckRun, type Part } from "./deckRun.svelte";
import { Digits } from "./digits.svelte";
import { jumpRows, rowOf } from "./jump";
import { LessonRun, type Doing, type Result, type Step } from "./lesson.svelte";
import { notesState } from "./notes";

const both = (words: string) => ({ en: words, zh: words });
const done: Result = { ...nothing, texts: ["x"], experiment: null, recorded: false };
const step = (say: string, more: object = {}) => ({ id: null, part: "run", say: both(say), go: "click", predict: null, do: null, break: null, keep: null, ...more }) as unknown as Step;
const ask = { act: "text.ask", prompt: both("?") };
const predict = { ask: both("Which?"), choices: [{ text: both("This"), to: null }, { text: both("That"), to: null }], right: 1 };
const teacher = { notes: both("Speak slowly."), questions: [both("Why?")] };

function lesson(id: string, steps: Step[]): Lesson {
  return { schema: 1, id, topic: "basics", minutes: 5, age: 8, mode: "led", title: both(id), goal: both("g"), misconception: both("m"), teacher, steps } as unknown as Lesson;
}

function begin(steps: Step[], waits: boolean | null = null) {
  const perform = vi.fn<Doing["perform"]>(() => Promise.resolve(done));
  const again = vi.fn<Doing["again"]>();
  const doing: Doing = { language: () => "en", perform, again, recorded: () => Promise.resolve(done), hasRecorded: () => Promise.resolve(false), go: () => undefined };
  return { run: new LessonRun(lesson("one", steps), doing, null, waits === null ? null : { kind: "card", waits }), perform, again };
}

const three = [step("**Say** it", { part: "predict", predict }), step("See", { do: ask }), step("Keep", { keep: { ask: both("What?") } })];
const look = { theme: "light", textScale: 0, black: false, waits: "", timer: { runs: true, seconds: 1, planned: 300, stepSeconds: 1, stepPlanned: 100 } } as const;

describe("jumping", () => {
  it("goes over what nobody has said, Back returns, and results stay", async () => {
    const { run, again } = begin(three);
    expect(run.canNext).toBe(false);
    expect([run.jump(2), run.at, run.jump(2), run.jump(9)]).toEqual([true, 2, false, false]);
    run.jump(1);
    await vi.waitFor(() => expect(run.results[1]).toMatchObject(done));
    expect([run.back(), run.at, run.back(), run.at]).toEqual([true, 2, true, 0]);
    run.jump(1);
    await vi.waitFor(() => expect(again).toHaveBeenCalledTimes(1));
    expect([again.mock.calls[0]?.[1], run.results[1]]).toMatchObject([done, done]);
  });

  it("tells how far each step is", async () => {
    const { run } = begin(three);
    const states = () => jumpRows(run, null).map(({ state, now }) => (now ? `${state}!` : state));
    expect(states()).toEqual(["seen!", "ahead", "ahead"]);
    run.jump(2);
    expect(states()).toEqual(["seen", "ahead", "seen!"]);
    run.reflect("Something");
    run.jump(0);
    await run.predict(0);
    run.jump(1);
    await vi.waitFor(() => expect(run.results[1]).toMatchObject(done));
    run.jump(2);
    expect(states()).toEqual(["done", "done", "seen!"]);
    expect(jumpRows(run, null)[0]?.label).toBe("Say it");
  });

  it("takes a number that is typed a digit at a time", () => {
    const { run } = begin(three);
    const rows = jumpRows(run, null);
    const digits = new Digits();
    expect(["0", "1", "2", "x", "Backspace"].map((key) => digits.press(key))).toEqual([true, true, true, false, true]);
    expect([digits.digits, rowOf(rows, digits.digits)?.step, rowOf(rows, "4"), rowOf(rows, "")]).toEqual(["1", 0, null, null]);
    digits.clear();
    expect(digits.press("Backspace")).toBe(false);
  });
});

describe("a card", () => {
  it("waits for the key where it is told to, and runs at once otherwise", async () => {
    const { run, perform } = begin([step("Card", { do: ask })], true);
    await run.enter();
    expect([perform.mock.calls.length, run.runsFirst, run.next()]).toEqual([0, true, true]);
    await vi.waitFor(() => expect(run.result).toMatchObject(done));
    expect([run.runsFirst, run.next()]).toEqual([false, false]);
    const other = begin([step("Card", { do: ask })], false);
    await other.run.enter();
    expect(other.perform).toHaveBeenCalledTimes(1);
  });
});

function deck() {
  const parts = ["a", "gone", "b"].map((id): Part => {
    const item = { kind: "lesson", lesson: id } as DeckItem;
    return { item, title: both(id), lacks: id === "gone" ? "lesson" : null, make: () => begin([step(`${id} first`), step(`${id} last`)]).run, run: null, experiment: null };
  });
  return new DeckRun({ schema: 1, id: "d", title: both("Open day"), minutes: 20, items: [] } as Deck, parts);
}

describe("a deck", () => {
  it("goes from item to item, names what is missing, and comes back the way it went", () => {
    const one = deck();
    const first = one.begin();
    expect([one.at, one.following, one.from, one.skipped]).toEqual([0, 2, null, []]);
    const second = one.enter(2);
    expect([one.at, one.following, one.from, one.skipped.map(({ title }) => title.en)]).toEqual([2, null, 0, ["gone"]]);
    expect([one.enter(0, true) === first, one.from, one.skipped]).toEqual([true, null, []]);
    expect(one.enter(2) === second).toBe(true);
  });

  it("has nothing to begin with where nothing is there", () => {
    const { deck: data, parts } = deck();
    expect(new DeckRun(data, [parts[1]!]).begin()).toBeNull();
    expect(new DeckRun(data, []).begin()).toBeNull();
  });

  it("lists its items, with the steps of the one in view", () => {
    const one = deck();
    const rows = jumpRows(one.begin()!, one);
    expect(rows.map(({ label, inner, now, lacks }) => [label, inner, now, lacks !== ""])).toEqual([["a", false, false, false], ["a first", true, true, false], ["a last", true, false, false], ["gone", false, false, true], ["b", false, false, false]]); // prettier-ignore
  });
});

describe("the notes", () => {
  it("hold what to say, to ask and to know, and what comes next", () => {
    const { run } = begin(three);
    const state = notesState(run, null, false, look);
    expect(state).toMatchObject({ title: "one", deck: "", count: "1/3", say: "**Say** it", ask: "Which?", notes: "Speak slowly.", questions: ["Why?"], next: "See", nextPart: "Watch", isLast: false, black: false });
    expect(state.choices).toEqual([{ text: "This", right: false, chosen: false }, { text: "That", right: true, chosen: false }]); // prettier-ignore
    expect(state.can).toEqual({ back: false, next: false, again: false });
    run.jump(2);
    expect(notesState(run, null, run.canBack, look)).toMatchObject({ next: "", isLast: true, ask: "What?", can: { back: true, next: true } });
  });

  it("lead from the last step of a lesson to the next item", () => {
    const one = deck();
    const run = one.begin()!;
    run.jump(1);
    expect(notesState(run, one, true, look)).toMatchObject({ deck: "Open day", count: "1 of 3 · 2/2", next: "b", nextPart: "Lesson", isLast: false });
  });

  it("are empty where nothing is presented", () => {
    expect(notesState(null, null, false, look)).toMatchObject({ title: "", rows: [], timer: look.timer });
  });
});
