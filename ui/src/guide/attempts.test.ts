// What is kept of a lesson, and what is handed in of it.
import { describe, expect, it, vi } from "vitest";
import type { Act, Lesson } from "../ipc";
import { nothing } from "../shared/act";
import { LessonAttempts, leftAt, orderOf } from "./attempts.svelte";
import { LessonRun, type Doing, type Result, type Step } from "./lesson.svelte";
import { wordsOf } from "./prompts";

const both = (words: string) => ({ en: words, zh: words });
const act = (given: object) => given as Act;
const ask = (prompt: string) => act({ act: "text.ask", prompt: both(prompt) });
const step = (more: object) => ({ part: "run", say: both("words"), ...more }) as Step;
const lesson = (...steps: Step[]) => ({ schema: 1, id: "one", topic: "basics", minutes: 1, age: 8, mode: "led", title: both("t"), goal: both("g"), misconception: both("m"), steps }) as Lesson;

const steps = () => lesson(step({ predict: { ask: both("?"), choices: [{ text: both("a") }, { text: both("b") }] } }), step({ do: ask("first") }), step({ do: ask("second"), break: { ask: both("?") } }), step({ keep: { ask: both("?") } }));

function begin(of: Lesson, left: ConstructorParameters<typeof LessonRun>[2] = null) {
  let works = 0;
  const perform = vi.fn<Doing["perform"]>((asked) => Promise.resolve({ ...nothing, texts: [wordsOf(asked, "en") ?? ""], works: [`work-${++works}`], experiment: null, recorded: false, model: "m" } satisfies Result));
  const run = new LessonRun(of, { language: () => "en", perform, recorded: () => Promise.reject(new Error("none")), hasRecorded: () => Promise.resolve(false), again: () => undefined, go: () => undefined }, left);
  return { run, perform };
}

async function half() {
  const { run } = begin(steps());
  await run.enter();
  await run.predict(1);
  run.next();
  await vi.waitFor(() => expect(run.result?.texts).toEqual(["first"]));
  run.next();
  await run.run("mine");
  await run.run("mine too");
  const kept = new LessonAttempts();
  kept.take();
  kept.note(run, "d");
  return { run, kept };
}

/** As it comes back from the disk. */
function reopened(kept: LessonAttempts): LessonAttempts {
  const fresh = new LessonAttempts();
  fresh.restore(JSON.parse(JSON.stringify(kept.snapshot())) as Record<string, unknown>);
  return fresh;
}

describe("an attempt", () => {
  it("is the same after a restart, and is gone on with at the step where it was", async () => {
    const { run, kept } = await half();
    const fresh = reopened(kept);
    expect(fresh.middle).toEqual(kept.middle);
    const ahead = fresh.ahead("d", 4);
    expect(ahead?.at).toBe(2);
    const again = begin(steps(), ahead && leftAt(ahead));
    expect([again.run.at, again.run.predictions, again.run.begun]).toEqual([2, { 0: 1 }, run.begun]);
    expect(again.run.tries[2]?.map(({ prompt }) => prompt)).toEqual(["mine", "mine too"]);
    await again.run.goOn();
    // What stood in the panel is made once more, and the first one is put away with it.
    expect(again.perform.mock.calls.map(([asked]) => wordsOf(asked, "en"))).toEqual(["first"]);
    expect(again.run.passing).toEqual(expect.arrayContaining(["work-1", "work-2", "work-3"]));
    expect([again.run.back(), again.run.at]).toEqual([true, 1]);
  });

  it("is not gone on with where the lesson is another one since", async () => {
    const { kept } = await half();
    expect([kept.ahead("other", 4), kept.ahead("d", 2)]).toEqual([null, null]);
  });

  it("is handed in with its tries, each once, and with no name that nobody typed", async () => {
    const { run, kept } = await half();
    run.next();
    run.reflect("I think so");
    kept.note(run, "d");
    kept.finish();
    expect(kept.middle).toBeNull();
    const order = orderOf("one", kept.told!, "  ", kept.told === kept.last);
    expect(order).toMatchObject({ lesson: "one", digest: "d", name: "", finished: true, predictions: { 0: 1 }, reflections: { 3: "I think so" } });
    expect(order.runs.map((one) => [one.step, one.words, one.texts[0], one.model])).toEqual([[1, null, "first", "m"], [2, "mine", "mine", "m"], [2, "mine too", "mine too", "m"]]);
  });

  it("is nothing before anything was said or done", async () => {
    const { run } = begin(lesson(step({}), step({})));
    await run.enter();
    const kept = new LessonAttempts();
    kept.note(run, "d");
    expect(kept.middle).toBeNull();
  });

  it.each([[{ middle: 3 }], [{ middle: { digest: "d", begun: "x", results: { 1: 7, 2: { texts: [1, "a"], picture: "https://example.org/x.png" } }, tries: { 1: [{ prompt: 3 }] }, way: ["x", 1] } }]])("comes back from whatever was kept: %j", (state) => {
    const kept = new LessonAttempts();
    kept.restore(state);
    const { middle } = kept;
    if (middle === null) return;
    expect(middle.results).toEqual({ 2: { texts: ["a"], picture: null, works: [], experiment: null, recorded: false, model: null, seed: null, at: "" } });
    expect([middle.way, middle.tries]).toEqual([[1], { 1: [] }]);
  });
});
