// Class packs: what a stick holds, whether it is whole, using, installing and making one.
import { waitFor } from "@testing-library/svelte";
import { tick } from "svelte";
import { afterEach, describe, expect, it, vi } from "vitest";
import { classPack } from "../src/guide/classpack.svelte";
import { guide } from "../src/guide/guide.svelte";
import { makingPack } from "../src/guide/makepack.svelte";
import type { Script } from "../src/ipc/fake/job";
import { announcer } from "../src/shared/announcer.svelte";
import { find, get, go, key, openWindow, query } from "./window";

afterEach(async () => {
  classPack.stop();
  makingPack.stop();
  await waitFor(() => expect(classPack.running || makingPack.running).toBe(false));
  classPack.forget();
  Object.assign(makingPack, { phase: "choosing", without: new Set(), own: true, portable: true, packages: [], plan: null, folder: null, failure: null });
  Object.assign(guide, { page: null, from: null });
  vi.restoreAllMocks();
});

const press = async (id: string) => {
  (await find(id)).click();
  await tick();
};
const line = () => get("class-pack-line").textContent?.replace(/\s+/g, " ") ?? "";
const phase = (expected: string) => waitFor(() => expect(get("class-pack").dataset["phase"]).toBe(expected));
const states = () => [...get("class-pack-items").querySelectorAll("li")].map((item) => item.dataset["state"]);

async function start(script: Partial<Script> = {}, language: "en" | "zh" = "en") {
  await openWindow({ beat: 1, pictures: true, ...script }, language);
  await go("start");
  await press("start-pack");
  await find("class-pack");
}

describe("a class pack", () => {
  it("is shown at once, checked by itself, and found whole", async () => {
    const say = vi.spyOn(announcer, "say");
    await start();
    expect(query("class-pack-items")).toBeNull();
    await press("class-pack-choose");
    await find("class-pack-items");
    await phase("verified");
    expect(line()).toContain("Whole: every file is the one that was packed");
    expect(states()).toEqual(Array(5).fill("whole"));
    expect(query("class-pack-wrong")).toBeNull();
    expect(say).toHaveBeenCalledWith("Whole: every file is the one that was packed");
  });

  it("that the app runs from is checked without being asked for", async () => {
    await start({ stick: "own" });
    await phase("verified");
    expect(line()).toContain("runs from this stick");
  });

  it("with a changed file names it, with what to do, in both languages", async () => {
    await start({ stick: "tampered" }, "zh");
    await press("class-pack-choose");
    await phase("verified");
    expect(line()).toContain("有 1 个文件有问题");
    expect(get("class-pack-wrong").textContent).toContain("models/kokoro/model.onnx");
    expect(get("class-pack-wrong").textContent).toContain("请从来源处重新复制课堂包");
    expect(get("class-pack-extra").textContent).toContain("games.exe");
    await press("class-pack-install");
    await phase("installed");
    expect(states()).toEqual(["installed", "refused", "installed", "installed", "notTrusted"]);
    expect(line()).toContain("其余已安装；有 1 个文件有问题");
  });

  it("has its models used from the stick, though the check goes on", async () => {
    await start({ holdAfter: 2 });
    await press("class-pack-choose");
    await waitFor(() => expect(states()[0]).toBe("whole"));
    await press("class-pack-use");
    await waitFor(() => expect(states()[0]).toBe("used"));
    expect(get("class-pack-progress").textContent).toMatch(/29(\.4)? MB a second/);
    key("Escape");
    await phase("stopped");
    expect(line()).toContain("Stopped");
  });

  it("that is none is told, and another can be chosen", async () => {
    await start({ stick: "none" });
    await press("class-pack-choose");
    await waitFor(() => expect(get("failure-card").dataset["code"]).toBe("classPackNone"));
    expect(query("class-pack-items")).toBeNull();
  });
});

describe("making a class pack", () => {
  it("shows the size before the folder is asked for, and where it is when it is made", async () => {
    await start();
    await press("class-pack-make");
    await waitFor(() => expect(get("make-pack-size").textContent).toMatch(/Size: \d/));
    const before = get("make-pack-size").textContent;
    await press("make-pack-portable");
    await waitFor(() => expect(get("make-pack-size").textContent).not.toBe(before));
    await press("make-pack-begin");
    await waitFor(() => expect(get("make-pack-done").textContent).toContain("quartet-class-pack"));
  });

  it("of nothing is not begun", async () => {
    await start();
    await press("class-pack-make");
    for (const model of makingPack.models) makingPack.toggle(model.id, false);
    await press("make-pack-portable");
    await waitFor(() => expect(get("make-pack-size").textContent).toContain("Nothing is chosen"));
    expect((get("make-pack-begin") as HTMLButtonElement).disabled).toBe(true);
  });

  it("can be stopped, and says that nothing is left", async () => {
    await start({ holdAfter: 1 });
    await press("class-pack-make");
    await waitFor(() => expect((get("make-pack-begin") as HTMLButtonElement).disabled).toBe(false));
    await press("make-pack-begin");
    await find("class-pack-progress");
    await press("make-pack-stop");
    await find("make-pack-stopped");
  });
});
