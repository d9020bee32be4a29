// A recording is chosen, written down and saved, as a person would.
import { screen, waitFor } from "@testing-library/svelte";
import { tick } from "svelte";
import { describe, expect, it } from "vitest";
import type { MinutesOrder, SoundPart, TranscriptionOrder } from "../src/ipc";
import { backend } from "../src/ipc/fake/backend";
import { player } from "../src/ipc/player.svelte";
import { clock, listening } from "../src/panels/audio/listen.svelte";
import { choose, find, get, go, openWindow, query } from "./window";

async function listen(): Promise<void> {
  await go("audio");
  get("audio-tab-listen").click();
  await tick();
}

const written = () => waitFor(() => expect(get("listen").dataset["phase"]).toBe("done"));

describe("Listen", () => {
  it("writes down what is said and saves it", async () => {
    await openWindow();
    await listen();
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
    await choose("listen-format", "listen-save-srt");
    await waitFor(() => expect(listening.exporting.saved).toBe("/home/ada/Documents/interview.srt"));
    const asked = backend.calls.find((call) => call.command === "start_transcription");
    expect((asked?.parameters["order"] as TranscriptionOrder).request).toEqual({ path: "/home/ada/Music/interview.mp3", language: null, translate: false, script: "simplified" });
  });

  it("takes a file that is dropped, in parts, and refuses what is no sound", async () => {
    await openWindow();
    await go("audio");
    const drop = (file: File) => {
      const event = Object.assign(new Event("drop", { cancelable: true }), { dataTransfer: { types: ["Files"], files: [file] } });
      window.dispatchEvent(event);
      return event.defaultPrevented;
    };
    expect(drop(new File([new Uint8Array((4 << 20) + 3)], "talk.mp3"))).toBe(true);
    await waitFor(() => expect(get("listen-choose").textContent).toContain("talk.mp3"));
    const parts = backend.calls.filter((call) => call.command === "import_sound").map((call) => call.parameters["part"] as SoundPart);
    expect(parts.map((part) => [part.to === null, part.last])).toEqual([
      [true, false],
      [false, true],
    ]);
    expect(atob(parts[1]!.base64).length).toBe(3);
    drop(new File(["hello"], "notes.txt"));
    await waitFor(() => expect(query("failure-card")).not.toBeNull());
    expect(listening.file).toBe("talk.mp3");
  });

  it("stops and keeps what was written", async () => {
    await openWindow({ beat: 30 });
    await listen();
    listening.path = "/x.wav";
    await tick();
    get("listen-start").click();
    await waitFor(() => expect(listening.segments.length).toBe(1));
    get("listen-stop").click();
    await waitFor(() => expect(get("listen").dataset["phase"]).toBe("stopped"));
    expect(get("transcript").textContent).toContain("Good morning");
    expect(query("failure-card")).toBeNull();
  });

  it("plays the recording from the line that is clicked", async () => {
    await openWindow();
    await listen();
    listening.path = "/x.wav";
    await tick();
    get("listen-start").click();
    await written();
    screen.getAllByTestId("listen-hear")[1]!.click();
    await waitFor(() => expect(player.state.phase).toBe("playing"));
    expect(player.state.sound).toEqual({ kind: "file", path: "/x.wav" });
    expect(player.state.position).toBe(4);
    await waitFor(() => expect(get("transcript").querySelector("[aria-current]")?.textContent).toContain("nine"));
  });

  it("records, and the recording is the one to listen to", async () => {
    await openWindow();
    await listen();
    get("listen-record").click();
    await waitFor(() => expect(get("listen-recording").textContent).toContain("0:00"));
    expect((get("listen-start") as HTMLButtonElement).disabled).toBe(true);
    get("listen-record").click();
    await waitFor(() => expect(get("listen-choose").textContent).toContain("15-30-12.wav"));
    expect((get("listen-start") as HTMLButtonElement).disabled).toBe(false);
  });

  it("says clearly that there is no microphone", async () => {
    await openWindow({ deaf: true });
    await listen();
    get("listen-record").click();
    expect((await find("failure-card")).dataset["code"]).toBe("microphoneNone");
    expect(query("listen-recording")).toBeNull();
  });

  it("writes the minutes in one click, each step shown", async () => {
    await openWindow({ beat: 20 });
    await listen();
    listening.path = "/meeting.wav";
    await tick();
    get("minutes-start").click();
    await waitFor(() => expect(get("minutes").dataset["phase"]).toBe("minutes"));
    expect(listening.minutes.notes).toEqual(["- Begin", "- Anna: chairs"]);
    await waitFor(() => expect(get("minutes").dataset["phase"]).toBe("done"));
    expect(get("minutes-text").textContent).toContain("Anna: order the chairs by Friday");
    expect(get("transcript").textContent).toContain("Let us begin.");
    // Again, of the transcript that is there.
    get("minutes-start").click();
    await waitFor(() => {
      const asked = backend.calls.filter((call) => call.command === "start_minutes");
      expect((asked[1]?.parameters["order"] as MinutesOrder).source).toEqual({ kind: "transcript", work: expect.any(String) });
    });
  });

  it("tells the time as a clock does", () => {
    expect([0, 59.9, 61, 3723].map(clock)).toEqual(["0:00", "0:59", "1:01", "1:02:03"]);
  });
});
