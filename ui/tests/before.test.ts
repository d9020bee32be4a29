// Before a class: the check-up, the words, and the way to the room.
import { readFileSync } from "node:fs";
import { screen, waitFor } from "@testing-library/svelte";
import { tick } from "svelte";
import { afterEach, describe, expect, it, vi } from "vitest";
import { placeOf, wordOfAnchor, wordOfPlace } from "../src/guide/anchors";
import { checkingUp } from "../src/guide/checkup.svelte";
import { found, glossary } from "../src/guide/glossary.svelte";
import { guide } from "../src/guide/guide.svelte";
import { i18n } from "../src/i18n/index.svelte";
import { FailureError, ipc } from "../src/ipc";
import type { Script } from "../src/ipc/fake/job";
import entries from "../src/ipc/fake/glossary.json";
import { failures } from "../src/ipc/fake/world";
import { tabs } from "../src/panels/audio/tabs.svelte";
import { announcer } from "../src/shared/announcer.svelte";
import { layout } from "../src/shared/layout.svelte";
import { navigation, type Place } from "../src/shared/navigation.svelte";
import { toasts } from "../src/shared/toast.svelte";
import { undoOffer } from "../src/shared/undo.svelte";
import { sources } from "./sources";
import { answered, find, get, go, key, openWindow, query, type } from "./window";

afterEach(async () => {
  checkingUp.stop();
  await waitFor(() => expect(checkingUp.running).toBe(false));
  if (guide.run) await guide.finish();
  Object.assign(checkingUp, { phase: "idle", found: [], made: null, failure: null });
  Object.assign(glossary, { entries: null, failure: null, wanted: null });
  Object.assign(guide, { opened: null, page: null, from: null });
  undoOffer.dismiss();
  vi.restoreAllMocks();
});

const press = async (id: string) => {
  (await find(id)).click();
  await tick();
};
const focus = () => document.activeElement as HTMLElement;
const line = () => get("checkup-line").textContent?.replace(/\s+/g, " ") ?? "";

async function start(script: Partial<Script> = {}, language: "en" | "zh" = "en") {
  await openWindow({ pictures: true, ...script }, language);
  await go("start");
  await find("start-lessons");
}

async function check(script: Partial<Script> = {}, language: "en" | "zh" = "en") {
  await start(script, language);
  await press("start-checkup");
  await press("checkup-begin");
}
const ended = (phase = "done") => waitFor(() => expect(get("checkup").dataset["phase"]).toBe(phase));

describe("the check before class", () => {
  it("finds everything fine, says so in one line, and shows the code", async () => {
    vi.spyOn(window.screen, "width", "get").mockReturnValue(1280);
    vi.spyOn(window.screen, "height", "get").mockReturnValue(768);
    const print = vi.spyOn(window, "print").mockReturnValue();
    await start();
    await press("start-checkup");
    await waitFor(() => expect(focus().tagName).toBe("H1"));
    expect(line()).toContain("Not checked yet");
    expect(query("checkup-print")).toBeNull();
    await press("checkup-begin");
    await ended();
    expect([line(), get("checkup-line").dataset["verdict"]]).toEqual([expect.stringContaining("All is ready"), "fine"]);
    expect(get("checkup-rows").querySelectorAll("li")).toHaveLength(16);
    expect(get("check-text").textContent).toContain("24 tokens a second");
    expect(get("check-display").textContent).toContain("screen 1280 × 768");
    expect(get("same-seed-code").textContent).toBe("3fa91c07");
    expect(get("same-seed").textContent).toContain("x86_64 avx2 fma");
    expect((await find("checkup-warm")).textContent).toMatch(/in memory now \(all of Quartet: [\d.,]+ [MG]B\)/);
    await press("checkup-print");
    expect(print).toHaveBeenCalledOnce();
    await press("checkup-close");
    expect(await find("start-home")).toBeTruthy();
  });

  it("says what is wrong by a word, with what to do, and has no code then", async () => {
    await check({ checkup: "wrong" });
    await ended();
    expect([line(), get("checkup-line").dataset["verdict"]]).toEqual([expect.stringContaining("Not ready: Writing"), "wrong"]);
    expect(get("check-text").textContent).toMatch(/Does not work.*not enough memory.*What to do: Close other programs/s);
    expect(query("same-seed-code")).toBeNull();
    expect(get("same-seed").textContent).toContain("No code this time");
  });

  it("names what only the window can see: no voice of its language", async () => {
    await check({ checkup: "doubtful" }, "zh");
    await ended();
    expect(get("check-language").dataset["verdict"]).toBe("doubtful");
    expect(line()).toMatch(/都能用，但请留意：.*语言.*麦克风/);
  });

  it("tells a listener of what is not fine and how it ended, not of each thing", async () => {
    const said = vi.spyOn(announcer, "say");
    await check({ checkup: "doubtful" });
    await ended();
    await waitFor(() => expect(said.mock.calls.map(([words]) => words).at(-1)).toMatch(/^All works, but look at: .*Microphone/));
    const told = said.mock.calls.map(([words]) => words);
    expect(told).toContain("Microphone: Look at it. No microphone was found.");
    expect(told.filter((words) => /fine/i.test(words))).toEqual([]);
  });

  it("shows what is looked at now, and is stopped by Escape", async () => {
    await check({ holdAfter: 3 });
    const now = await find("check-disk");
    expect([now.dataset["verdict"], line()]).toEqual([undefined, expect.stringContaining("4 of 14: Disk")]);
    key("Escape");
    await ended("stopped");
    expect(line()).toContain("Stopped: 5 things checked");
    expect([query("check-disk"), get("check-library").dataset["verdict"]]).toEqual([null, "fine"]);
    expect(query("same-seed")).toBeNull();
  });

  it("goes on while other places are looked at", async () => {
    await check({ holdAfter: 1 });
    await find("check-clock");
    await go("library");
    await go("start");
    expect((await find("checkup")).dataset["phase"]).toBe("running");
    await press("checkup-stop");
    await ended("stopped");
  });

  it("tells why it could not go on, and begins again", async () => {
    vi.spyOn(ipc, "startCheckup").mockRejectedValueOnce(new FailureError(failures.memory));
    await check();
    await ended("failed");
    expect(get("checkup-line").dataset["verdict"]).toBe("wrong");
    expect(get("failure-card").textContent).toContain("not enough memory");
    await press("checkup-begin");
    await ended();
    expect(query("failure-card")).toBeNull();
  });

  it("waits for a job, as a lesson waits for it", async () => {
    await openWindow({ pictures: true, holdAfter: 1 });
    await type(get("prompt"), "Tell me");
    get("send").click();
    await find("stop");
    await go("start");
    await press("start-checkup");
    await press("checkup-begin");
    expect([toasts.current?.place, checkingUp.phase]).toEqual(["text", "idle"]);
    await go("text");
    get("stop").click();
    await waitFor(() => expect(query("stop")).toBeNull());
    await go("start");
    await press("checkup-begin");
    await find("check-clock");
    await press("checkup-close");
    await press("lesson-card-wording");
    await press("lesson-begin");
    expect([toasts.current?.message, guide.run]).toEqual([expect.stringContaining("check before class"), null]);
  });
});

describe("the words", () => {
  it("are found in both languages, and none is said", async () => {
    await start();
    await press("start-words");
    const field = await find("glossary-search");
    await waitFor(() => expect(focus()).toBe(field));
    await waitFor(() => expect(get("glossary-count").textContent).toBe(`${entries.length} words`));
    await type(field, "种子");
    expect(screen.getAllByRole("listitem").filter((one) => one.id.startsWith("word-")).map(({ id }) => id)).toEqual(["word-seed"]);
    expect(get("word-seed").querySelector("[lang='zh-CN']")?.textContent).toBe("种子");
    await type(field, "TOKEN");
    expect(screen.getAllByTestId(/^word-/)[0]!.id).toBe("word-token");
    await type(field, "zebra");
    expect([get("glossary-none").textContent, get("glossary-count").textContent]).toEqual([expect.stringContaining("No word like this"), "0 words"]);
  });

  it("stand in the order of the language", () => {
    const terms = (language: "en" | "zh") => {
      i18n.choose(language);
      return found(entries, "").map(({ term }) => term[language]);
    };
    expect(terms("en").slice(0, 2)).toEqual(["composition", "diffusion"]);
    const chinese = terms("zh");
    expect(chinese.indexOf("步数")).toBeLessThan(chinese.indexOf("种子"));
  });

  it("lead to where the thing is, and lift it until somebody acts", async () => {
    await start();
    await press("start-words");
    await press("see-composition");
    await waitFor(() => expect([navigation.place, tabs.open]).toEqual(["audio", "compose"]));
    await go("start");
    await press("see-prompt");
    await waitFor(() => expect(document.documentElement.dataset["looking"]).toBe("text.prompt"));
    expect([navigation.place, focus().dataset["anchor"]]).toEqual(["text", "text.prompt"]);
    key("Tab", {}, focus());
    expect(document.documentElement.dataset["looking"]).toBeUndefined();
  });

  it("say so where there is nothing to see yet", async () => {
    await start();
    await press("start-words");
    await press("see-hallucination");
    await waitFor(() => expect(toasts.current?.message).toBe("It can be seen here once something was made."));
    expect(navigation.place).toBe("text");
  });

  it("tell why they could not be read, and try again", async () => {
    vi.spyOn(ipc, "glossary").mockRejectedValueOnce(new FailureError(failures.settings));
    await start();
    await press("start-words");
    await press("failure-remedy-0");
    expect(await find("word-seed")).toBeTruthy();
  });

  it("of a lesson show what they mean, and lead to all", async () => {
    await start();
    await press("lesson-card-wording");
    await press("lesson-word-seed");
    expect((await find("word-page")).textContent).toMatch(/seed.*种子.*The number that chance begins with/s);
    await press("word-all");
    await waitFor(() => expect(focus().id).toBe("word-seed"));
    await press("glossary-close");
    expect(await find("lesson-page")).toBeTruthy();
  });
});

describe("F1", () => {
  const asked = (target?: EventTarget) => key("F1", {}, target);

  it("opens the word for the place, and Back leads there again", async () => {
    await openWindow({ pictures: true });
    await go("image");
    expect(asked().defaultPrevented).toBe(true);
    await waitFor(() => expect(focus().id).toBe("word-diffusion"));
    expect(get("word-diffusion").classList).toContain("wanted");
    await press("glossary-close");
    expect(navigation.place).toBe("image");
    asked();
    await find("glossary");
    key("Escape");
    await waitFor(() => expect(navigation.place).toBe("image"));
  });

  it("opens the word for what has the focus, also where one types", async () => {
    await openWindow();
    await type(get("prompt"), "Hello");
    get("send").click();
    await answered();
    get("prompt").focus();
    asked(get("prompt"));
    await waitFor(() => expect(focus().id).toBe("word-prompt"));
  });

  it("opens the whole glossary where there is no word, and out of the help", async () => {
    await start();
    key("?");
    expect((await find("help")).textContent).toContain("F1");
    asked();
    await waitFor(() => expect(focus().dataset["testid"]).toBe("glossary-search"));
    expect(query("help")).toBeNull();
  });

  it("is no answer while it is held with other keys", async () => {
    await openWindow();
    for (const init of [{ ctrlKey: true }, { altKey: true }, { shiftKey: true }]) key("F1", init);
    expect(navigation.place).toBe("text");
  });

  it("lies over a lesson until the next step", async () => {
    await start();
    await press("lesson-card-wording");
    await press("lesson-begin");
    await find("step-card");
    asked();
    await find("glossary");
    expect(guide.run).not.toBeNull();
    await press("choice-0");
    await press("step-next");
    await find("experiment");
    expect(query("glossary")).toBeNull();
  });
});

describe("the way to the room", () => {
  it("leads from Start, and with a lesson", async () => {
    await start();
    await press("start-present");
    expect([layout.presenter, navigation.place, query("start-home") !== null]).toEqual([true, "start", true]);
    key("Escape");
    await tick();
    expect(layout.presenter).toBe(false);
    await press("lesson-card-wording");
    await press("lesson-present");
    await find("step-card");
    expect([layout.presenter, guide.run?.lesson.id]).toEqual([true, "wording"]);
  });
});

describe("the table of words", () => {
  const toml = readFileSync("../src-tauri/crates/lessons/content/glossary.toml", "utf8");
  const known = [...toml.matchAll(/^id = "(.+)"$/gm)].map(([, id]) => id);
  const anchors = new Set(sources("src", /\.svelte$/).flatMap((path) => [...readFileSync(path, "utf8").matchAll(/data-anchor="([\w.]+)"/g)].map(([, anchor]) => anchor as string)));

  it("has one for every part that has a name, and no other", () => {
    expect(Object.keys(wordOfAnchor).sort()).toEqual([...anchors].sort());
  });

  it("has words of the glossary only", () => {
    const words = [...Object.values(wordOfAnchor), ...Object.values(wordOfPlace).filter((word) => word !== null)];
    expect(words.filter((word) => !known.includes(word))).toEqual([]);
    expect(entries.map(({ id }) => id).filter((id) => !known.includes(id))).toEqual([]);
  });

  it("leads to parts and places that there are", () => {
    const seen = [...toml.matchAll(/^see = "(.+)"$/gm)].map(([, see]) => see as string);
    expect(seen.length).toBeGreaterThan(50);
    expect(seen.filter((see) => placeOf(see) === null || (placeOf(see) !== (see as Place) && !anchors.has(see)))).toEqual([]);
    expect(placeOf("inside.nothing")).toBeNull();
  });
});
