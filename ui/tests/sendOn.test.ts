// What was made here goes on elsewhere: offered where it makes sense, filled in, never started, taken back.
import { screen, waitFor } from "@testing-library/svelte";
import { tick } from "svelte";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import "../src/frame/takes";
import type { WorkDetail } from "../src/ipc";
import { backend } from "../src/ipc/fake/backend";
import { pictureRecipe, textWork } from "../src/ipc/fake/world";
import { studio } from "../src/ipc/studio.svelte";
import { listening } from "../src/panels/audio/listen.svelte";
import { speaking } from "../src/panels/audio/speak.svelte";
import { desk as imageDesk } from "../src/panels/image/desk.svelte";
import { desk as textDesk } from "../src/panels/text/desk.svelte";
import { story } from "../src/panels/video/story.svelte";
import { travel } from "../src/panels/video/travel.svelte";
import { announcer } from "../src/shared/announcer.svelte";
import { gist } from "../src/shared/gist";
import { layout } from "../src/shared/layout.svelte";
import { offers, plain, resultOf, theme, together, type Kind } from "../src/shared/sendOn";
import { toasts } from "../src/shared/toast.svelte";
import { undoOffer } from "../src/shared/undo.svelte";
import { answered, choose, find, get, go, openWindow, query, type } from "./window";

beforeEach(() => {
  undoOffer.clear();
  Object.assign(imageDesk, { draft: "", mode: "draw" });
  Object.assign(story, { topic: "" });
  travel.board.replace([{ prompt: "", seconds: 1 }, { prompt: "", seconds: 1 }]);
  travel.narrate(null);
});
afterEach(() => {
  vi.restoreAllMocks();
  vi.unstubAllGlobals();
});

const shown = [{ prompt: "egg", subject: null, style: "3d", seed: 7 }];
const started = () => backend.calls.filter(({ command }) => command.startsWith("start_")).map(({ command }) => command);
const focused = (id: string) => waitFor(() => expect((document.activeElement as HTMLElement).dataset["testid"]).toBe(id));
const answer = async () => {
  get("example-code").click();
  await answered();
};

describe("what is offered", () => {
  it.each<[Kind, boolean, string[]]>([
    ["text", true, ["say", "draw", "story"]],
    ["minutes", true, ["say", "write", "story"]],
    ["transcript", true, ["say", "minutes", "draw", "write", "story"]],
    ["transcript", false, ["say", "draw", "write", "story"]],
    ["speech", true, ["listen", "draw", "write", "story", "sound"]],
    ["speech", false, ["draw", "write", "story"]],
    ["tune", true, ["sound"]],
    ["tune", false, []],
    ["pictures", true, ["start", "enlarge", "write", "film"]],
    ["pictures", false, ["write", "film"]],
    ["enlarged", true, ["start", "enlarge"]],
    ["film", true, ["say", "write", "clip"]],
    ["film", false, ["say", "write"]],
  ])("of a %s (kept: %s)", async (kind, kept, ids) => {
    await openWindow({ pictures: true });
    expect(offers({ kind, words: "egg", work: kept ? "w" : null, shown }).map(({ id }) => id)).toEqual(ids);
  });

  it("is nothing of what says nothing, and not what the panel itself does", async () => {
    await openWindow({ pictures: true });
    expect(offers(null)).toEqual([]);
    expect(offers({ kind: "text", words: " \n", work: "w" })).toEqual([]);
    expect(offers({ kind: "pictures", words: "egg", work: "w", from: "image", shown }).map(({ id }) => id)).toEqual(["write", "film"]);
    expect(offers({ kind: "transcript", words: "egg", work: "w", from: "audio" }).map(({ id }) => id)).not.toContain("minutes");
  });

  it("is read from works of the library, and several pictures are one result", () => {
    const text = textWork("w1", "Ask", "2026-03-01T08:05:00Z", "An **answer**.");
    const image = (id: string, title: string): WorkDetail => {
      const work = { ...text.work, id, title, modality: "image" as const };
      return { ...text, work, made: pictureRecipe(work) };
    };
    expect(resultOf(text)).toEqual({ kind: "text", words: "An **answer**.", work: "w1" });
    expect(resultOf({ ...text, made: null })).toBeNull();
    expect(offers({ kind: "film", words: "egg", work: "w", ofScenes: true }).map(({ id }) => id)).toEqual(["say", "write", "music", "clip"]);
    const two = together([resultOf(image("a", "egg")), resultOf(text), resultOf(image("b", "hen")), null]);
    expect(two).toMatchObject({ kind: "pictures", words: "egg, hen", work: null });
    expect(together([resultOf(text)])).toBeNull();
  });
});

describe("the words", () => {
  it.each([
    ["A red apple", 40, "A red apple"],
    ["A red apple lies here. It is ripe and it is sweet.", 30, "A red apple lies here."],
    ["Version 1.5 of the plan is ready now! Read it.", 40, "Version 1.5 of the plan is ready now!"],
    ["一只小猫坐在窗台上。它看着外面的雨，一动也不动。", 12, "一只小猫坐在窗台上。"],
    ["one two three four five six seven eight nine ten", 20, "one two three four"],
    ["没有标点的一长串字没有标点的一长串字没有标点", 10, "没有标点的一长串字没"],
    ["", 10, ""],
  ])("of %j in %i letters", (text, most, said) => {
    expect(gist(text, most)).toBe(said);
  });

  it("are spoken without their marks", () => {
    expect(plain({ kind: "text", words: "# Tea\n\nIt is **hot**.", work: null })).toBe("Tea It is hot.");
    expect(plain({ kind: "speech", words: " 2 * 3 * 4 ", work: null })).toBe("2 * 3 * 4");
    expect(theme({ kind: "text", words: "# Tea\n\nIt is **hot**. And so on, for a while.", work: null }, 20)).toBe("Tea");
    expect(theme({ kind: "text", words: "```\nx = 1\n```\n\nThe **code** is short. It ends.", work: null }, 24)).toBe("The code is short.");
  });
});

describe("sent on", () => {
  it("an answer is read aloud: filled in, focused, told, not started", async () => {
    await openWindow();
    await answer();
    await choose("answer-0-menu", "answer-0-send-say");
    await focused("speak-text");
    expect(speaking.text).toContain("Here is the function");
    expect(speaking.text).not.toContain("```");
    expect(started()).toEqual(["start_text"]);
    await waitFor(() => expect(announcer.message).toContain("It is in the form of Audio."));
    expect(query("undo-bar")).toBeNull();
  });

  it("what stood there comes back, and Inside makes way for the form where there is no room for both", async () => {
    vi.spyOn(window, "innerWidth", "get").mockReturnValue(1280);
    await openWindow({ pictures: true });
    imageDesk.draft = "my own words";
    await answer();
    layout.inside = true;
    await tick();
    await choose("answer-0-menu", "answer-0-send-draw");
    await focused("image-prompt");
    expect([imageDesk.draft, layout.inside]).toEqual(["Here is the function with comments and three tests:", false]);
    (await find("undo")).click();
    await waitFor(() => expect(imageDesk.draft).toBe("my own words"));
    expect(started()).toEqual(["start_text"]);
  });

  it("speaks Chinese with a model that can, and gives the other back", async () => {
    await openWindow({}, "zh");
    const speaker = backend.models.find(({ id }) => id === "hibari-en")!;
    backend.models = [...backend.models, { ...speaker, id: "kokoro", languages: ["en", "zh"], isDefault: false }];
    await studio.refreshModels();
    backend.works = [textWork("w9", "写一首诗", "2026-03-01T08:05:00Z", "春天来了，花开了。")];
    speaking.text = "before";
    await go("library");
    (await screen.findAllByTestId("library-open"))[0]!.click();
    await waitFor(() => get("work"));
    await choose("work-send", "work-send-say");
    await focused("speak-text");
    expect([speaking.text, studio.speechModel?.id]).toEqual(["春天来了，花开了。", "kokoro"]);
    (await find("undo")).click();
    await waitFor(() => expect([speaking.text, studio.speechModel?.id]).toEqual(["before", "hibari-en"]));
    await waitFor(() => expect(backend.settings.speechModel).toBeNull());
  });

  it("a picture becomes the first scene of a film with its look and luck, and words about it", async () => {
    await openWindow({ pictures: true });
    await go("image");
    await waitFor(() => expect(imageDesk.info).not.toBeNull());
    await type(get("image-prompt"), "egg");
    get("image-draw").click();
    await waitFor(() => expect(get("image-stage").dataset["phase"]).toBe("done"));
    await choose("image-menu", "image-send-film");
    await focused("scene-1-prompt");
    expect(travel.board.scenes.map(({ prompt }) => prompt)).toEqual(["egg", ""]);
    expect(travel.seed).toBe(imageDesk.drawing.stats?.seed);
    await go("image");
    await choose("image-menu", "image-send-write");
    await focused("prompt");
    expect(textDesk.draft).toBe("Write a short text about this:\n\negg");
    expect(started()).toEqual(expect.not.arrayContaining(["start_travel", "start_text"]));
  });

  it("pictures selected in the library become the scenes of a film", async () => {
    await openWindow({ pictures: true, works: 9 });
    travel.board.replace([{ prompt: "mine", seconds: 1 }, { prompt: "too", seconds: 1 }]);
    await go("library");
    await screen.findAllByTestId("library-open");
    for (const index of [0, 4]) {
      const card = screen.getAllByTestId("library-open")[index]!;
      card.focus();
      card.dispatchEvent(new KeyboardEvent("keydown", { key: " ", bubbles: true, cancelable: true }));
      await tick();
    }
    await waitFor(() => get("selection-send"));
    await choose("selection-send", "selection-send-film");
    await focused("scene-0-prompt");
    expect(travel.board.scenes.map(({ prompt }) => prompt)).toEqual(["A lighthouse above a green sea", "红苹果，水彩"]);
    (await find("undo")).click();
    await waitFor(() => expect(travel.board.scenes.map(({ prompt }) => prompt)).toEqual(["mine", "too"]));
  });

  it("a tune lies under a film, in the one format that carries sound", async () => {
    await openWindow({ pictures: true });
    await go("audio");
    get("audio-tab-compose").click();
    await tick();
    get("tune-start").click();
    await waitFor(() => expect(get("tune").dataset["phase"]).toBe("done"));
    await choose("tune-menu", "tune-send-sound");
    await focused("video-narration");
    expect(travel.format).toBe("mp4");
    expect(get("video-narration").dataset["value"]).toBe(travel.narration);
    expect(get("video-narration").textContent).toContain("G major");
  });

  it("a kept transcript is in view where its minutes are made, and what stood there comes back", async () => {
    await openWindow();
    const text = textWork("t1", "interview.mp3", "2026-03-01T08:05:00Z", "Good morning.");
    const segments = [{ start: 0, end: 2, text: " Good morning.", pieces: [], temperature: 0 }];
    const stats = { language: "en", segments: 1, tokens: 4, silentWindows: 0, doubtfulWindows: 0, cutShort: false, audioSeconds: 2, encodeSeconds: 0, decodeSeconds: 0, seconds: 1 };
    const { text: _, ...recipe } = text.made!;
    const transcription = { request: { path: "/home/ada/Music/interview.mp3", language: null, translate: false, script: null }, stats, segments };
    backend.works = [{ ...text, made: { ...recipe, transcription } as WorkDetail["made"] }];
    Object.assign(listening, { path: "/home/ada/Music/other.mp3" });
    await go("library");
    (await screen.findAllByTestId("library-open"))[0]!.click();
    await waitFor(() => get("work"));
    await choose("work-send", "work-send-minutes");
    await focused("minutes-start");
    expect([get("transcript").textContent?.includes("Good morning."), listening.path, started()]).toEqual([true, null, []]);
    get("minutes-start").click();
    await waitFor(() => expect(backend.calls.find(({ command }) => command === "start_minutes")?.parameters["order"]).toMatchObject({ source: { kind: "transcript", work: "t1" } }));
    listening.stop();
    (await find("undo")).click();
    await waitFor(() => expect(listening.path).toBe("/home/ada/Music/other.mp3"));
  });

  it("a kept sound is written down: it is the recording to listen to, under its own words", async () => {
    await openWindow();
    await go("audio");
    await type(get("speak-text"), "Good morning, harbour.");
    get("speak-start").click();
    await waitFor(() => expect(get("speak").dataset["phase"]).toBe("done"));
    Object.assign(listening, { path: "/home/ada/Music/other.mp3" });
    await choose("speak-menu", "speak-send-listen");
    await focused("listen-start");
    expect(listening.file).toBe("Good morning harbour.wav");
    expect(started()).toEqual(["start_speech"]);
    (await find("undo")).click();
    await waitFor(() => expect(listening.path).toBe("/home/ada/Music/other.mp3"));
  });

  it("a film of the library stands as it was asked for, with a sound to choose", async () => {
    await openWindow({ pictures: true });
    await go("audio");
    get("audio-tab-compose").click();
    await tick();
    get("tune-start").click();
    await waitFor(() => expect(get("tune").dataset["phase"]).toBe("done"));
    const text = textWork("f1", "egg, hen", "2126-03-01T08:05:00Z", "");
    const { text: _, ...recipe } = text.made!;
    const scenes = ["egg", "hen"].map((prompt) => ({ prompt, seconds: 1, subject: null }));
    const parameters = { ...travel.request.parameters, camera: { move: "still", strength: 0.5, eased: true } };
    const film = { travel: { scenes, parameters }, lines: [], narration: null, retiming: null };
    backend.works = [{ ...text, work: { ...text.work, modality: "video" }, made: { ...recipe, film } as unknown as WorkDetail["made"] }, ...backend.works];
    travel.board.replace([{ prompt: "mine", seconds: 1 }, { prompt: "too", seconds: 1 }]);
    await go("library");
    (await screen.findAllByTestId("library-open"))[0]!.click();
    await waitFor(() => get("work"));
    await choose("work-send", "work-send-music");
    await focused("video-narration");
    expect(travel.board.scenes.map(({ prompt }) => prompt)).toEqual(["egg", "hen"]);
    expect([travel.narration === null, travel.format]).toEqual([false, "mp4"]);
    (await find("undo")).click();
    await waitFor(() => expect(travel.board.scenes.map(({ prompt }) => prompt)).toEqual(["mine", "too"]));
  });

  it("tells why it could not be", async () => {
    await openWindow({ pictures: true, works: 1 });
    await go("library");
    (await screen.findAllByTestId("library-open"))[0]!.click();
    await waitFor(() => get("work"));
    const failed = vi.spyOn(imageDesk, "take").mockRejectedValue(new Error("gone"));
    await choose("work-send", "work-send-start");
    await waitFor(() => expect(toasts.current?.place).toBe("image"));
    expect([failed.mock.calls.length, query("work") !== null]).toEqual([1, true]);
  });
});
