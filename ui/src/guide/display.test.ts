import { describe, expect, it } from "vitest";
import { look, type Display } from "./display";

const on = (screenWidth: number, screenHeight: number, ratio = 1): Display => ({ width: Math.min(1280, screenWidth), height: 700, screenWidth, screenHeight, ratio });

describe("words of the presenter layout", () => {
  it("are fine on what rooms have", () => {
    for (const screen of [on(1280, 720), on(1366, 768), on(1920, 1080), on(3840, 2160), on(1920, 1200, 1.5)]) expect(look(screen)).toMatchObject({ verdict: "fine", trouble: null });
    expect(look(on(1280, 720)).words).toBe(28);
    expect(look(on(1920, 1080)).words).toBeCloseTo(31.9, 1);
  });

  it("have no room on a small screen", () => {
    expect(look(on(800, 600))).toMatchObject({ verdict: "doubtful", trouble: "window" });
    expect(look({ ...on(1280, 480), height: 400 }).trouble).toBe("window");
  });

  it("are not sharp where the page is made smaller than the screen's dots", () => {
    expect(look(on(1280, 720, 0.5)).trouble).toBe("dots");
  });

  it("are small on a screen that is large and close, or stands on its end", () => {
    expect(look(on(5120, 2880)).trouble).toBe("small");
    expect(look(on(1080, 1920)).trouble).toBe("small");
  });
});
