import { afterEach, describe, expect, it, vi } from "vitest";
import { ipc } from "../../ipc";
import { Exporting, fileName } from "./exporting.svelte";

describe("a name for a copy", () => {
  it.each([
    ["a red apple", "a red apple.png"],
    ["红苹果，圆的", "红苹果 圆的.png"],
    ["../../etc/passwd", "etc-passwd.png"],
    ["C:\\x:y*?", "C -x y.png"],
    ["  \n ", "picture.png"],
    ["…!?", "picture.png"],
    ["e\u0301te\u0301", "e\u0301te\u0301.png"],
    ["𠮷".repeat(60), `${"𠮷".repeat(40)}.png`],
  ])("of %j", (words, name) => {
    expect(fileName(words, "png", "picture")).toBe(name);
  });
});

describe("a copy", () => {
  afterEach(() => vi.restoreAllMocks());

  it("is written where it was asked for, and says so", async () => {
    vi.spyOn(ipc, "chooseExport").mockResolvedValue("/home/ada/x.png");
    const write = vi.fn().mockResolvedValue(null);
    const exporting = new Exporting();
    await exporting.save("x.png", write);
    expect([write.mock.calls, exporting.saved, exporting.failure]).toEqual([[["/home/ada/x.png"]], "/home/ada/x.png", null]);
  });

  it("is not written where nobody chose a place, and tells why it could not be", async () => {
    const choose = vi.spyOn(ipc, "chooseExport").mockResolvedValue(null);
    const write = vi.fn().mockRejectedValue(new Error("full"));
    const exporting = new Exporting();
    await exporting.save("x.png", write);
    expect([write.mock.calls.length, exporting.saved]).toEqual([0, null]);
    choose.mockResolvedValue("/x.png");
    await exporting.save("x.png", write);
    expect([exporting.saved, exporting.failure?.code]).toEqual([null, "unreachable"]);
  });
});
