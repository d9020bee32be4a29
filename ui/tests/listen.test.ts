// A recording is chosen, written down and saved, as a person would.
import { waitFor } from "@testing-library/svelte";
import { tick } from "svelte";
import { describe, expect, it } from "vitest";
import { backend } from "../src/ipc/fake/backend";
import { clock, listening } from "../src/panels/audio/listen.svelte";
import { get, go, openWindow, query } from "./window";

const written = () => waitFor(() => expect(get("listen").dataset["phase"]).toBe("done"));

describe("Listen", () => {
  it("writes down what is said and saves it", async () => {
    await openWindow();
    await go("audio");
    expect((get("listen-start") as HTMLButtonElement).disabled).toBe(true);
    get("listen-choose").click();
    await waitFor(() => expect(get("listen-choose").textContent).toContain("interview.mp3"));
    get("listen-start").click();
    await written();
    expect(get("transcript").textContent).toContain("0:04 The library opens at nine.");
    expect(get("listen-heard").textContent).toContain("English");
    get("listen-sure").click();
    await tick();
    expect(get("transcript").querySelectorAll("[class^=sure-]").length).toBeGreaterThan(6);
    get("listen-save-srt").click();
    await waitFor(() => expect(listening.saved).toBe("/home/ada/Documents/interview.srt"));
    const asked = backend.calls.find((call) => call.command === "start_transcription");
    expect(asked?.parameters["request"]).toEqual({ path: "/home/ada/Music/interview.mp3", language: null, translate: false, script: null });
  });

  it("stops and keeps what was written", async () => {
    await openWindow({ beat: 30 });
    await go("audio");
    listening.path = "/x.wav";
    await tick();
    get("listen-start").click();
    await waitFor(() => expect(listening.segments.length).toBe(1));
    get("listen-stop").click();
    await waitFor(() => expect(get("listen").dataset["phase"]).toBe("stopped"));
    expect(get("transcript").textContent).toContain("Good morning");
    expect(query("failure-card")).toBeNull();
  });

  it("tells the time as a clock does", () => {
    expect([0, 59.9, 61, 3723].map(clock)).toEqual(["0:00", "0:59", "1:01", "1:02:03"]);
  });
});
