// A tune is composed, looked into, gone on from, saved and found again, as a person would.
import { screen, waitFor } from "@testing-library/svelte";
import { describe, expect, it } from "vitest";
import { backend } from "../src/ipc/fake/backend";
import { player } from "../src/ipc/player.svelte";
import { studio } from "../src/ipc/studio.svelte";
import { composing } from "../src/panels/audio/compose.svelte";
import { chordName, keyName } from "../src/panels/audio/tunes";
import { choose, find, get, go, key, openWindow, query } from "./window";

const ended = (phase = "done") => waitFor(() => expect(get("tune").dataset["phase"]).toBe(phase));

async function openTab(): Promise<void> {
  await go("audio");
  get("audio-tab-compose").click();
  await waitFor(() => expect(composing.instruments.length).toBe(2));
}

describe("Compose", () => {
  it("writes a tune, plays it at once, and saves its notes and its sound", async () => {
    await openWindow();
    await openTab();
    get("tune-mood-calm").click();
    get("tune-start").click();
    await ended();
    expect(player.state.phase).toBe("playing");
    expect(get("piano-roll").dataset["notes"]).toBe("64");
    expect(composing.asked?.mood).toBe("calm");
    for (const format of ["mid", "wav", "flac"]) {
      await choose("tune-format", `tune-save-${format}`);
      await waitFor(() => expect(composing.exporting.saved).toContain(`.${format}`));
    }
    expect(backend.calls.filter((call) => call.command === "export_work").length).toBe(3);
  });

  it("tells what a note might have been, and goes on from there", async () => {
    await openWindow();
    await openTab();
    get("tune-start").click();
    await ended();
    expect(query("note-instead")).toBeNull();
    get("note-5").dispatchEvent(new MouseEvent("click", { bubbles: true }));
    (await find("note-fork-1")).click();
    await waitFor(() => expect(composing.asked?.start.length).toBe(6));
    await ended();
    expect(composing.notes[5]?.what).toEqual(composing.asked?.start[5]?.what);
    expect(composing.notes[5]?.given).toBe(true);
  });

  it("stops with one key and says where there is no model", async () => {
    await openWindow({ beat: 20 });
    await openTab();
    get("tune-start").click();
    await waitFor(() => expect(composing.notes.length).toBeGreaterThan(0));
    await key("Escape");
    await ended("stopped");
    composing.clear();
    composing.phase = "idle";
    studio.models = (studio.models ?? []).filter((model) => model.skill !== "composition");
    await find("tune-no-model");
  });

  it("opens a kept tune again", async () => {
    await openWindow();
    await openTab();
    get("tune-start").click();
    await ended();
    const { work } = composing;
    composing.clear();
    await go("library");
    await waitFor(() => expect(screen.getAllByTestId("library-open").length).toBeGreaterThan(0));
    screen.getAllByTestId("library-open")[0]!.click();
    (await find("work-open-in-audio")).click();
    await waitFor(() => expect(composing.work).toBe(work));
    expect(composing.notes.length).toBe(64);
  });
});

describe("names of notes", () => {
  it("follow the key", () => {
    expect([keyName(60, 0), keyName(70, 5), keyName(66, 7)]).toEqual(["C4", "B♭4", "F♯4"]);
    expect(chordName("V7", [2, 6, 9, 0], 7)).toBe("D7");
    expect(chordName("ii", [9, 0, 4], 7)).toBe("Am");
  });
});
