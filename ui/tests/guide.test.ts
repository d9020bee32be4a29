// Start and its lessons, as a person goes through them.
import { screen, waitFor } from "@testing-library/svelte";
import { tick } from "svelte";
import { afterEach, describe, expect, it, vi } from "vitest";
import { guide } from "../src/guide/guide.svelte";
import { progress } from "../src/guide/progress.svelte";
import { FailureError, ipc } from "../src/ipc";
import { backend } from "../src/ipc/fake/backend";
import type { Script } from "../src/ipc/fake/job";
import { failures } from "../src/ipc/fake/world";
import { desk as easel } from "../src/panels/image/desk.svelte";
import { speaking } from "../src/panels/audio/speak.svelte";
import { desk } from "../src/panels/text/desk.svelte";
import { keeping } from "../src/shared/keeping.svelte";
import { layout } from "../src/shared/layout.svelte";
import { navigation } from "../src/shared/navigation.svelte";
import { undoOffer } from "../src/shared/undo.svelte";
import { answered, find, get, go, key, openWindow, query, type } from "./window";

afterEach(async () => {
  if (guide.run) await guide.finish();
  guide.opened = null;
  progress.lessons = {};
  undoOffer.dismiss();
  vi.restoreAllMocks();
});

async function start(script: Partial<Script> = {}, language: "en" | "zh" = "en") {
  await openWindow({ pictures: true, ...script }, language);
  await go("start");
  await find("start-lessons");
}

async function lesson(id: string) {
  get(`lesson-card-${id}`).click();
  (await find("lesson-begin")).click();
  await find("step-card");
}

const press = async (id: string) => {
  (await find(id)).click();
  await tick();
};
const at = (count: string) => waitFor(() => expect(get("step-count").textContent).toContain(count));
const counted = () =>
  waitFor(() => {
    expect(get("experiment").dataset["phase"]).toBe("done");
    expect(guide.run?.result).toBeTruthy();
  });

describe("Start", () => {
  it("has four things to try, lessons, places of life, and what to go on with", async () => {
    await start();
    for (const panel of ["text", "image", "audio", "video"]) expect(get(`try-${panel}`).textContent).not.toBe("");
    expect(get("lesson-card-wording").textContent).toContain("The tone of a question");
    expect(get("lesson-broken").textContent).toContain("line 12");
    expect(await find("scenario-school")).toBeTruthy();
    await press("scenario-bank");
    expect(query("scenario-card-text-code")).toBeNull();
    expect(get("scenario-card-text-bank").textContent).toContain("Finance");
    expect(await screen.findAllByTestId("continue-work")).toHaveLength(3);
  });

  it("runs an example at once", async () => {
    await start();
    await press("try-text");
    expect(await answered()).toBeTruthy();
    expect(navigation.place).toBe("text");
    await go("start");
    expect((await find("continue-conversation")).textContent).toContain("slogan");
  });

  it("says which model a lesson lacks", async () => {
    await openWindow({}, "en");
    await go("start");
    await find("start-lessons");
    expect(get("lesson-card-noise").textContent).toContain("Needs a model for: pictures");
    expect(get("lesson-card-wording").textContent).not.toContain("Needs");
  });

  it("tells why lessons could not be read, and tries again", async () => {
    const asked = vi.spyOn(ipc, "lessons").mockRejectedValueOnce(new FailureError(failures.settings));
    await openWindow();
    await go("start");
    await press("failure-remedy-0");
    expect(await find("start-lessons")).toBeTruthy();
    expect(asked).toHaveBeenCalledTimes(2);
  });
});

describe("a lesson", () => {
  it("is predicted, run, compared, broken and kept, and is done then", async () => {
    await start();
    await lesson("wording");
    await at("1/5");
    get("step-next").click();
    await at("1/5");
    expect(get("step-hint").textContent).toContain("Choose");
    await press("choice-1");
    await press("step-next");
    await at("2/5");
    await counted();
    expect(get("group-polite").textContent).toContain("100%");
    expect(get("claim").dataset["holds"]).toBe("true");
    expect(get("row-3").textContent).toContain("33%");
    await press("step-next");
    expect((await find("outcome-0")).textContent).toMatch(/The rude ones.*Otherwise.*100%/s);
    await press("step-next");
    const field = (await find("break-words")) as HTMLTextAreaElement;
    expect(field.value).toContain("lazy box");
    await type(field, "Name three teas.");
    await press("break-run");
    expect((await answered()).dataset["phase"]).toBe("done");
    await waitFor(() => expect(guide.run?.tries[3]).toHaveLength(1));
    await press("step-next");
    await type(await find("keep-words"), "I will be kind.");
    await press("step-next");
    await find("lesson-page");
    expect(guide.run).toBeNull();
    expect(progress.of("wording")).toMatchObject({ done: true, predictions: { 0: 1 }, reflections: { 4: "I will be kind." } });
    expect(get("lesson-results").textContent).toContain("I will be kind.");
    await press("lesson-close");
    expect(await find("lesson-done-wording")).toBeTruthy();
    await waitFor(() => expect(backend.desks["guide"]).toContain("I will be kind."), { timeout: 3000 });
  });

  it("gives every desk back as it was, and keeps nothing of its own over it", async () => {
    await openWindow({ pictures: true });
    await type(get("prompt"), "Name three teas.");
    get("send").click();
    await answered();
    await type(get("prompt"), "half a thought");
    desk.set("temperature", 0.1);
    const { conversation } = desk;
    await waitFor(() => expect(backend.desks["text"]).toContain("half a thought"), { timeout: 3000 });
    Object.assign(easel, { draft: "a green hat", seed: 5 });
    Object.assign(speaking, { text: "my own words" });
    await go("start");
    await find("start-lessons");
    await lesson("four-words");
    await waitFor(() => expect(guide.run?.results[0]).toBeDefined());
    expect([desk.conversation === conversation, desk.probabilities, desk.draft]).toEqual([false, true, ""]);
    await press("step-next");
    await waitFor(() => expect(guide.run?.results[1]?.texts).toEqual(["Rain. Roof. Sleep. Morning."]));
    // As long as what was changed would take to be kept.
    await new Promise((resolve) => setTimeout(resolve, 700));
    expect(backend.desks["text"]).toContain("half a thought");
    expect(backend.desks["text.conversation"]).toContain("three teas");
    expect(backend.desks["audio.speak"] ?? "").not.toContain("Roof");
    expect(backend.desks["place"] ?? "").not.toContain("audio");
    await press("step-leave");
    await find("lesson-page");
    expect([desk.conversation === conversation, desk.probabilities, desk.draft, desk.overrides.temperature]).toEqual([true, false, "half a thought", 0.1]);
    expect([easel.draft, easel.seed, speaking.text, speaking.phase, keeping.lent]).toEqual(["a green hat", 5, "my own words", "idle", false]);
  });

  it("is left without a question, and gone back to by Undo", async () => {
    await start();
    await lesson("wording");
    await press("choice-0");
    await press("step-next");
    await counted();
    key("Escape");
    await find("lesson-page");
    expect((await find("undo-bar")).textContent).toContain("You left the lesson");
    await press("undo");
    await at("2/5");
    expect(get("group-polite").textContent).toContain("100%");
    expect([guide.run?.prediction, guide.run?.predictions[0], keeping.lent]).toEqual([null, 0, true]);
  });

  it("leaves presenter layout first", async () => {
    await start();
    await lesson("wording");
    layout.presenter = true;
    await tick();
    expect(query("step-card")).not.toBeNull();
    key("Escape");
    await tick();
    expect([layout.presenter, guide.run === null]).toEqual([false, false]);
    key("Escape");
    await waitFor(() => expect(guide.run).toBeNull());
  });

  it("has the presenter's remote alone", async () => {
    await start();
    await lesson("noise");
    await press("choice-1");
    key("PageDown");
    await at("2/4");
    await waitFor(() => expect(guide.run?.results[1]).toBeDefined());
    // On the stage of pictures the same keys walk along the steps.
    expect([navigation.place, easel.frame]).toEqual(["image", null]);
    key("ArrowRight");
    await at("3/4");
    await waitFor(() => expect(easel.frame).toBe(2));
    key("PageUp");
    await at("2/4");
    expect(easel.frame).toBe(2);
  });

  it("says aloud what failed, tries again, and shows what was recorded", async () => {
    await start();
    await lesson("wording");
    await press("choice-0");
    backend.script.fail = "memory";
    await press("step-next");
    const trouble = await find("step-trouble");
    expect([trouble.getAttribute("role"), trouble.dataset["code"]]).toEqual(["alert", "outOfMemory"]);
    expect(trouble.textContent).toContain("not enough memory");
    await press("trouble-recorded");
    expect(await find("experiment-recorded")).toBeTruthy();
    expect(get("step-recorded").textContent).toContain("Recorded");
    expect(get("group-polite").textContent).toContain("100%");
    backend.script.fail = null;
    await press("step-again");
    await waitFor(() => expect(query("experiment-recorded")).toBeNull());
    await counted();
  });

  it("offers no recorded run where none came, and says so where it went meanwhile", async () => {
    vi.spyOn(ipc, "lessonFile").mockRejectedValue(new FailureError(failures.missing));
    await start();
    await lesson("four-words");
    await waitFor(() => expect(guide.run?.results[0]).toBeDefined());
    expect(query("step-show-recorded")).toBeNull();
    await guide.run?.showRecorded();
    expect((await find("step-trouble")).textContent).toContain("No recorded run");
    expect(query("trouble-recorded")).toBeNull();
    expect(guide.run?.result?.recorded).toBe(false);
  });

  it("stops what runs, also when it is left", async () => {
    await start({ holdAfter: 3 });
    await lesson("wording");
    await press("choice-0");
    await press("step-next");
    await press("step-stop");
    expect((await find("step-trouble")).textContent).toContain("Stopped.");
    await press("trouble-again");
    await find("step-stop");
    await press("step-leave");
    await find("lesson-page");
    expect(backend.calls.filter(({ command }) => command === "cancel")).toHaveLength(2);
  });

  it("keeps no picture that nobody asked to keep, and keeps the one that is asked for", async () => {
    await start();
    await lesson("noise");
    await press("choice-0");
    await press("step-next");
    await waitFor(() => expect(guide.run?.result).not.toBeNull());
    const drawn = () => backend.calls.filter(({ command }) => command === "start_image").map(({ parameters }) => parameters["keep"]);
    expect(drawn()).toEqual([false]);
    await press("step-next");
    await press("step-next");
    await press("keep-result");
    expect(await find("keep-done")).toBeTruthy();
    expect(drawn()).toEqual([false, true]);
  });

  it("lifts what it talks about, and lets go", async () => {
    await start();
    await lesson("wording");
    await press("choice-0");
    expect(document.querySelector("[data-looked]")).toBeNull();
    await press("step-next");
    await waitFor(() => expect(document.querySelector("[data-looked]")?.getAttribute("data-anchor")).toBe("start.groups"));
    await counted();
    await press("step-next");
    await waitFor(() => expect(document.querySelector("[data-looked]")).toBeNull());
    expect(document.documentElement.dataset["looking"]).toBeUndefined();
  });

  it("does not disturb what is at work elsewhere", async () => {
    await openWindow({ pictures: true, holdAfter: 2 });
    await type(get("prompt"), "Name three teas.");
    get("send").click();
    await waitFor(() => expect(desk.running).not.toBeNull());
    await go("start");
    await find("start-lessons");
    get("lesson-card-wording").click();
    await press("lesson-begin");
    expect((await find("toast")).textContent).toContain("Text is at work");
    expect(guide.run).toBeNull();
    desk.stop();
    await waitFor(() => expect(desk.running).toBeNull());
  });

  it("speaks the language of the window, also when it changes", async () => {
    await start({}, "zh");
    await lesson("wording");
    expect(get("step-words").textContent).toContain("法国的首都");
    await press("choice-0");
    await press("step-next");
    await counted();
    const order = backend.calls.find(({ command }) => command === "start_experiment")?.parameters["order"] as { rows: { prompt: string; right: string[] }[] };
    expect([order.rows[0]?.prompt, order.rows[0]?.right]).toEqual(["请告诉我法国的首都。", ["巴黎"]]);
  });
});
