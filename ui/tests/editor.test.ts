// A lesson written in the app, as a teacher writes one.
import { waitFor } from "@testing-library/svelte";
import { tick } from "svelte";
import { afterEach, describe, expect, it } from "vitest";
import { HEAD } from "../src/guide/editor/writing.svelte";
import { guide } from "../src/guide/guide.svelte";
import { own } from "../src/guide/own.svelte";
import { progress } from "../src/guide/progress.svelte";
import type { Lesson } from "../src/ipc";
import { backend } from "../src/ipc/fake/backend";
import { desk } from "../src/panels/text/desk.svelte";
import { navigation } from "../src/shared/navigation.svelte";
import { undoOffer } from "../src/shared/undo.svelte";
import { answered, choose, find, get, go, openWindow, query, type } from "./window";

afterEach(async () => {
  if (guide.run) await guide.finish();
  guide.writing?.aside?.end();
  guide.writing = null;
  guide.opened = null;
  Object.assign(own, { failure: null, told: null, refused: null });
  progress.lessons = {};
  undoOffer.dismiss();
});

const press = async (id: string) => {
  (await find(id)).click();
  await tick();
};
const write = async (id: string, words: string) => type(await find(id), words);
const kept = () => waitFor(() => expect(get("edit-kept").dataset["kept"]).toBe("kept"), { timeout: 5000 });
const sent = (command: string) => backend.calls.filter((call) => call.command === command).map(({ parameters }) => parameters);

async function begin(language: "en" | "zh" = "en") {
  await openWindow({ pictures: true }, language);
  await go("start");
  await press("lesson-write");
  await find("lesson-editor");
}

const both = (en: string) => ({ en, zh: "" });

/** As somebody who writes English alone would have written it. */
async function threeSteps() {
  const writing = guide.writing!;
  writing.remove(0);
  writing.add("predict");
  writing.setPredict({ ask: both("Right?"), choices: [{ text: both("Yes"), to: null }, { text: both("No"), to: null }], right: null });
  writing.add("run");
  writing.setAct({ act: "text.ask", prompt: both("What is 37 × 48?"), system: null, seed: 1, temperature: 0, maxTokens: 16, probabilities: false });
  writing.add("compare");
  const { lesson } = writing;
  const steps = lesson.steps.map((step) => ({ ...step, say: both("Look.") }));
  writing.change({ ...lesson, steps, misconception: both("It never errs."), goal: both("Know when it does.") }, HEAD);
  await tick();
  await write("edit-title-en", "Can it do sums?");
}

describe("the editor of lessons", () => {
  it("takes a teacher from nothing to a lesson that is tried and carried", async () => {
    await begin();
    expect((get("edit-export") as HTMLButtonElement).disabled).toBe(true);
    await threeSteps();
    await kept();
    expect(get("edit-title-zh-problem").textContent).toContain("Missing in Chinese");
    await press("edit-fill");
    await kept();
    expect(get("edit-missing").textContent).toContain("Nothing is missing");

    await press("edit-export");
    expect((await find("edit-told")).textContent).toContain("/media/ada/STICK/can-it-do-sums");
    expect(sent("export_lesson")).toEqual([{ id: "my-lesson-2", path: "/media/ada/STICK/can-it-do-sums" }]);
    await press("edit-close");
    expect((await find("lesson-page")).textContent).toContain("Can it do sums?");
  });

  it("is tried from the chosen step, with the runner of all lessons, and is back where it was", async () => {
    await begin();
    await threeSteps();
    guide.writing!.at = 1;
    await press("edit-try-here");
    await find("step-card");
    expect(get("step-count").textContent).toContain("2/3");
    expect(await answered()).toBeTruthy();
    await guide.leave();
    await find("lesson-editor");
    expect(get("edit-step-1").getAttribute("aria-current")).toBe("step");
    // Nothing of it is noted.
    expect([progress.lessons, undoOffer.current]).toEqual([{}, null]);
  });

  it("keeps a draft, lists it with what is missing, and deletes it with a way back", async () => {
    await begin();
    await write("edit-title-en", "Half a lesson");
    await press("edit-close");
    const draft = await find("draft-my-lesson-2");
    expect(draft.textContent).toContain("Half a lesson");
    expect(draft.textContent).toContain("About the lesson: 5 things missing");
    expect(query("lesson-card-my-lesson-2")).toBeNull();
    await own.remove("my-lesson-2", "Half a lesson");
    await waitFor(() => expect(query("draft-my-lesson-2")).toBeNull());
    await press("undo");
    expect(await find("draft-my-lesson-2")).toBeTruthy();
    await press("draft-edit-my-lesson-2");
    expect(((await find("edit-title-en")) as HTMLTextAreaElement).value).toBe("Half a lesson");
  });

  it("leaves nothing behind of a lesson in which nothing was written", async () => {
    await begin();
    await press("edit-close");
    await find("start-lessons");
    await waitFor(() => expect(query("draft-my-lesson-2")).toBeNull());
    expect(sent("put_lesson_away")).toEqual([{ id: "my-lesson-2" }]);
  });

  it("copies a built-in lesson, with what its file leaves out", async () => {
    await openWindow({ pictures: true });
    await go("start");
    await find("start-lessons");
    await own.begin("wording");
    await find("lesson-editor");
    expect((get("edit-title-en") as HTMLTextAreaElement).value).toBe("The tone of a question (copy)");
    await kept();
    expect((sent("begin_lesson")[0] as { from: string }).from).toBe("wording");
  });

  it("takes back by keys from within a field", async () => {
    await begin();
    await write("edit-title-en", "Sums");
    get("edit-title-en").dispatchEvent(new KeyboardEvent("keydown", { key: "z", ctrlKey: true, bubbles: true, cancelable: true }));
    await tick();
    expect((get("edit-title-en") as HTMLTextAreaElement).value).toBe("");
    get("edit-title-en").dispatchEvent(new KeyboardEvent("keydown", { key: "Z", ctrlKey: true, shiftKey: true, bubbles: true, cancelable: true }));
    await tick();
    expect((get("edit-title-en") as HTMLTextAreaElement).value).toBe("Sums");
  });

  it("moves steps by keys", async () => {
    await begin();
    guide.writing!.add("keep");
    await tick();
    const first = get("edit-step-0");
    first.dispatchEvent(new KeyboardEvent("keydown", { key: "ArrowDown", altKey: true, bubbles: true, cancelable: true }));
    await tick();
    expect(guide.writing!.lesson.steps.map(({ part }) => part)).toEqual(["keep", "run"]);
    get("edit-step-0").dispatchEvent(new KeyboardEvent("keydown", { key: "Delete", bubbles: true, cancelable: true }));
    await tick();
    expect(guide.writing!.lesson.steps.map(({ part }) => part)).toEqual(["run"]);
  });

  it("makes steps of what is done in the panels, with request and seed", async () => {
    await begin();
    await press("edit-record");
    expect((await find("aside-bar")).dataset["kind"]).toBe("recording");
    expect(query("lesson-editor")).toBeNull();
    desk.ask("法国的首都是哪里？", null);
    await answered();
    await waitFor(() => expect(get("recorded-count").textContent).toContain("1"));
    await press("record-stop");
    await find("recorded-list");
    expect(navigation.place).toBe("start");
    await press("recorded-take");
    const [step] = guide.writing!.lesson.steps;
    expect(guide.writing!.lesson.steps).toHaveLength(1);
    expect(step?.do).toMatchObject({ act: "text.ask", prompt: { en: "", zh: "法国的首都是哪里？" }, seed: 271828, maxTokens: 512 });
    expect(step?.go).toBe("done");
  });

  it("takes the part that is pointed at", async () => {
    await begin();
    guide.writing!.at = 0;
    await press("edit-look-point");
    await find("aside-bar");
    await go("text");
    (await waitFor(() => document.querySelector<HTMLElement>('[data-anchor="text.prompt"]') ?? Promise.reject(new Error("not there yet")))).click();
    await find("lesson-editor");
    expect(guide.writing!.lesson.steps[0]?.look).toBe("text.prompt");
  });

  it("tells what is wrong with a folder that was not taken in", async () => {
    await openWindow({ pictures: true });
    await go("start");
    await press("lesson-import");
    expect((await find("import-refused")).textContent).toContain("lesson.toml, line 1");
  });

  it("keeps the lesson over a failure of the disk, and does not close it away", async () => {
    await begin();
    const answer = backend.answer.bind(backend);
    const lost: Lesson[] = [];
    backend.answer = (command, parameters) => {
      if (command !== "save_lesson") return answer(command, parameters);
      lost.push(parameters["lesson"] as Lesson);
      return Promise.reject(new Error("no room"));
    };
    await write("edit-title-en", "Sums");
    await press("edit-close");
    await waitFor(() => expect(get("edit-kept").dataset["kept"]).toBe("failed"));
    expect(lost.at(-1)?.title.en).toBe("Sums");
    expect(query("lesson-editor")).toBeTruthy();
    backend.answer = answer;
    await press("edit-close");
    expect(await find("draft-my-lesson-2")).toBeTruthy();
  });

  it("speaks Chinese throughout", async () => {
    await begin("zh");
    expect(get("lesson-editor").textContent).toContain("录下我的操作");
    await choose("edit-add", "edit-add-keep");
    expect(get("edit-step-form").textContent).toContain("带走什么");
  });
});
