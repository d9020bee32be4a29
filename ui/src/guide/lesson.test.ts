// A lesson with acts of two lines.
import { describe, expect, it, vi } from "vitest";
import type { Act, ExperimentMade, GroupMeasures, Lesson } from "../ipc";
import { failedWith, nothing } from "../shared/act";
import { holds, LessonRun, measured, type Doing, type Result, type Step } from "./lesson.svelte";
import { change, wordsOf } from "./prompts";

const both = (words: string) => ({ en: words, zh: words });
const done = (text: string): Result => ({ ...nothing, texts: [text], experiment: null, recorded: false });
/** As a file leaves out what has its default. */
const acts = (given: object) => given as Act;
const ask = (prompt: string) => acts({ act: "text.ask", prompt: both(prompt) });
const step = (more: object) => ({ part: "run", say: both("words"), ...more }) as Step;
const choices = (...to: (string | null)[]) => ({ ask: both("?"), choices: to.map((one) => ({ text: both("x"), to: one })), right: null });

function lesson(steps: Step[], more: Partial<Lesson> = {}): Lesson {
  return { schema: 1, id: "one", topic: "basics", minutes: 1, age: 8, mode: "led", title: both("t"), goal: both("g"), misconception: both("m"), steps, ...more } as Lesson;
}

function begin(steps: Step[], doing: Partial<Doing> = {}) {
  const perform = vi.fn<Doing["perform"]>((act) => Promise.resolve(done(wordsOf(act, "en") ?? "")));
  const go = vi.fn<Doing["go"]>();
  const again = vi.fn<Doing["again"]>();
  const run = new LessonRun(lesson(steps), { language: () => "en", perform, recorded: () => Promise.resolve({ ...done("then"), recorded: true }), hasRecorded: () => Promise.resolve(true), again, go, ...doing });
  return { run, perform, go, again };
}

/** An act that ends when it is stopped. */
const held: Doing["perform"] = (_act, stop) => new Promise((resolve) => stop.addEventListener("abort", () => resolve({ ...done(""), phase: "stopped" })));

describe("a lesson", () => {
  it("runs an act at once where nothing is to be said before, and goes on when it is done", async () => {
    let end: (result: Result) => void = () => undefined;
    const { run } = begin([step({ do: ask("a"), go: "done" }), step({})], { perform: () => new Promise((resolve) => (end = resolve)) });
    void run.enter();
    await vi.waitFor(() => expect(run.isRunning).toBe(true));
    expect([run.canNext, run.next()]).toEqual([false, false]);
    end(done("a"));
    await vi.waitFor(() => expect(run.canNext).toBe(true));
    expect([run.next(), run.at, run.isLast, run.next()]).toEqual([true, 1, true, false]);
  });

  it("leaves the place to an act that somebody began before its words were painted", async () => {
    let paint: () => void = () => undefined;
    const { run, go } = begin([step({ predict: choices(null, null), do: ask("a") })], { perform: held, painted: () => new Promise((resolve) => (paint = resolve)) });
    const entered = run.enter();
    void run.predict(0);
    paint();
    await entered;
    expect([run.isRunning, go.mock.calls]).toEqual([true, []]);
    await run.end();
  });

  it("waits for what is predicted, and runs the act after it", async () => {
    const { run, perform } = begin([step({ predict: choices(null, null), do: ask("a"), go: "answer" }), step({})]);
    await run.enter();
    expect([perform.mock.calls.length, run.canNext]).toEqual([0, false]);
    await run.predict(7);
    expect(run.prediction).toBeNull();
    await run.predict(1);
    expect([perform.mock.calls.length, run.prediction, run.canNext, run.result?.texts]).toEqual([1, 1, true, ["a"]]);
  });

  it("goes where a choice leads, forward only, and back the way it came", async () => {
    const { run } = begin([step({ predict: choices("far", "first"), id: "first" }), step({}), step({ id: "far" })]);
    await run.predict(0);
    run.next();
    expect(run.at).toBe(2);
    run.back();
    expect([run.at, run.back()]).toEqual([0, false]);
    await run.predict(1);
    run.next();
    expect(run.at).toBe(1);
  });

  it("says what went wrong, does not keep the room waiting, and shows what was recorded", async () => {
    const failure = { code: "x", message: both("no"), nextStep: both("do"), detail: "" };
    const { run, go } = begin([step({ do: ask("a"), go: "done" }), step({})], { perform: () => Promise.resolve({ ...failedWith(failure), experiment: null, recorded: false }) });
    await run.enter();
    expect([run.trouble?.failure?.code, run.result, run.canNext]).toEqual(["x", null, true]);
    await run.showRecorded();
    expect([run.trouble, run.result?.recorded, run.result?.texts]).toEqual([null, true, ["then"]]);
    expect(go).toHaveBeenLastCalledWith("start");
  });

  it("stops what runs on the way on, and begins the next act only when that has ended", async () => {
    const ended: string[] = [];
    const { run } = begin([step({ do: ask("a") }), step({ do: ask("b") })], {
      perform: async (act, stop) => {
        const words = wordsOf(act, "en") ?? "";
        const result = words === "a" ? await held(act, stop) : done(words);
        ended.push(words);
        return result;
      },
    });
    void run.enter();
    await vi.waitFor(() => expect(run.isRunning).toBe(true));
    run.next();
    await vi.waitFor(() => expect(run.results[1]?.texts).toEqual(["b"]));
    expect([ended, run.results[0], run.trouble]).toEqual([["a", "b"], undefined, null]);
  });

  it("ends at any moment", async () => {
    const { run } = begin([step({ do: ask("a") })], { perform: held });
    void run.enter();
    await vi.waitFor(() => expect(run.isRunning).toBe(true));
    await run.end();
    expect([run.running, run.stop()]).toEqual([null, false]);
  });

  it("is broken as often as one likes, with the learner's own words", async () => {
    const { run, perform } = begin([step({ do: ask("a"), break: { ask: both("?") } })]);
    await run.enter();
    expect(perform).not.toHaveBeenCalled();
    await run.run("one");
    await run.run("two");
    expect(run.tries[0]?.map(({ prompt, result }) => [prompt, result.texts[0]])).toEqual([["one", "one"], ["two", "two"]]);
  });

  it("shows in its own place what no panel shows", async () => {
    const { run, go } = begin([step({}), step({ do: ask("a") }), step({ keep: { ask: both("?") } })]);
    await run.enter();
    expect(go).toHaveBeenCalledTimes(1);
    run.next();
    await vi.waitFor(() => expect(run.result).not.toBeNull());
    expect(go).toHaveBeenCalledTimes(1);
    run.next();
    await vi.waitFor(() => expect(go).toHaveBeenCalledTimes(2));
  });
});

describe("a claim", () => {
  const group = (name: string, right: number | null): GroupMeasures => ({ group: name, answers: 3, right, asks: 0, words: 4, repeated: 0, confidence: 0.5, confidenceWhenWrong: null, distinct: 1, logProbability: null, tokens: 4, seconds: 1 });
  const made = (...groups: GroupMeasures[]): ExperimentMade => ({ rows: [], groups });
  const claim = { step: "x", group: "kind", minus: "rude", measure: "right", atLeast: 0.2, atMost: null } as const;

  it("is the difference of two groups, or one of them", () => {
    expect(measured(claim, made(group("kind", 1), group("rude", 0.25)))).toBe(0.75);
    expect(measured({ ...claim, minus: null }, made(group("kind", 1)))).toBe(1);
  });

  it("is nothing where nothing was counted", () => {
    expect(measured(claim, made(group("kind", 1)))).toBeNull();
    expect(measured(claim, made(group("kind", null), group("rude", 0)))).toBeNull();
  });

  it.each([[0.2, true], [0.19, false], [0.9, true]])("of %d holds: %s", (value, held) => expect(holds(claim, value)).toBe(held));
  it("has an upper end too", () => expect([holds({ ...claim, atMost: 0.5 }, 0.6), holds({ ...claim, atMost: 0.5 }, 0.5)]).toEqual([false, true]));
});

describe("an act with other words", () => {
  it.each([ask("a"), ...[{ act: "text.tokens", text: both("a") }, { act: "image.draw", prompt: both("a"), seed: 7 }, { act: "video.travel", scenes: [both("first"), both("a")] }, { act: "text.compare", a: { prompt: both("first") }, b: { prompt: both("a") } }].map(acts)])("$act", (act) => {
    expect(wordsOf(act, "zh")).toBe("a");
    const changed = change(act, "b");
    expect(wordsOf(changed, "en")).toBe("b");
    expect(JSON.stringify(changed).replaceAll('"b"', '"a"').replaceAll('"a":{"prompt":{"en":"first"', "")).toContain(act.act);
  });

  it("is one row of an experiment, without an answer that would be right", () => {
    const row = { label: both("l"), group: "g", prompt: both("p"), right: { en: ["x"], zh: ["x"] } };
    const changed = change(acts({ act: "experiment", rows: [row, row], groups: { g: both("G") }, seeds: [1], show: ["words"] }), "b");
    expect(changed).toMatchObject({ rows: [{ group: "g", prompt: both("b"), right: null }], seeds: [1] });
  });

  it("stays as it is where it has none", () => expect(wordsOf({ act: "image.step", step: 0.5 }, "en")).toBeNull());
});
