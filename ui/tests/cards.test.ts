// Cards are always at hand: in every place and tab, starred, kept as one's own, drawn by chance, there after a restart.
import { screen, waitFor } from "@testing-library/svelte";
import axe from "axe-core";
import { tick } from "svelte";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { readdirSync, statSync } from "node:fs";
import type { ImageOrder, Language, TextOrder } from "../src/ipc";
import { backend } from "../src/ipc/fake/backend";
import { deck as speakDeck } from "../src/panels/audio/examples";
import { deck as tuneDeck } from "../src/panels/audio/tunes";
import { desk as imageDesk } from "../src/panels/image/desk.svelte";
import { deck as imageDeck, examples as imageExamples, pictures as imagePictures } from "../src/panels/image/examples";
import { desk as textDesk } from "../src/panels/text/desk.svelte";
import { deck as textDeck, examples as textExamples } from "../src/panels/text/examples";
import { examples as filmExamples, pictures as filmPictures, told, travels } from "../src/panels/video/examples";
import { story } from "../src/panels/video/story.svelte";
import { travel } from "../src/panels/video/travel.svelte";
import { announcer } from "../src/shared/announcer.svelte";
import { both, Deck, type Card } from "../src/shared/deck.svelte";
import { undoOffer } from "../src/shared/undo.svelte";
import { answered, choose, find, get, go, key, openWindow, query, type } from "./window";

const decks = [textDeck, imageDeck, speakDeck, tuneDeck, travels, told] as unknown as Deck<Card>[];
beforeEach(() => {
  undoOffer.clear();
  for (const deck of decks) Object.assign(deck, { mine: [], starred: [], naming: null });
  Object.assign(textDesk, { examples: false });
  Object.assign(imageDesk, { draft: "", mode: "draw", examples: false, shown: null });
});
afterEach(() => vi.restoreAllMocks());

const calls = (command: string) => backend.calls.filter((call) => call.command === command);
const cards = (section: string) => [...get(section).querySelectorAll<HTMLElement>(".card")].map((card) => card.dataset["testid"]);

describe("the cards", () => {
  it.each([
    ["text", null, "welcome"],
    ["text", "mode-two", "stage"],
    ["image", null, "image-welcome"],
    ["audio", "audio-tab-speak", "speak-welcome"],
    ["audio", "audio-tab-listen", "listen-empty"],
    ["audio", "audio-tab-compose", "tune-welcome"],
    ["video", "video-tab-travel", "video-welcome"],
    ["video", "video-tab-clip", "video-welcome"],
    ["video", "video-tab-story", "video-welcome"],
  ] as const)("of %s (%s) are one press away before anything was made", async (place, tab, stands) => {
    Object.assign(travel, { failure: null });
    await openWindow({ pictures: true });
    await go(place);
    if (tab) get(tab).click();
    await tick();
    await find(stands);
    expect(get(`${place}-examples`).getAttribute("aria-pressed")).toBe("true");
    await waitFor(() => expect(get("stage").querySelector(".card:enabled")).not.toBeNull());
    get(`${place}-examples`).click();
    await waitFor(() => expect((document.activeElement as HTMLElement).classList.contains("card")).toBe(true));
  });

  it("take the place of enlarging, too, and give it back", async () => {
    await openWindow({ pictures: true });
    await go("image");
    get("image-mode-enlarge").click();
    await tick();
    get("image-examples").click();
    await find("image-welcome");
    expect(imageDesk.mode).toBe("draw");
  });

  it("are for class and for work, in both languages, with what they draw", () => {
    for (const examples of [textExamples, imageExamples, filmExamples]) {
      for (const group of ["class", "work"]) expect(examples.filter((one) => one.group === group).length).toBeGreaterThanOrEqual(2);
    }
    for (const example of imageExamples) expect([example.id, imagePictures(example).length, typeof example.seed]).toEqual([example.id, 1, "number"]);
    for (const example of filmExamples) expect([example.id, filmPictures(example).length]).toEqual([example.id, example.scenes.length]);
    const bytes = ["image", "video"].flatMap((panel) => readdirSync(`src/panels/${panel}/cards`).map((file) => statSync(`src/panels/${panel}/cards/${file}`).size));
    expect(bytes.reduce((sum, one) => sum + one, 0)).toBeLessThan(150_000);
  });

  it("keep the focus on their star, wherever it takes them", async () => {
    await openWindow();
    for (const _ of ["set", "taken away"]) {
      get("example-travel-star").focus();
      get("example-travel-star").click();
      await tick();
      await new Promise((resolve) => setTimeout(resolve, 20));
      expect((document.activeElement as HTMLElement).dataset["testid"]).toBe("example-travel-star");
    }
  });

  it("come first with a star, and one is drawn by chance", async () => {
    await openWindow();
    expect([query("text-cards-favourites"), cards("text-cards-work")[0]]).toEqual([null, "example-marketing"]);
    get("example-travel-star").click();
    await find("text-cards-favourites");
    expect(announcer.message).toContain("Shown first");
    expect([cards("text-cards-favourites"), cards("text-cards-work").includes("example-travel")]).toEqual([["example-travel"], false]);
    get("example-travel-star").click();
    await waitFor(() => expect(query("text-cards-favourites")).toBeNull());
    vi.spyOn(Math, "random").mockReturnValue(0);
    get("text-surprise").click();
    await answered();
    expect((calls("start_text")[0]?.parameters["order"] as TextOrder).request.messages.at(-1)?.content).toBe(textExamples[0]?.prompt.en);
    // The next one is another.
    expect(textDeck.surprise()).not.toBe(textExamples[0]);
  });

  it.each<Language>(["en", "zh"])("of one's own are kept, named, run and deleted with a way back (%s)", async (language) => {
    await openWindow({}, language);
    get("example-code").click();
    await answered();
    textDesk.set("temperature", 0.9);
    await choose("answer-0-menu", "answer-0-keep-card");
    const [card] = textDeck.mine;
    const id = `example-${card?.id}`;
    await waitFor(() => expect((document.activeElement as HTMLElement).dataset["testid"]).toBe(`${id}-name`));
    await type(get(`${id}-name`), "Palindromes");
    key("Enter", {}, get(`${id}-name`));
    await waitFor(() => expect((document.activeElement as HTMLElement).dataset["testid"]).toBe(`${id}-rename`));
    expect([get(id).textContent?.includes("Palindromes"), cards("text-cards-mine")]).toEqual([true, [id]]);
    const { violations } = await axe.run(get("text-cards-mine"), { runOnly: ["wcag2a", "wcag2aa"], rules: { "color-contrast": { enabled: false } } });
    expect(violations.map((one) => one.id)).toEqual([]);
    textDesk.reset();
    get(id).click();
    await answered();
    const { request } = calls("start_text").at(-1)?.parameters["order"] as TextOrder;
    expect([request.messages.at(-1)?.content, request.parameters.temperature]).toEqual([textExamples.find((one) => one.id === "code")?.prompt[language], 0.9]);
    get("text-examples").click();
    await find(`${id}-remove`);
    get(`${id}-remove`).click();
    await waitFor(() => expect(query(id)).toBeNull());
    (await find("undo")).click();
    await find(id);
  });

  it("of a picture keep its settings", async () => {
    await openWindow({ pictures: true });
    await go("image");
    await waitFor(() => expect(imageDesk.info).not.toBeNull());
    await type(get("image-prompt"), "egg");
    Object.assign(imageDesk, { style: "flat", seed: 12, steps: 9 });
    get("image-draw").click();
    await waitFor(() => expect(get("image-stage").dataset["phase"]).toBe("done"));
    await choose("image-menu", "image-keep-card");
    const id = `image-example-${imageDeck.mine[0]?.id}`;
    await find(`${id}-name`);
    key("Escape", {}, get(`${id}-name`));
    Object.assign(imageDesk, { style: null, seed: null, steps: null });
    (await find(id)).click();
    await waitFor(() => expect(calls("start_image").filter((call) => call.parameters["keep"]).length).toBe(2));
    const { parameters, prompt } = (calls("start_image").at(-1)?.parameters["order"] as ImageOrder).request;
    expect([prompt, parameters.style, parameters.seed, parameters.steps]).toEqual(["egg", "flat", 12, 9]);
  });

  it("of Listen and Clip ask for what they need", async () => {
    await openWindow({ pictures: true });
    await go("audio");
    get("audio-tab-listen").click();
    await tick();
    (await find("listen-example-interview")).click();
    await waitFor(() => expect(get("listen").dataset["phase"]).toBe("done"));
    expect([calls("choose_sound").length, calls("start_transcription")[0]?.parameters["order"]]).toMatchObject([1, { request: { translate: true } }]);
  });
});

describe("what was kept", () => {
  it("comes back as it was", () => {
    textDeck.add("Name three teas.", (id, topic) => ({ id, topic, icon: "bookmark", title: topic, prompt: both("Name three teas."), parameters: { temperature: 0.2, stop: ["END"] } }));
    travels.add("egg → hen", (id, topic) => ({ id, topic, title: topic, scenes: [{ prompt: both("egg"), seconds: 2 }], move: "bob", seed: 3, settings: { fps: 12, drift: 0.2 } }));
    told.add("A fox", (id, topic) => ({ id, topic, about: both("A fox"), own: { style: "flat", move: "rotate", spoken: false } }));
    speakDeck.add("Tea.", (id, topic) => ({ id, topic, title: topic, text: both("Tea."), own: { voice: "af_heart", speed: 0.8 } }));
    tuneDeck.add("Waltz", (id, topic) => ({ id, topic, title: topic, request: { mood: "calm", metre: "3/4", mode: "dorian", key: 2, bars: 8, form: "free", accompaniment: "none", instrument: "flute", tempo: 90 } }));
    textDeck.star(textDeck.mine[0]!);
    for (const deck of decks) {
      const kept = JSON.parse(JSON.stringify(deck.snapshot())) as Record<string, unknown>;
      const before = [deck.mine, deck.starred];
      Object.assign(deck, { mine: [], starred: [] });
      deck.restore(kept);
      expect([JSON.parse(JSON.stringify(deck.mine)), deck.starred]).toEqual(before);
    }
  });

  it("is taken for what it is worth", () => {
    const [id, topic] = ["own-1", both("x")];
    const odd = [7, null, {}, { id: "marketing", topic }, { id, topic: "x" }, { id, topic }, { id, topic, title: topic, prompt: topic, scenes: "none", text: 4, about: topic, own: null, request: [], parameters: { temperature: "hot", stop: 3 } }];
    for (const deck of decks) {
      deck.restore({ mine: odd, starred: ["gone", 4, "own-1"] });
      for (const card of deck.mine) expect(card).toMatchObject({ id, topic });
      deck.restore({ mine: "none" });
      expect([deck.mine, deck.starred]).toEqual([[], []]);
    }
    textDeck.restore({ mine: odd });
    expect(textDeck.mine.map(({ parameters }) => parameters)).toEqual([{}]);
  });

  it("is written to the library", async () => {
    await openWindow();
    get("example-travel-star").click();
    await waitFor(() => expect(backend.desks["cards.text"]).toContain("travel"));
  });
});

describe("a story", () => {
  it("is told again as its card says", async () => {
    Object.assign(story, { topic: "", move: "still" });
    await openWindow({ pictures: true });
    story.tell({ id: "own-1", topic: both("Fox"), about: both("A fox"), own: { style: "flat", move: "bob", spoken: false } });
    await waitFor(() => expect(calls("start_story").length).toBe(1));
    expect(calls("start_story")[0]?.parameters["order"]).toMatchObject({ topic: "A fox", spoken: false, parameters: { style: "flat", camera: { move: "bob" } } });
    story.stop();
    await screen.findByTestId("window");
  });
});
