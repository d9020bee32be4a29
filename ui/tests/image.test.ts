// Pictures are drawn, begun with a sketch of one's own, saved and enlarged, as a person would.
import { waitFor } from "@testing-library/svelte";
import axe from "axe-core";
import { tick } from "svelte";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { backend } from "../src/ipc/fake/backend";
import type { ImageOrder, Language } from "../src/ipc";
import { desk, Desk } from "../src/panels/image/desk.svelte";
import { layout } from "../src/shared/layout.svelte";
import { type Strokes, withCanvas } from "./canvas";
import { choose, get, go, openWindow, query, slide, type } from "./window";

let strokes: Strokes;
beforeEach(() => {
  // Wide enough for compose, stage and inside.
  window.innerWidth = 1920;
  strokes = withCanvas();
});
afterEach(() => {
  vi.restoreAllMocks();
  vi.unstubAllGlobals();
});

async function openImage(language: Language = "en", model: string | null = null): Promise<void> {
  const fresh = new Desk();
  desk.easel.remove();
  Object.assign(desk.easel, { open: false, tool: "brush", layer: "picture" });
  Object.assign(desk, { mode: "draw", draft: "", subject: fresh.subject, seed: null, count: 1, factorChosen: null, format: "png", scheduler: null, width: null, height: null, steps: null, live: false, shown: null, drawing: fresh.drawing });
  Object.assign(desk.enlarging, { source: null, address: null, drawing: fresh.enlarging.drawing, width: 0, failure: null, saved: null });
  await openWindow({ pictures: true }, language, { imageModel: model });
  await go("image");
  await waitFor(() => expect(desk.info).not.toBeNull());
  await tick();
}

const asked = (command: string) => backend.calls.filter((call) => call.command === command).at(-1)?.parameters;
const pointer = (kind: string, x: number, y: number) =>
  get("easel-surface").dispatchEvent(Object.assign(new MouseEvent(kind, { bubbles: true, clientX: x, clientY: y }), { pointerId: 1, pointerType: "pen" }));

async function drawn(): Promise<void> {
  get("image-draw").click();
  await waitFor(() => expect(get("image-stage").dataset["phase"]).toBe("done"));
}

describe("Image", () => {
  it("promises, draws, tells what it took and saves in the format chosen", async () => {
    await openImage();
    await waitFor(() => expect(get("image-promise").textContent).toContain("256 × 256 · about 0.4 s · 480"));
    await type(get("image-prompt"), "red apple");
    await drawn();
    expect(get("image-took").textContent).toContain("took 0.2 s · 470");
    await choose("image-format", "image-save-webp");
    await waitFor(() => expect(get("image-saved").textContent).toContain("red apple.webp"));
    expect((asked("start_image")?.["order"] as ImageOrder).sources).toEqual({ start: null, mask: null });
  });

  it("says how much of a long prompt the model reads, before and after", async () => {
    await openImage("en", "sd15");
    await type(get("image-prompt"), "a red apple");
    expect(document.getElementById("image-prompt-help")).toBeNull();
    const long = "a red apple on a table beside the window, ".repeat(60).trim();
    await type(get("image-prompt"), long);
    expect(document.getElementById("image-prompt-help")?.textContent).toContain("at most 75 tokens");
    await drawn();
    expect(get("image-cut").textContent).toContain("Not read: “");
    expect(document.getElementById("image-prompt-help")?.textContent).toContain("Not read: “");
    expect(get("image-prompt").getAttribute("aria-describedby")).toBe("image-prompt-help");
    const some = "a red apple on a table beside the window, with a green cup and a small old book on it";
    await type(get("image-prompt"), some);
    get("image-draw").click();
    await desk.drawing.finished;
    await tick();
    expect(query("image-cut")).toBeNull();
    expect(document.getElementById("image-prompt-help")?.textContent).toContain("All of it is read");
  });

  it("calls what a step shows a guess, and the last one the picture", async () => {
    await openImage();
    await type(get("image-prompt"), "red apple");
    await drawn();
    expect(get("image-noise").textContent).toBe("The finished picture");
    desk.stepFrame(-1);
    await tick();
    expect(get("image-noise").textContent).toMatch(/^Its guess at \d+% noise$/);
    desk.frame = 0;
    await tick();
    expect(get("image-noise").textContent).toBe("Its guess at 100% noise");
  });

  it("leaves a finished picture on the stage while one types on, and shows the sketch beside the words", async () => {
    await openImage();
    await type(get("image-prompt"), "red apple");
    await drawn();
    const picture = desk.shown;
    desk.live = true;
    await type(get("image-prompt"), "red apple tree");
    await waitFor(() => expect(query("image-glimpse")).not.toBeNull());
    expect(desk.shown).toBe(picture);
    get("image-glimpse-show").click();
    await waitFor(() => expect(query("image-glimpse")).toBeNull());
    expect(desk.shown).not.toBe(picture);
  });

  it("gives words back that a card has put away, by Ctrl+Z in their field too", async () => {
    await openImage();
    await type(get("image-prompt"), "a cat that reads");
    desk.runExample({ id: "x", topic: { en: "", zh: "" }, prompt: { en: "volcano", zh: "火山" } } as never);
    expect(desk.draft).toBe("volcano");
    await waitFor(() => expect(get("image-stage").dataset["phase"]).toBe("done"));
    get("image-prompt").dispatchEvent(new KeyboardEvent("keydown", { key: "z", ctrlKey: true, bubbles: true, cancelable: true }));
    await waitFor(() => expect(desk.draft).toBe("a cat that reads"));
  });

  it.each([
    ["en", "red apple", "“red apple” is drawn as: red apple.", "pear", "You chose: pear."],
    ["zh", "苹果", "“苹果”画成：红苹果。", "梨", "你选择了：梨。"],
  ] as const)("tells what the words were taken for, and draws something else by a click (%s)", async (language, prompt, sentence, other, chosen) => {
    await openImage(language);
    layout.inside = true;
    await type(get("image-prompt"), prompt);
    await drawn();
    expect((asked("start_image")?.["order"] as ImageOrder).request.subject).toEqual({ kind: "words" });
    await waitFor(() => expect(get("image-subject").textContent).toContain(sentence));
    const seed = desk.drawing.stats?.seed;
    const button = [...get("image-subject").querySelectorAll("button")].find((one) => one.textContent === other);
    button?.click();
    await waitFor(() => expect(get("image-subject").textContent).toContain(chosen));
    const { request } = asked("start_image")?.["order"] as ImageOrder;
    expect([request.subject, request.parameters.seed]).toEqual([{ kind: "thing", english: "pear", colour: null }, seed]);
    expect((await axe.run(get("image-subject"), { runOnly: ["wcag2a", "wcag2aa"], rules: { "color-contrast": { enabled: false } } })).violations).toEqual([]);
    // Other words are read anew.
    await type(get("image-prompt"), "pangolin");
    await drawn();
    expect((asked("start_image")?.["order"] as ImageOrder).request.subject).toEqual({ kind: "words" });
    await waitFor(() => expect(get("image-subject").textContent).toContain(language === "en" ? "No “pangolin” is known" : "模型不认识“pangolin”"));
    expect(document.querySelector('[data-testid="image-left-out"]')).toBeNull();
    // Of two things one is drawn.
    await type(get("image-prompt"), language === "en" ? "apple and cat" : "苹果和猫");
    await drawn();
    const leftOut = language === "en" ? "Draws one thing: red apple. Left out: cat." : "一次只画一样东西：红苹果。没有画出：猫。";
    await waitFor(() => expect(get("image-left-out").textContent).toBe(leftOut));
    // Words of the other language are called by their own name, or quoted.
    await type(get("image-prompt"), "apple and cat and wooden table and no people");
    await drawn();
    const told =
      language === "en"
        ? "Draws one thing: red apple. Left out: cat and wooden table.“no people” has no effect: the model draws what is named and cannot leave things out. It draws: red apple."
        : "一次只画一样东西：红苹果。没有画出：猫（cat）和“wooden table”。“no people”不起作用：模型只画提到的东西，不会去掉什么。画的是：红苹果。";
    await waitFor(() => expect(get("image-left-out").textContent).toBe(told));
  });

  it("begins with a sketch, with as much of it as was said, and can undo a stroke", async () => {
    await openImage();
    get("image-start-draw").click();
    await tick();
    pointer("pointerdown", 10, 10);
    pointer("pointermove", 60, 40);
    pointer("pointerup", 60, 40);
    await tick();
    expect(strokes.count).toBe(2);
    expect(desk.easel.hasPicture).toBe(true);
    get("easel-undo").click();
    await tick();
    expect(desk.easel.hasPicture).toBe(false);
    get("easel-surface").dispatchEvent(new KeyboardEvent("keydown", { key: "ArrowLeft", shiftKey: true, bubbles: true }));
    await tick();
    expect(desk.easel.hasPicture).toBe(true);
    get("easel-done").click();
    await tick();
    await slide("image-strength", 7);
    await type(get("image-prompt"), "a house");
    await drawn();
    const { sources, request } = asked("start_image")?.["order"] as ImageOrder;
    expect([sources.start?.kind, request.parameters.strength]).toEqual(["data", 0.4]);
    expect(query("image-compare")).not.toBeNull();
    get("image-start-remove").click();
    await tick();
    expect(query("image-start-edit")).toBeNull();
  });

  it("opens a picture to start from and goes on from a finished one", async () => {
    await openImage();
    get("image-start-open").click();
    await waitFor(() => expect(desk.easel.hasPicture).toBe(true));
    expect(asked("import_picture")?.["source"]).toEqual({ kind: "file", path: "/home/ada/Pictures/holiday.jpg" });
    await type(get("image-prompt"), "a house");
    await drawn();
    await choose("image-menu", "image-start-from");
    await waitFor(() => expect((asked("import_picture")?.["source"] as { kind: string }).kind).toBe("work"));
  });

  it("shows of a small model what it has", async () => {
    await openImage();
    expect([query("image-width"), query("image-scheduler"), query("image-live") !== null]).toEqual([null, null, true]);
  });

  it("shows size, method and mask of a model that has them, and no sketches", async () => {
    await openImage("en", "sd15");
    await waitFor(() => expect(desk.info?.family).toBe("Stable Diffusion"));
    await tick();
    expect([query("image-live"), query("image-style")]).toEqual([null, null]);
    const width = get("image-width") as HTMLInputElement;
    width.value = "500";
    width.dispatchEvent(new Event("change", { bubbles: true }));
    await choose("image-scheduler", "image-scheduler-option-euler");
    get("image-start-draw").click();
    await tick();
    get("easel-layer-mask").click();
    await tick();
    pointer("pointerdown", 5, 5);
    pointer("pointerup", 5, 5);
    get("easel-layer-picture").click();
    await tick();
    pointer("pointerdown", 5, 5);
    pointer("pointerup", 5, 5);
    await type(get("image-prompt"), "a house");
    await drawn();
    const { request, sources, factor } = asked("start_image")?.["order"] as ImageOrder;
    expect([request.parameters.width, request.parameters.scheduler, sources.mask?.kind, factor]).toEqual([512, "euler", "data", 1]);
  });

  it("makes a picture larger, and compares", async () => {
    await openImage();
    get("image-mode-enlarge").click();
    await tick();
    expect((get("enlarge-start") as HTMLButtonElement).disabled).toBe(true);
    get("enlarge-choose").click();
    await waitFor(() => expect(get("enlarge-promise").textContent).toContain("80 × 60 · about 0.4 s"));
    get("enlarge-start").click();
    await waitFor(() => expect(get("enlarge-stage").dataset["phase"]).toBe("done"));
    expect(asked("start_upscale")?.["order"]).toMatchObject({ title: "holiday.jpg", factor: 2 });
    expect(query("image-compare")).not.toBeNull();
  });

  it.each<Language>(["en", "zh"])("is whole for a screen reader, %s", async (language) => {
    await openImage(language, "sd15");
    const clean = async () => {
      await tick();
      const { violations } = await axe.run(document.documentElement, { rules: { "color-contrast": { enabled: false } }, resultTypes: ["violations"] });
      const found = violations.flatMap(({ id, nodes }) => nodes.map((node) => `${id}: ${node.html}`));
      expect(found.filter((line) => !line.startsWith('region: <div class="pane-resizer"'))).toEqual([]);
    };
    await clean();
    get("image-start-draw").click();
    await clean();
    get("easel-done").click();
    await tick();
    await type(get("image-prompt"), "a house");
    await drawn();
    await clean();
    get("image-mode-enlarge").click();
    await clean();
  });
});
