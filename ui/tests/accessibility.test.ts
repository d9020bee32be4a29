// axe-core on every place and state, in both languages. Contrast is tested on the tokens:
// jsdom paints nothing.
import axe from "axe-core";
import { screen, waitFor } from "@testing-library/svelte";
import { tick } from "svelte";
import { describe, expect, it } from "vitest";
import { guide } from "../src/guide/guide.svelte";
import type { Language } from "../src/ipc";
import { desk } from "../src/panels/text/desk.svelte";
import { layout } from "../src/shared/layout.svelte";
import { navigation, places } from "../src/shared/navigation.svelte";
import { answered, find, get, go, key, openWindow, type } from "./window";

async function clean(): Promise<void> {
  await tick();
  const { violations } = await axe.run(document.documentElement, {
    rules: { "color-contrast": { enabled: false } },
    resultTypes: ["violations"],
  });
  const found = violations.flatMap(({ id, nodes }) => nodes.map((node) => `${id}: ${node.html}`));
  // The handle between two landmarks is in neither.
  expect(found.filter((line) => !line.startsWith('region: <div class="pane-resizer"'))).toEqual([]);
}

describe.each<Language>(["en", "zh"])("for a screen reader, %s", (language) => {
  it.each(places)("%s", async (place) => {
    await openWindow({}, language);
    await go(place);
    if (place === "library") await find("library-count");
    expect(document.documentElement.lang).toBe(language === "zh" ? "zh-CN" : "en");
    await clean();
  });

  it("an answer, plain and with its probabilities and inside open", async () => {
    await openWindow({}, language);
    get("example-code").click();
    await answered();
    await clean();
    desk.probabilities = true;
    layout.inside = true;
    await tick();
    get("parameters-more").click();
    await type(get("prompt"), "again");
    await waitFor(() => screen.getAllByTestId("next-word-row"));
    await clean();
    screen.getAllByTestId("token")[3]!.click();
    await find("token-popover");
    await clean();
  });

  it("a transcript with its probabilities", async () => {
    await openWindow({}, language);
    await go("audio");
    get("audio-tab-listen").click();
    await tick();
    get("listen-choose").click();
    await waitFor(() => expect((get("listen-start") as HTMLButtonElement).disabled).toBe(false));
    get("listen-start").click();
    await find("listen-save");
    get("listen-sure").click();
    await clean();
  });

  it("a text that is spoken", async () => {
    await openWindow({}, language);
    await go("audio");
    await type(get("speak-text"), "Green tea is hot. It is good.");
    get("speak-start").click();
    await find("speak-save");
    await clean();
  });

  it("a tune, and what a note of it might have been", async () => {
    await openWindow({}, language);
    await go("audio");
    get("audio-tab-compose").click();
    await find("tune-start");
    await clean();
    await waitFor(() => expect((get("tune-start") as HTMLButtonElement).disabled).toBe(false));
    get("tune-start").click();
    await find("tune-save");
    get("note-5").dispatchEvent(new MouseEvent("click", { bubbles: true }));
    await find("note-instead");
    await clean();
  });

  it("speech where nothing can be heard", async () => {
    await openWindow({ deaf: true }, language);
    await go("audio");
    await type(get("speak-text"), "Hello.");
    get("speak-start").click();
    await find("failure-card");
    await clean();
  });

  it("a failure", async () => {
    await openWindow({ fail: "memory" }, language);
    await type(get("prompt"), "x");
    key("Enter", { ctrlKey: true });
    await find("failure-card");
    await clean();
  });

  it("two side by side, before and after", async () => {
    await openWindow({}, language);
    desk.mode = "two";
    await tick();
    await clean();
    get("lesson-arithmetic").click();
    await waitFor(() => expect(get("lane-b").dataset["phase"]).toBe("done"));
    await clean();
  });

  it("a work, the empty library, no models, help", async () => {
    await openWindow({}, language);
    await go("library");
    (await screen.findAllByTestId("library-open"))[0]!.click();
    await find("work");
    await clean();
    navigation.help = true;
    await tick();
    await clean();
  });

  it("works selected, a collection to put them into, the bin, one on the whole screen", async () => {
    await openWindow({ works: 12 }, language);
    await go("library");
    (await screen.findAllByTestId("library-select"))[1]!.click();
    await clean();
    (await find("selection-collect")).click();
    await find("selection-collect-name");
    await clean();
    key("Escape", {}, get("selection-collect-name"));
    get("selection-delete").click();
    await find("undo-bar");
    await clean();
    get("library-storage").click();
    await clean();
    key("Escape");
    get("undo-close").click();
    (await screen.findAllByTestId("library-open"))[0]!.click();
    await find("work");
    layout.inside = true;
    await tick();
    await clean();
    get("work-full").click();
    await find("viewer");
    await clean();
  });

  it("the check before class as it goes on and at its end, the words, and one of a lesson", async () => {
    await openWindow({ pictures: true, checkup: "wrong" }, language);
    await go("start");
    await find("start-lessons");
    get("start-checkup").click();
    (await find("checkup-begin")).click();
    await find("check-library");
    await clean();
    await waitFor(() => expect(get("checkup").dataset["phase"]).toBe("done"));
    await clean();
    get("checkup-close").click();
    await tick();
    get("start-words").click();
    await find("word-seed");
    await clean();
    get("glossary-close").click();
    await tick();
    get("lesson-card-wording").click();
    (await find("lesson-word-seed")).click();
    await find("word-page");
    await clean();
    guide.opened = null;
  });

  it("nothing in the library and no models", async () => {
    await openWindow({ emptyLibrary: true, noModels: true }, language);
    await find("no-model");
    await clean();
    await go("library");
    await find("library-empty");
    await clean();
    await go("models");
    await find("models-empty");
    await clean();
  });
});
