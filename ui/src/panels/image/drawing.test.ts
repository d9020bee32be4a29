import { describe, expect, it, vi } from "vitest";
import { ipc } from "../../ipc";
import type { ImageMade, ImageProgress, ImageRequest, ImageStats, JobEvent } from "../../ipc";
import { Drawing } from "./drawing.svelte";

const request = { prompt: "cat", negativePrompt: "", parameters: { count: 1 } } as ImageRequest;
const stats = { seed: 7, steps: 2 } as ImageStats;
const cost = { promised: { seconds: 1, memoryMb: 400, measured: true }, seconds: 1, memoryMb: 410 };
type Event = JobEvent<ImageProgress, ImageMade>;
const done: Event = { kind: "done", made: { stats, cost, subject: null }, works: ["w"], keepFailure: null };
const nothing = { start: null, mask: null };

/** A drawing that was accepted as job 5, and the way to tell it events. */
async function begun(): Promise<{ drawing: Drawing; tell: (event: Event) => void; progress: (progress: ImageProgress) => void }> {
  let tell: (event: Event) => void = () => undefined;
  vi.spyOn(ipc, "startImage").mockImplementation((_order, _keep, listen) => {
    tell = listen;
    return Promise.resolve(5);
  });
  const drawing = new Drawing();
  await drawing.start({ model: "glyph", request, sources: nothing, before: null, factor: 4, keep: true });
  return { drawing, tell, progress: (progress) => tell({ kind: "progress", progress }) };
}

describe("a drawing", () => {
  it("keeps every step's belief with the noise that was left", async () => {
    const { drawing, progress } = await begun();
    progress({ kind: "step", index: 0, total: 2, noiseLevel: 1, previews: ["a"] });
    progress({ kind: "step", index: 1, total: 2, noiseLevel: 0.5, previews: ["b"] });
    expect(drawing.frames).toEqual([
      { noise: 1, previews: ["a"] },
      { noise: 0.5, previews: ["b"] },
    ]);
    expect([drawing.phase, drawing.progress?.done, drawing.progress?.total]).toEqual(["drawing", 2, 2]);
  });

  it("shows the picture at once and keeps it beside the enlarged one", async () => {
    const { drawing, tell, progress } = await begun();
    progress({ kind: "picture", index: 0, picture: "small", width: 64, height: 64 });
    expect(drawing.pictures[0]).toEqual({ src: "small", width: 64, height: 64, small: null, start: null });
    progress({ kind: "tile", done: 1, total: 1 });
    expect(drawing.phase).toBe("enlarging");
    progress({ kind: "picture", index: 0, picture: "large", width: 256, height: 256 });
    tell(done);
    expect(drawing.pictures[0]).toEqual({ src: "large", width: 256, height: 256, small: "small", start: null });
    expect(drawing.cost?.memoryMb).toBe(410);
    expect([drawing.phase, drawing.works]).toEqual(["done", ["w"]]);
  });

  it("is stopped once, and nothing comes after", async () => {
    const { drawing, tell } = await begun();
    const cancel = vi.spyOn(ipc, "cancel").mockResolvedValue(null);
    drawing.stop();
    drawing.stop();
    expect(cancel).toHaveBeenCalledExactlyOnceWith(5);
    const failure = { code: "cancelled", message: { en: "", zh: "" }, nextStep: { en: "", zh: "" }, detail: "" } as const;
    tell({ kind: "failed", failure });
    expect([drawing.phase, drawing.failure]).toEqual(["stopped", null]);
    tell(done);
    expect(drawing.phase).toBe("stopped");
  });

  it("tells what went wrong when it was not accepted", async () => {
    vi.spyOn(ipc, "startImage").mockRejectedValue(new Error("no"));
    const drawing = new Drawing();
    const ended = vi.fn();
    await drawing.start({ model: "glyph", request, sources: nothing, before: null, factor: 1, keep: false });
    await drawing.finished.then(ended);
    expect([drawing.phase, drawing.failure?.code]).toEqual(["failed", "unreachable"]);
    expect(ended).toHaveBeenCalledOnce();
  });
});
