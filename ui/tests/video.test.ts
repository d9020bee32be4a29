// Films are made from a storyboard, from a clip and from a topic, as a person would.
import { screen, waitFor } from "@testing-library/svelte";
import axe from "axe-core";
import { tick } from "svelte";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { backend } from "../src/ipc/fake/backend";
import type { Language } from "../src/ipc";
import { examples, stories } from "../src/panels/video/examples";
import { clip } from "../src/panels/video/clip.svelte";
import { Film } from "../src/panels/video/film.svelte";
import { story } from "../src/panels/video/story.svelte";
import { cards, tabs } from "../src/panels/video/tabs.svelte";
import { travel } from "../src/panels/video/travel.svelte";
import { layout } from "../src/shared/layout.svelte";
import { withCanvas } from "./canvas";
import { choose, find, get, go, key, openWindow, query, type } from "./window";

beforeEach(() => {
  // Wide enough for compose, stage and inside.
  window.innerWidth = 1920;
  withCanvas();
  URL.createObjectURL = () => "blob:frame";
  URL.revokeObjectURL = () => undefined;
});
afterEach(() => {
  for (const film of [travel.film, clip.film, story.film, clip.original]) film?.close();
  vi.restoreAllMocks();
  vi.unstubAllGlobals();
});

async function openVideo(language: Language = "en", script: Parameters<typeof openWindow>[0] = {}): Promise<void> {
  cards.open = false;
  travel.board.replace([{ prompt: "", seconds: 1 }, { prompt: "", seconds: 1 }]);
  Object.assign(travel, { film: new Film(), drift: 0, circle: false, move: "still", size: 256, fps: 24, format: "webP", blended: false, narration: null, seed: 7, style: null, failure: null });
  Object.assign(story, { film: new Film(), topic: "", spoken: true });
  clip.clear();
  Object.assign(clip, { motion: "slower", factor: 2, sharpen: 1 });
  tabs.open = "travel";
  await openWindow({ pictures: true, ...script }, language);
  await go("video");
  await waitFor(() => expect(travel.info).not.toBeNull());
  await tick();
}

const asked = (command: string) => backend.calls.filter((call) => call.command === command);
const order = (command: string) => asked(command).at(-1)?.parameters["order"];
const phase = (name: string) => waitFor(() => expect(get("video-stage").dataset["phase"]).toBe(name));
const prompts = () => travel.board.scenes.map((scene) => scene.prompt);

async function written(...words: string[]): Promise<void> {
  for (const [index, word] of words.entries()) await type(get(`scene-${index}-prompt`), word);
}

describe("a film from a storyboard", () => {
  it("is promised, made, played and saved", async () => {
    await openVideo();
    expect(get("video-promise").textContent).toContain("Write something into every scene");
    expect((get("video-make") as HTMLButtonElement).disabled).toBe(true);
    await written("egg", "rooster");
    await waitFor(() => expect(get("video-promise").textContent).toContain("256 × 256 · 48 frames · about 3.2 s · 520"));
    key("Enter", { ctrlKey: true });
    await phase("done");
    expect(order("start_travel")).toMatchObject({
      model: "glyph",
      request: { scenes: [{ prompt: "egg", seconds: 1 }, { prompt: "rooster", seconds: 1 }], parameters: { seed: 7, drift: 0, fps: 24, camera: { move: "still" } } },
      inbetweens: { kind: "best" },
      narration: null,
    });
    expect(get("video-timeline").dataset["frames"]).toBe("48");
    expect(get("video-stage").dataset["playing"]).toBe("true");
    expect(get("video-took").textContent).toContain("took 2.9 s");
    await choose("video-format", "video-save-gif");
    await waitFor(() => expect(get("video-saved").textContent).toContain("egg rooster.gif"));
  });

  it.each([
    ["en", "Scene 2: Draws one thing: red apple. Left out: cat."],
    ["zh", "第 2 个场景：一次只画一样东西：红苹果。没有画出：猫（cat）。"],
  ] as const)("tells what its scenes leave out while it is made (%s)", async (language, told) => {
    await openVideo(language, { holdAfter: 8 });
    await written("egg", "rooster and cat");
    get("video-make").click();
    await waitFor(() => expect(travel.film.reel.frames.length).toBe(8));
    expect([...get("video-left-out").children].map((line) => line.textContent)).toEqual([told]);
    key("Escape");
    await phase("stopped");
    expect(get("video-left-out").textContent).toBe(told);
    await written("egg", "rooster");
    get("video-make").click();
    await waitFor(() => expect(travel.film.reel.frames.length).toBe(8));
    expect(query("video-left-out")).toBeNull();
  });

  it("is walked through with the keyboard: frames, keys, play", async () => {
    await openVideo();
    await written("egg", "rooster");
    get("video-make").click();
    await phase("done");
    key("Home");
    await tick();
    expect(get("video-frame").textContent).toBe("Frame 1 of 48");
    expect(get("video-stage").dataset["playing"]).toBe("false");
    key("ArrowRight");
    await tick();
    expect(get("video-timeline").getAttribute("aria-valuetext")).toBe("Frame 2 of 48, at 0 s, in between");
    key("PageDown", {}, get("video-timeline"));
    await tick();
    expect(get("video-timeline").getAttribute("aria-valuetext")).toContain("Frame 5 of 48, at 0.2 s, key frame");
    key("ArrowLeft", {}, get("video-timeline"));
    await tick();
    expect(travel.film.reel.index).toBe(3);
    key(" ");
    await tick();
    expect(get("video-stage").dataset["playing"]).toBe("true");
    // A button keeps its own Space.
    expect(key(" ", {}, get("video-save")).defaultPrevented).toBe(false);
    get("video-play").click();
    await tick();
    expect(get("video-stage").dataset["playing"]).toBe("false");
  });

  it("can be stopped, and what was made stays", async () => {
    await openVideo("en", { holdAfter: 8 });
    await written("egg", "rooster");
    get("video-make").click();
    await waitFor(() => expect(travel.film.reel.frames.length).toBe(8));
    expect(get("video-progress").textContent).toContain("Frame 8 of 48");
    key("Escape");
    await phase("stopped");
    expect(get("video-timeline").dataset["frames"]).toBe("8");
    expect(query("video-save")).toBeNull();
  });

  it("fails with a card that says what to do", async () => {
    await openVideo("en", { fail: "memory" });
    await written("egg", "rooster");
    get("video-make").click();
    expect((await find("failure-card")).dataset["code"]).toBe("outOfMemory");
  });

  it("draws a sketch of each scene while one types, and stops the one overtaken", async () => {
    await openVideo("en", { beat: 120 });
    await written("egg");
    await waitFor(() => expect(asked("start_image").length).toBe(1));
    await written("eggs");
    await waitFor(() => expect(query("scene-0-picture")).not.toBeNull());
    expect(asked("start_image").length).toBe(2);
    expect(asked("cancel").length).toBe(1);
    const [, last] = asked("start_image");
    expect(last?.parameters).toMatchObject({ keep: false, order: { request: { prompt: "eggs", parameters: { seed: 7, steps: 12 } } } });
    // Other luck, other pictures; another length does not draw again.
    const before = asked("start_image").length;
    travel.board.length(travel.board.scenes[0]!.id, 3);
    get("video-seed-dice").click();
    await waitFor(() => expect(asked("start_image").length).toBe(before + 1));
  });

  it("edits scenes by keyboard and takes changes back", async () => {
    await openVideo();
    await written("egg", "rooster");
    get("scene-add").click();
    await waitFor(() => expect(document.activeElement).toBe(get("scene-2-prompt")));
    await type(get("scene-2-prompt"), "hen");
    key("ArrowUp", {}, get("scene-2-grip"));
    await tick();
    expect(prompts()).toEqual(["egg", "hen", "rooster"]);
    key("ArrowUp", { altKey: true }, get("scene-1-prompt"));
    await tick();
    expect(prompts()).toEqual(["hen", "egg", "rooster"]);
    get("scene-0-remove").click();
    await tick();
    expect(prompts()).toEqual(["egg", "rooster"]);
    get("undo").click();
    await tick();
    expect(prompts()).toEqual(["hen", "egg", "rooster"]);
    key("z", { ctrlKey: true });
    await tick();
    // Both moves are one.
    expect(prompts()).toEqual(["egg", "rooster", "hen"]);
    get("storyboard-redo").click();
    await tick();
    expect(prompts()).toEqual(["hen", "egg", "rooster"]);
    // In a text field the field's own undo is meant.
    expect(key("z", { ctrlKey: true }, get("scene-0-prompt")).defaultPrevented).toBe(false);
    for (let count = 3; count < 8; count += 1) get("scene-add").click();
    await tick();
    expect((get("scene-add") as HTMLButtonElement).disabled).toBe(true);
  });

  it("moves a scene that is dragged", async () => {
    await openVideo();
    await written("egg", "rooster");
    const boxes = [...get("storyboard").children].map((_, index) => ({ top: index * 80, bottom: index * 80 + 80 }) as DOMRect);
    [...get("storyboard").children].forEach((card, index) => vi.spyOn(card, "getBoundingClientRect").mockReturnValue(boxes[index]!));
    const grip = get("scene-0-grip");
    const pointer = (kind: string, clientY: number) => grip.dispatchEvent(Object.assign(new MouseEvent(kind, { bubbles: true, clientY }), { pointerId: 1 }));
    pointer("pointerdown", 20);
    pointer("pointermove", 130);
    pointer("pointerup", 130);
    await tick();
    expect(prompts()).toEqual(["rooster", "egg"]);
  });

  it("asks for what was set", async () => {
    await openVideo();
    await written("egg", "rooster");
    get("video-size-512").click();
    get("video-noise-drifting").click();
    get("video-betweens-blend").click();
    get("video-circle").click();
    await choose("video-camera", "video-camera-option-zoomIn");
    get("video-make").click();
    await phase("done");
    expect(order("start_travel")).toMatchObject({ inbetweens: { kind: "blended" }, request: { parameters: { size: 512, drift: 0.35, circle: true, camera: { move: "zoomIn" } } } });
    layout.inside = true;
    await tick();
    expect(get("video-counts").textContent).toContain("13 drawn · 35 made in between");
    expect(query("video-flow")).toBeNull();
  });

  it("shows inside where a frame comes from, how pixels moved and what changed", async () => {
    await openVideo();
    await written("egg", "rooster");
    get("video-make").click();
    await phase("done");
    layout.inside = true;
    travel.film.reel.show(5);
    await tick();
    expect(get("video-origin").textContent).toBe("made between frames 5 and 9, 25% of the way, by Inbetween.");
    await find("video-flow");
    await find("video-difference");
    expect(get("video-evenness").getAttribute("aria-label")).toContain("spread");
    expect(get("video-numbers").textContent).toContain("256 × 256");
  });

  it("comes from a card", async () => {
    await openVideo();
    get("video-example-story").click();
    await phase("done");
    expect(prompts()).toEqual(["egg", "hatching chick", "rooster"]);
  });
});

describe("a film from a clip", () => {
  async function chosen(): Promise<void> {
    get("video-tab-clip").click();
    await tick();
    get("clip-choose").click();
    await find("clip-facts");
  }

  it("tells of the clip, makes it slower and larger, and shows it beside the original", async () => {
    await openVideo();
    await chosen();
    expect(get("clip-facts").textContent).toContain("320 × 240");
    expect(get("clip-becomes").textContent).toBe("Lasts 2 times as long, as smooth as before.");
    get("clip-factor-4").click();
    get("clip-sharpen-2").click();
    await waitFor(() => expect(get("video-promise").textContent).toContain("640 × 480 · 45 frames"));
    get("video-make").click();
    await phase("done");
    expect(order("start_retiming")).toMatchObject({ source: { kind: "files", paths: ["/home/ada/Pictures/holiday.gif"] }, request: { factor: 4, pace: "slower", sharpen: 2 } });
    get("clip-compare-before").click();
    await tick();
    expect(get("video-timeline").dataset["frames"]).toBe("12");
    expect(query("video-save")).toBeNull();
  });

  it("makes nothing while nothing is to change", async () => {
    await openVideo();
    await chosen();
    get("clip-motion-same").click();
    await tick();
    expect(get("video-promise").textContent).toContain("Choose what is to change");
    expect((get("video-make") as HTMLButtonElement).disabled).toBe(true);
  });

  it("takes what is dropped, in the order of the names, but nothing too large", async () => {
    await openVideo();
    const drop = (...files: File[]) => window.dispatchEvent(Object.assign(new Event("drop", { cancelable: true }), { dataTransfer: { types: ["Files"], files } }));
    drop(new File(["b"], "10.png"), new File(["a"], "9.png"));
    await find("clip-facts");
    expect((asked("import_clip").at(-1)?.parameters["files"] as { name: string }[]).map((file) => file.name)).toEqual(["9.png", "10.png"]);
    const large = new File([], "film.mp4");
    Object.defineProperty(large, "size", { value: 2e8 });
    drop(large);
    expect((await find("failure-card")).dataset["code"]).toBe("clipTooLarge");
  });

  it("says why a clip cannot be read", async () => {
    await openVideo();
    get("video-tab-clip").click();
    await tick();
    await clip.bring(["/home/ada/broken.gif"]);
    expect((await find("failure-card")).dataset["code"]).toBe("filmUnreadable");
  });
});

describe("a story in one click", () => {
  it("shows each step, the lines, and the film with its captions", async () => {
    await openVideo();
    get("video-tab-story").click();
    await tick();
    get("video-example-penguin").click();
    await phase("done");
    expect(order("start_story")).toMatchObject({ topic: "A penguin who looks for the sun", language: "en", spoken: true, format: "mp4" });
    expect(get("story-lines").children.length).toBe(4);
    for (const step of ["lines", "narration", "pictures", "film"]) expect(get(`story-step-${step}`).dataset["state"]).toBe("done");
    story.film.reel.show(30);
    await tick();
    expect(get("video-caption").textContent).toBe("A penguin wakes.");
  });

  it("leaves the voice out where it is not wanted", async () => {
    await openVideo("zh");
    get("video-tab-story").click();
    await tick();
    await type(get("story-topic"), "企鹅");
    get("story-spoken").click();
    await tick();
    get("video-make").click();
    await phase("done");
    expect(order("start_story")).toMatchObject({ topic: "企鹅", language: "zh", spoken: false });
    expect(get("story-step-narration").dataset["state"]).toBe("skipped");
  });
});

describe("what is there to be read", () => {
  it("has examples and stories in both languages", () => {
    expect([examples.length, stories.length]).toEqual([7, 6]);
    const texts = [...examples.flatMap((one) => [one.topic, one.title, ...one.scenes.map((scene) => scene.prompt)]), ...stories.flatMap((one) => [one.topic, one.about])];
    for (const text of texts) {
      expect(text.en).not.toMatch(/[\u4e00-\u9fff]/);
      expect(text.zh).toMatch(/[\u4e00-\u9fff]/);
    }
  });

  it("says so where no model draws", async () => {
    await openWindow({ noModels: true });
    await go("video");
    await find("video-no-model");
  });

  it.each<Language>(["en", "zh"])("is whole for a screen reader, %s", async (language) => {
    await openVideo(language);
    const clean = async () => {
      await tick();
      const { violations } = await axe.run(document.documentElement, { rules: { "color-contrast": { enabled: false } }, resultTypes: ["violations"] });
      const found = violations.flatMap(({ id, nodes }) => nodes.map((node) => `${id}: ${node.html}`));
      expect(found.filter((line) => !line.startsWith('region: <div class="pane-resizer"'))).toEqual([]);
    };
    await clean();
    await written("egg", "rooster");
    get("video-make").click();
    await phase("done");
    layout.inside = true;
    travel.film.reel.show(5);
    await clean();
    layout.inside = false;
    get("video-tab-clip").click();
    await clean();
    get("clip-choose").click();
    await find("clip-facts");
    await clean();
    get("video-tab-story").click();
    await clean();
    get("video-example-garden").click();
    await phase("done");
    await clean();
    expect(screen.getAllByTestId("video-timeline").length).toBe(1);
  });
});
