// A text is written, spoken, heard and saved, as a person would.
import { screen, waitFor } from "@testing-library/svelte";
import { tick } from "svelte";
import { describe, expect, it } from "vitest";
import type { SpeechOrder } from "../src/ipc";
import { backend } from "../src/ipc/fake/backend";
import { player } from "../src/ipc/player.svelte";
import { studio } from "../src/ipc/studio.svelte";
import { examples } from "../src/panels/audio/examples";
import { speaking } from "../src/panels/audio/speak.svelte";
import { sentenceAt, timesOf, wordAt } from "../src/panels/audio/words";
import { choose, find, get, go, key, openWindow, query, type } from "./window";

const ended = (phase = "done") => waitFor(() => expect(get("speak").dataset["phase"]).toBe(phase));

async function speak(text: string): Promise<void> {
  await go("audio");
  await waitFor(() => expect(speaking.voices.length).toBe(2));
  await type(get("speak-text"), text);
  get("speak-start").click();
}

describe("Speak", () => {
  it("says a text, plays it at once, and saves sound and captions", async () => {
    await openWindow();
    await speak("Green tea is hot. It is good.");
    await ended();
    expect(player.state.phase).toBe("playing");
    expect(get("speak-script").textContent).toContain("Green");
    await waitFor(() => expect(get("spoken-now").dataset["frames"]).toBe("200"));
    await waitFor(() => expect(Number(get("waveform").dataset["columns"])).toBeGreaterThanOrEqual(0));
    for (const format of ["wav", "flac", "srt"]) {
      await choose("speak-format", `speak-save-${format}`);
      await waitFor(() => expect(speaking.exporting.saved).toBe(`/home/ada/Documents/Green tea is hot It is good.${format}`));
    }
    expect(backend.calls.filter((call) => call.command === "export_work").length).toBe(2);
    expect(backend.calls.filter((call) => call.command === "export_transcript").length).toBe(1);
  });

  it("highlights the word that is heard, and plays from the word that is clicked", async () => {
    await openWindow();
    await speak("Green tea is hot. It is good.");
    await ended();
    const words = screen.getAllByTestId("spoken-word");
    expect(words.length).toBe(7);
    words[5]!.click();
    const second = speaking.sentences[1]!;
    await waitFor(() => expect(player.state.position).toBeCloseTo((second.from + second.timings[1]!.from) / 24_000));
    await waitFor(() => expect(get("speak-script").querySelector("[aria-current]")?.textContent).toContain("is"));
  });

  it("stops the making and the playing with one key", async () => {
    await openWindow({ beat: 30 });
    await speak("One. Two. Three. Four. Five. Six. Seven. Eight. Nine.");
    await waitFor(() => expect(speaking.sentences.length).toBeGreaterThan(1));
    key("Escape");
    await ended("stopped");
    expect(player.playing).toBe(false);
    expect(query("failure-card")).toBeNull();
  });

  it("asks for what was chosen, and again with the seed that was drawn", async () => {
    await openWindow();
    await go("audio");
    await waitFor(() => expect(speaking.voices.length).toBe(2));
    key("ArrowDown", {}, get("speak-voice"));
    await find("speak-voice-option-emma");
    expect([...document.querySelectorAll(".select-group")].map((group) => group.textContent)).toEqual(["American English", "British English"]);
    key("Escape", {}, document.activeElement ?? document.body);
    await tick();
    await choose("speak-voice", "speak-voice-option-emma");
    speaking.speed = 1.5;
    await type(get("speak-text"), "Hello.");
    get("speak-start").click();
    await ended();
    get("speak-again").click();
    await waitFor(() => expect(backend.calls.filter((call) => call.command === "start_speech").length).toBe(2));
    const asked = backend.calls.filter((call) => call.command === "start_speech").map((call) => (call.parameters["order"] as SpeechOrder).request);
    expect(asked[0]).toEqual({ text: "Hello.", voice: "emma", speed: 1.5, seed: null });
    expect(asked[1]).toEqual({ text: "Hello.", voice: "emma", speed: 1.5, seed: 271828 });
  });

  it("works without a loudspeaker, and says so", async () => {
    await openWindow({ deaf: true });
    await speak("Hello.");
    await ended();
    expect((await find("failure-card")).dataset["code"]).toBe("soundOutputNone");
    expect(query("speak-save")).not.toBeNull();
    backend.script.deaf = false;
    get("player-toggle").click();
    await waitFor(() => expect(player.state.phase).toBe("playing"));
    await waitFor(() => expect(query("failure-card")).toBeNull());
  });

  it("is found in the library, played there, and opened again", async () => {
    await openWindow();
    await speak("Found again.");
    await ended();
    await go("library");
    (await screen.findAllByTestId("library-open"))[0]!.click();
    await find("player");
    get("player-toggle").click();
    await waitFor(() => expect(player.state.sound).toEqual({ kind: "work", id: expect.any(String) }));
    get("work-open-in-audio").click();
    await waitFor(() => expect(get("speak-script").textContent).toContain("again."));
    expect(speaking.text).toBe("Found again.");
    expect(speaking.seed).toBe(271828);
  });

  it("has an example of each use, in both languages", async () => {
    expect(examples.length).toBeGreaterThanOrEqual(4);
    for (const { id, topic, title, text } of examples) {
      for (const words of [topic, title, text]) {
        expect(words.en, id).not.toMatch(/[\u4e00-\u9fff]/);
        expect(words.zh, id).toMatch(/[\u4e00-\u9fff]/);
      }
    }
    await openWindow({}, "zh");
    await go("audio");
    await waitFor(() => expect(speaking.voices.length).toBe(2));
    get("speak-example-story").click();
    await ended();
    // No voice here speaks Chinese: the English words are said.
    expect(speaking.text).toContain("snail");
  });

  it("speaks a Chinese card in a Chinese voice, of another model where the one in use has none", async () => {
    await openWindow({}, "zh");
    const hibari = backend.models.find((model) => model.id === "hibari-en")!;
    backend.models = [...backend.models, { ...hibari, id: "kokoro", languages: ["en", "zh"], isDefault: false }];
    await studio.refreshModels();
    await go("audio");
    await waitFor(() => expect(speaking.voices.length).toBe(2));
    get("speak-example-story").click();
    await waitFor(() => expect(backend.calls.some((call) => call.command === "start_speech")).toBe(true));
    const { model, request } = backend.calls.findLast((call) => call.command === "start_speech")!.parameters["order"] as SpeechOrder;
    expect([model, request.voice, speaking.voiceInUse?.language]).toEqual(["kokoro", "zf_xiaobei", "zh-CN"]);
    expect(request.text).toContain("蜗牛");
    await ended();
  });
});

describe("the time of words", () => {
  const words = ["a", "bbb"].map((text, index) => ({ text, start: index * 2, end: index * 2 + text.length, phonemes: text }));

  it("is shared out where the voice does not tell", () => {
    const times = timesOf({ words, timings: [], from: 100, to: 700 });
    expect(times).toEqual([{ word: 0, from: 0, to: 200 }, { word: 1, from: 200, to: 600 }]);
    expect(wordAt(times, 250)).toBe(1);
    expect(wordAt(times, 900)).toBe(-1);
  });

  it("finds the sentence that has begun last", () => {
    const sentences = [0, 100, 250].map((from) => ({ words, timings: [], from, to: from + 100 }));
    expect([0, 99, 100, 240, 9999].map((sample) => sentenceAt(sentences, sample))).toEqual([0, 0, 1, 1, 2]);
    expect(sentenceAt([], 5)).toBe(0);
  });
});
