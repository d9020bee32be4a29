import { afterEach, describe, expect, it, vi } from "vitest";
import { backend } from "./fake/backend";
import { Studio } from "./studio.svelte";

const saves = () => backend.calls.filter((call) => call.command === "save_settings");

afterEach(() => {
  vi.restoreAllMocks();
  backend.reset();
});

describe("settings", () => {
  it("chosen before the kept ones arrive outrank them, and are written then", async () => {
    backend.settings = { ...backend.settings, language: "en", threads: 3 };
    const studio = new Studio();
    const arriving = studio.refreshSettings();
    await studio.change({ language: "zh" });
    expect(saves()).toEqual([]);
    await arriving;
    expect(studio.settings).toMatchObject({ language: "zh", threads: 3 });
    expect(backend.settings).toMatchObject({ language: "zh", threads: 3 });
  });

  it("changed twice at once are kept as they were last", async () => {
    const studio = new Studio();
    await studio.refreshSettings();
    await Promise.all([studio.change({ theme: "dark" }), studio.change({ projector: true })]);
    expect(studio.settings).toMatchObject({ theme: "dark", projector: true });
    expect(backend.settings).toMatchObject({ theme: "dark", projector: true });
  });

  it("that cannot be written go back to what was kept", async () => {
    const studio = new Studio();
    await studio.refreshSettings();
    const answer = backend.answer.bind(backend);
    vi.spyOn(backend, "answer").mockImplementation((command, parameters) =>
      command === "save_settings" ? Promise.reject(new Error("disk")) : answer(command, parameters),
    );
    await studio.change({ theme: "dark" });
    expect(studio.settings.theme).toBe("system");
    expect(studio.settingsFailure).not.toBeNull();
  });
});
