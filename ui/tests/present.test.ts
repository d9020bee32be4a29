// Presenting: the notes in their own window, the clock, the list, decks, as a presenter goes through them.
import { render, screen, waitFor } from "@testing-library/svelte";
import { tick } from "svelte";
import { afterEach, describe, expect, it } from "vitest";
import { guide } from "../src/guide/guide.svelte";
import { decks } from "../src/guide/decks.svelte";
import { presenting } from "../src/guide/presenting.svelte";
import { progress } from "../src/guide/progress.svelte";
import type { NotesAct } from "../src/ipc";
import { backend } from "../src/ipc/fake/backend";
import type { Script } from "../src/ipc/fake/job";
import NotesPage from "../src/notes/NotesPage.svelte";
import { layout } from "../src/shared/layout.svelte";
import { navigation } from "../src/shared/navigation.svelte";
import { undoOffer } from "../src/shared/undo.svelte";
import { find, get, go, key, openWindow, query, type } from "./window";

afterEach(async () => {
  if (presenting.notes) backend.notes.tell({ kind: "closed" });
  if (guide.deck || guide.run) await guide.leave();
  guide.opened = null;
  guide.page = null;
  decks.opened = null;
  progress.lessons = {};
  undoOffer.dismiss();
  layout.present(false);
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
const over = (pressed: NotesAct) => backend.notes.tell({ kind: "pressed", pressed });
const shown = () => backend.notes.state!;

describe("the list", () => {
  it("opens by J, goes to a number, and Back returns", async () => {
    await start();
    await lesson("wording");
    key("j");
    const list = await find("jump-list");
    expect(get("jump-1").getAttribute("aria-current")).toBe("step");
    key("4", {}, list);
    await waitFor(() => expect(get("jump-typed").textContent).toBe("4"));
    key("Enter", {}, list);
    await at("4/5");
    expect(query("jump-list")).toBeNull();
    key("PageUp");
    await at("1/5");
    key("j");
    key("Escape", {}, await find("jump-list"));
    await waitFor(() => expect(query("jump-list")).toBeNull());
    expect(guide.run).not.toBeNull();
    await press("step-jump");
    await press("jump-5");
    await at("5/5");
  });

  it("does nothing where nothing is presented", async () => {
    await start();
    key("j");
    await tick();
    expect([query("jump-list"), guide.jumping]).toEqual([null, false]);
  });
});

describe("the notes", () => {
  it("show the step, follow it, and hand on what is pressed there", async () => {
    await start();
    await lesson("wording");
    await press("step-notes");
    await waitFor(() => expect(shown().count).toBe("1/5"));
    expect(shown()).toMatchObject({ title: guide.run?.lesson.title.en, can: { next: false, back: false } });
    expect(shown().rows).toHaveLength(5);
    over({ act: "choose", choice: 1 });
    await waitFor(() => expect(shown().choices[1]?.chosen).toBe(true));
    over({ act: "next" });
    await at("2/5");
    await waitFor(() => expect(guide.run?.result).toBeTruthy());
    over({ act: "jump", row: 4 });
    await at("5/5");
    over({ act: "back" });
    await at("2/5");
    over({ act: "black" });
    await waitFor(() => expect(shown().black).toBe(true));
    expect(layout.black).toBe(true);
    over({ act: "leave" });
    expect(layout.black).toBe(false);
    over({ act: "pause" });
    await waitFor(() => expect(shown().timer.runs).toBe(false));
    backend.notes.tell({ kind: "closed" });
    await tick();
    // The lesson goes on without them.
    key("PageDown");
    await at("3/5");
    expect(presenting.notes).toBe(false);
  });

  it("are a page that shows what it is told", async () => {
    await start();
    await lesson("wording");
    await press("step-notes");
    render(NotesPage, { told: "en" });
    await waitFor(() => expect(screen.getByTestId("notes-say").textContent).toBe(get("step-words").textContent));
    const notes = screen.getByTestId("notes");
    expect(notes.textContent).toContain("Say now");
    screen.getByTestId("notes-choice-0").click();
    await waitFor(() => expect(guide.run?.prediction).toBe(0));
    await waitFor(() => expect(screen.getByTestId("notes-choice-0").getAttribute("aria-pressed")).toBe("true"));
    screen.getByTestId("notes-next-button").click();
    await at("2/5");
    await waitFor(() => expect(screen.getByTestId("notes-count").textContent).toBe("2/5"));
    await press("step-leave");
    await waitFor(() => expect(screen.getByTestId("notes-nothing")).toBeTruthy());
  });

  it("follow the language of the window", async () => {
    await start({}, "zh");
    await lesson("wording");
    await press("step-notes");
    await waitFor(() => expect(shown()).toMatchObject({ language: "zh", part: "先说会怎样" }));
  });

  it("say so where the system opens no window", async () => {
    await start();
    await lesson("wording");
    backend.notes.fails = true;
    await press("step-notes");
    expect((await find("notes-failed")).textContent).toContain("did not open");
  });
});

describe("the clock", () => {
  it("stands on the card, can be hidden, and turns amber when the time is over", async () => {
    await start();
    await lesson("wording");
    const minutes = guide.run?.lesson.minutes ?? 0;
    expect(get("step-clock").textContent).toContain(`/ ${minutes}:00`);
    presenting.timer.planned = 0.001;
    await new Promise((resolve) => setTimeout(resolve, 20));
    presenting.timer.look();
    await waitFor(() => expect(get("step-clock").className).toContain("over"));
    await press("clock-hide");
    expect(query("step-clock")).toBeNull();
    await press("clock-show");
    expect(query("step-clock")).not.toBeNull();
  });
});

describe("decks", () => {
  it("are none at first, and Start says what they are for", async () => {
    await start();
    expect((await find("decks-none")).textContent).toContain("open day");
  });

  it("are made, named, filled, ordered and taken away, with a way back", async () => {
    await start();
    await press("deck-new");
    await find("deck-page");
    const title = get("deck-title") as HTMLInputElement;
    title.value = "Parents' evening";
    title.dispatchEvent(new Event("change", { bubbles: true }));
    await press("deck-add-lesson/wording");
    await waitFor(() => expect(backend.decks.decks[0]).toMatchObject({ title: { en: "Parents' evening", zh: "Parents' evening" } }));
    await press("deck-add-lesson/four-words");
    await find("deck-item-2");
    await type(get("deck-search"), "bank");
    const card = await waitFor(() => screen.getAllByTestId(/^deck-add-card\//)[0]!);
    card.click();
    await find("deck-item-3");
    const kinds = () => backend.decks.decks[0]?.items.map((item) => ("lesson" in item ? item.lesson : item.kind));
    await waitFor(() => expect(kinds()).toEqual(["wording", "four-words", "card"]));
    await press("deck-up-2");
    await waitFor(() => expect(kinds()).toEqual(["four-words", "wording", "card"]));
    key("ArrowDown", { altKey: true }, get("deck-up-2"));
    await waitFor(() => expect(kinds()).toEqual(["four-words", "card", "wording"]));
    await press("deck-start-2");
    await waitFor(() => expect(backend.decks.decks[0]?.items[1]).toMatchObject({ start: "key" }));
    await press("deck-out-1");
    await waitFor(() => expect(kinds()).toEqual(["card", "wording"]));
    await press("undo");
    await waitFor(() => expect(kinds()).toEqual(["four-words", "card", "wording"]));
    await press("deck-remove");
    await find("decks-none");
    await press("undo");
    await waitFor(() => expect(backend.decks.decks).toHaveLength(1));
  });

  it("have cards of one's own, and are copied and brought in", async () => {
    await start();
    await press("deck-new");
    await press("deck-own");
    await type(await find("deck-own-words"), "Name three teas.");
    await press("deck-own-add");
    await waitFor(() => expect(backend.decks.decks[0]?.items[0]).toMatchObject({ kind: "act", do: { act: "text.ask", prompt: { en: "Name three teas.", zh: "Name three teas." } } }));
    await press("deck-duplicate");
    await waitFor(() => expect(backend.decks.decks.map(({ title }) => title.en)).toEqual(["A new deck", "A new deck (copy)"]));
    await press("deck-close");
    await press("deck-import");
    await find("deck-page");
    expect((get("deck-title") as HTMLInputElement).value).toBe("Open day");
  });

  it("are presented item by item with the same keys, and what is missing is named", async () => {
    await start({ decks: true });
    expect((await find("deck-half")).textContent).toContain("line 7");
    await press("deck-present-open-day");
    await at("1 of 6");
    expect(layout.presenter).toBe(true);
    await press("step-notes");
    await waitFor(() => expect(shown()).toMatchObject({ deck: "Open day", count: "1 of 6 · 1/5" }));
    over({ act: "jump", row: 5 });
    await at("5/5");
    expect(guide.isLast).toBe(false);
    key("PageDown");
    // The lesson that is not here is passed over, aloud; the card waits for the key.
    await at("3 of 6");
    expect((await find("step-skipped")).textContent).toContain("no-such-lesson (this lesson is not here)");
    expect([guide.run?.alone?.kind, guide.run?.result]).toEqual(["act", null]);
    key("PageDown");
    await waitFor(() => expect(guide.run?.result?.texts.length).toBe(1));
    expect(navigation.place).toBe("text");
    key("PageDown");
    await at("4 of 6");
    await waitFor(() => expect(guide.run?.result).toBeTruthy());
    expect(get("step-words").textContent).toContain("Made by an AI");
    key("PageUp");
    await at("3 of 6");
    key("PageUp");
    await at("1 of 6 · 5/5");
    key("Escape");
    await waitFor(() => expect(layout.presenter).toBe(false));
    key("Escape");
    await waitFor(() => expect(guide.run).toBeNull());
    expect((await find("undo-bar")).textContent).toContain("Open day");
    await press("undo");
    await at("1 of 6 · 5/5");
  });

  it("go to the end, and give every desk back", async () => {
    await start({ decks: true });
    await press("deck-present-open-day");
    await at("1 of 6");
    guide.jump({ item: 5, step: null });
    await at("6 of 6");
    guide.run?.jump((guide.run?.lesson.steps.length ?? 1) - 1);
    await waitFor(() => expect(guide.isLast).toBe(true));
    await waitFor(() => expect(guide.run?.canNext && guide.run.running === null).toBe(true));
    key("PageDown");
    await waitFor(() => expect([guide.run, guide.deck]).toEqual([null, null]));
    expect(navigation.place).toBe("start");
  });
});
