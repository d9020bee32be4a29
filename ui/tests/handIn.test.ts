// Handing in a lesson's results, and reading those of a class, as people go through it.
import { waitFor } from "@testing-library/svelte";
import { tick } from "svelte";
import { afterEach, describe, expect, it, vi } from "vitest";
import { attempts } from "../src/guide/attempts.svelte";
import { guide } from "../src/guide/guide.svelte";
import { handIns } from "../src/guide/handIns.svelte";
import { progress } from "../src/guide/progress.svelte";
import { FailureError, ipc, type HandInOrder } from "../src/ipc";
import { backend } from "../src/ipc/fake/backend";
import { failures } from "../src/ipc/fake/world";
import { layout } from "../src/shared/layout.svelte";
import { undoOffer } from "../src/shared/undo.svelte";
import { find, get, go, openWindow, query, type } from "./window";

afterEach(async () => {
  if (guide.run) await guide.finish();
  Object.assign(guide, { opened: null, page: null });
  for (const { id } of guide.known) attempts.of(id).forget();
  Object.assign(handIns, { table: null, names: false, failure: null, stopped: false, column: "who", down: false });
  progress.lessons = {};
  layout.present(false);
  undoOffer.dismiss();
  vi.restoreAllMocks();
});

async function start(language: "en" | "zh" = "en") {
  await openWindow({ pictures: true }, language);
  await go("start");
  await find("start-lessons");
}

const press = async (id: string) => {
  (await find(id)).click();
  await tick();
};
const next = async () => {
  await waitFor(() => expect(get("step-next").getAttribute("aria-disabled")).toBe("false"));
  get("step-next").click();
  await tick();
};

describe("a lesson that was left", () => {
  it("goes on at the step where it was, or begins again", async () => {
    await start();
    await press("lesson-card-wording");
    expect(query("lesson-go-on")).toBeNull();
    await press("lesson-begin");
    await press("choice-1");
    await next();
    await waitFor(() => expect(guide.run?.result).toBeTruthy());
    await press("step-leave");
    expect((await find("lesson-go-on")).textContent).toContain("Go on at step 2");
    await press("lesson-close");
    expect((await find("lesson-ahead-wording")).textContent).toContain("Step 2");
    await press("lesson-card-wording");
    await press("lesson-go-on");
    await waitFor(() => expect(get("step-count").textContent).toContain("2/"));
    // What was counted stands there again, and nothing was asked a second time.
    expect((await find("experiment")).dataset["phase"]).toBe("done");
    expect(backend.calls.filter(({ command }) => command === "start_experiment")).toHaveLength(1);
    await press("step-leave");
    await press("lesson-begin");
    await waitFor(() => expect(get("step-count").textContent).toContain("1/"));
    expect(guide.run?.predictions).toEqual({});
  });
});

describe("handing in", () => {
  it("writes what was said and what came out, with the name that was typed", async () => {
    await start();
    await press("lesson-card-wording");
    expect(query("hand-in")).toBeNull();
    await press("lesson-begin");
    await press("choice-1");
    await next();
    await waitFor(() => expect(guide.run?.result).toBeTruthy());
    await press("step-leave");
    expect((await find("hand-in")).textContent).toContain("not done to its end");
    await type(get("hand-in-name"), "No. 7");
    await press("hand-in-save");
    expect((await find("hand-in-saved")).textContent).toContain("No 7 The tone of a question.html");
    const order = backend.calls.find(({ command }) => command === "write_hand_in")?.parameters["order"] as HandInOrder;
    expect(order).toMatchObject({ lesson: "wording", digest: "digest-of-wording", name: "No. 7", finished: false, predictions: { 0: 1 } });
    expect(order.runs[0]?.experiment?.groups.length).toBeGreaterThan(1);
  });

  it("says why it could not", async () => {
    await start();
    await press("lesson-card-wording");
    await press("lesson-begin");
    await press("choice-0");
    await press("step-leave");
    vi.spyOn(ipc, "writeHandIn").mockRejectedValue(new FailureError(failures.missing));
    await press("hand-in-save");
    await waitFor(() => expect(get("hand-in").querySelector('[role="alert"]')?.textContent).toBeTruthy());
    expect(query("hand-in-saved")).toBeNull();
  });
});

describe("reading what a class handed in", () => {
  async function read(language: "en" | "zh" = "en") {
    await start(language);
    await press("start-hand-ins");
    await press("hand-ins-choose");
    await find("hand-ins-class");
  }

  it("shows what the class thought, and no name until one is asked for", async () => {
    await read();
    expect(get("hand-ins-found").textContent).toContain("26 hand-ins in 29 files");
    expect(get("hand-ins-class").textContent).toContain("14 of 22");
    expect(get("hand-ins").textContent).not.toMatch(/Ada|Fatima|zoe/);
    await press("hand-ins-names");
    expect(get("hand-ins-table").textContent).toContain("Fatima");
    expect(get("hand-ins-problems").textContent).toContain("zoe.html");
    layout.present(true);
    await waitFor(() => expect(get("hand-ins").textContent).not.toMatch(/Ada|Fatima|zoe/));
  });

  it("is sorted by any column, up and down", async () => {
    await read();
    const numbers = () => [...get("hand-ins-table").querySelectorAll("tbody tr")].map((row) => row.querySelectorAll("td")[2]?.textContent);
    const sort = async () => {
      await press("hand-ins-sort-minutes");
      return [...get("hand-ins-table").querySelectorAll("tbody tr td:nth-child(4)")].map((cell) => Number(cell.textContent));
    };
    const up = await sort();
    expect(up).toEqual(up.toSorted((a, b) => a - b));
    const down = await sort();
    expect([down, numbers().length]).toEqual([up.toReversed(), 24]);
    expect(get("hand-ins-sort-minutes").closest("th")?.getAttribute("aria-sort")).toBe("descending");
    await press("hand-ins-lesson-1");
    expect(numbers()).toHaveLength(2);
  });

  it("is saved for a spreadsheet, in the language of the window", async () => {
    await read("zh");
    await press("hand-ins-csv");
    expect((await find("hand-ins-saved")).textContent).toContain(".csv");
    expect(backend.calls.find(({ command }) => command === "export_hand_ins")).toMatchObject({ parameters: { language: "zh" } });
  });

  it("can be stopped", async () => {
    await openWindow({ pictures: true, beat: 400 }, "en");
    await go("start");
    await press("start-hand-ins");
    await press("hand-ins-choose");
    await press("hand-ins-stop");
    await waitFor(() => expect(get("hand-ins").textContent).toContain("Stopped"));
    expect(query("hand-ins-class")).toBeNull();
  });
});
