import { beforeEach, describe, expect, it, vi } from "vitest";
import type { Act, Lesson, LessonDraft } from "../../ipc";
import { blankAct, choice, filled, folderName, get, hasGaps, named, newStep, nothingSaid, set } from "./draft";
import { HEAD, Writing } from "./writing.svelte";

const ask = (words: string): Act => ({ act: "text.ask", prompt: { en: words, zh: "" }, system: null, seed: 3, temperature: 0.7, maxTokens: 64, probabilities: false });

function lesson(): Lesson {
  const bare: Lesson = { schema: 1, id: "my-lesson", topic: "basics", minutes: 5, age: 10, mode: "supervised", needs: [], models: [], competences: [], words: [], title: nothingSaid(), goal: nothingSaid(), misconception: nothingSaid(), teacher: null, claim: null, steps: [] };
  return { ...bare, steps: [newStep(bare, "run", 0)] };
}

const draft = (): LessonDraft => ({ id: "my-lesson", lesson: lesson(), problems: [] });

let saved: Lesson[];
let save: (id: string, lesson: Lesson) => Promise<LessonDraft>;

const written = (isNew = true) => new Writing(draft(), isNew, save);

beforeEach(() => {
  saved = [];
  save = async (id, lesson) => {
    saved.push(lesson);
    return { id, lesson, problems: [{ field: "title/zh", message: { en: "Missing in Chinese", zh: "还缺中文" } }] };
  };
});

describe("a lesson that is written", () => {
  it("takes back what was typed into a field in one go, and what was done before it", () => {
    const writing = written();
    writing.add("predict");
    for (const words of ["W", "Wi", "Will it?"]) writing.set(["steps", 1, "say", "en"], words, true);
    expect(get(writing.lesson, ["steps", 1, "say", "en"])).toBe("Will it?");
    writing.undo();
    expect(get(writing.lesson, ["steps", 1, "say", "en"])).toBe("");
    expect(writing.lesson.steps).toHaveLength(2);
    writing.undo();
    expect(writing.lesson.steps).toHaveLength(1);
    expect(writing.at).toBe(HEAD);
    writing.redo();
    writing.redo();
    expect(get(writing.lesson, ["steps", 1, "say", "en"])).toBe("Will it?");
    expect(writing.canRedo).toBe(false);
    // Whoever goes on writing has no way forward any more.
    writing.undo();
    writing.set(["minutes"], 7);
    expect(writing.redo()).toBe(false);
  });

  it("keeps fields apart, however quickly one types", () => {
    const writing = written();
    writing.set(["title", "en"], "Sums", true);
    writing.set(["title", "zh"], "算术", true);
    writing.undo();
    expect(writing.lesson.title).toEqual({ en: "Sums", zh: "" });
  });

  it("moves, duplicates and removes steps, and forgets who pointed at a removed one", () => {
    const writing = written();
    writing.at = 0;
    writing.setAct(ask("2 + 3"));
    expect(writing.lesson.steps[0]?.go).toBe("done");
    writing.add("compare");
    expect(writing.lesson.steps[1]?.compare).toEqual(["step-1"]);
    writing.add("keep");
    expect(writing.at).toBe(2);
    writing.move(2, 0);
    expect(writing.lesson.steps.map(({ part }) => part)).toEqual(["keep", "run", "compare"]);
    writing.undo();
    expect(writing.lesson.steps.map(({ part }) => part)).toEqual(["run", "compare", "keep"]);
    writing.duplicate(0);
    expect(new Set(writing.lesson.steps.map(({ id }) => id)).size).toBe(4);
    writing.remove(0);
    expect(writing.lesson.steps.map(({ compare }) => compare)).toEqual([null, [], null]);
    writing.undo();
    expect(writing.lesson.steps[2]?.compare).toEqual(["step-1"]);
    // To where no place is, nothing goes.
    writing.move(0, 9);
    writing.move(0, -1);
    expect(writing.lesson.steps).toHaveLength(4);
  });

  it("lets one pull be taken back in one go", () => {
    const writing = written();
    writing.add("predict");
    writing.add("keep");
    const before = writing.lesson;
    writing.move(2, 1);
    writing.move(1, 0, true);
    writing.undo();
    expect(writing.lesson).toBe(before);
  });

  it("is kept a moment after the last change, once, and tells what is missing", async () => {
    vi.useFakeTimers();
    const writing = written();
    writing.set(["title", "en"], "S", true);
    writing.set(["title", "en"], "Sums", true);
    expect(writing.kept).toBe("keeping");
    await vi.advanceTimersByTimeAsync(1000);
    vi.useRealTimers();
    expect(saved.map(({ title }) => title.en)).toEqual(["Sums"]);
    expect(writing.kept).toBe("kept");
    expect(writing.problemsAt(["title", "zh"])).toHaveLength(1);
    expect(writing.headProblems).toHaveLength(1);
    await writing.flush();
    expect(saved).toHaveLength(1);
  });

  it("tells that it could not be kept, loses nothing, and can be kept later", async () => {
    const works = save;
    let full = true;
    save = (id, lesson) => (full ? Promise.reject(new Error("no room")) : works(id, lesson));
    const writing = written();
    writing.set(["title", "en"], "Sums");
    await writing.flush();
    expect([writing.kept, writing.failure?.detail.includes("no room")]).toEqual(["failed", true]);
    full = false;
    await writing.flush();
    expect([writing.kept, writing.failure, saved.at(-1)?.title.en]).toEqual(["kept", null, "Sums"]);
  });

  it("knows whether anything was ever written in it", () => {
    const writing = written();
    expect(writing.untouched).toBe(true);
    writing.set(["minutes"], 6);
    expect(writing.untouched).toBe(false);
    expect(written(false).untouched).toBe(false);
  });

  it("puts what was recorded in the place of the one empty step", () => {
    const writing = written();
    writing.addRecorded([ask("a"), { act: "open", place: "library" }]);
    expect(writing.lesson.steps.map((step) => [step.do?.act, step.go])).toEqual([["text.ask", "done"], ["open", "click"]]);
    expect(writing.at).toBe(0);
    writing.addRecorded([ask("b")]);
    expect(writing.lesson.steps).toHaveLength(3);
    expect(writing.at).toBe(2);
    writing.undo();
    writing.undo();
    expect(writing.lesson.steps.map((step) => step.do)).toEqual([null]);
  });

  it("gives a step what its part needs, and what waits for an answer something to ask", () => {
    const writing = written();
    writing.at = 0;
    writing.setPart("predict");
    expect([writing.step?.predict?.choices.length, writing.step?.go]).toEqual([2, "answer"]);
    writing.setPredict(null);
    expect([writing.step?.predict, writing.step?.go]).toEqual([null, "click"]);
    writing.setPart("break");
    expect(writing.step?.do?.act).toBe("text.ask");
    expect(writing.step?.break).toEqual({ ask: { en: "", zh: "" } });
  });
});

describe("what is done to a lesson", () => {
  it("fills gaps from the other language, lists too, and leaves what is there", () => {
    const gap = set(lesson(), ["steps", 0, "do"], { ...blankAct("experiment"), rows: [{ label: { en: "a", zh: "甲" }, right: { en: ["5"], zh: [] } }] });
    const whole = filled(set(gap, ["title"], { en: "", zh: "算术" }));
    expect(whole.title).toEqual({ en: "算术", zh: "算术" });
    expect(get(whole, ["steps", 0, "do", "rows", 0])).toEqual({ label: { en: "a", zh: "甲" }, right: { en: ["5"], zh: ["5"] } });
    expect([hasGaps(gap), hasGaps(whole)]).toEqual([true, false]);
  });

  it("names every step once, by its place where it has no name", () => {
    const { steps, ...rest } = lesson();
    const [step] = steps;
    const all = named({ ...rest, steps: [{ ...step!, id: "step-2" }, { ...step!, id: null }, { ...step!, id: null }] });
    expect(all.steps.map(({ id }) => id)).toEqual(["step-2", "step-4", "step-3"]);
  });

  it("calls a folder after the title where it can", () => {
    expect(folderName({ id: "my-lesson", title: { en: " Can it do sums?! ", zh: "" } })).toBe("can-it-do-sums");
    expect(folderName({ id: "my-lesson", title: { en: "", zh: "算术" } })).toBe("my-lesson");
    expect(choice()).toEqual({ text: { en: "", zh: "" }, to: null });
  });
});
