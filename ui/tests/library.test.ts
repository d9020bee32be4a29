// The library as a person uses it: by keys, many at a time, with everything taken back.
import { screen, waitFor } from "@testing-library/svelte";
import { tick } from "svelte";
import { describe, expect, it } from "vitest";
import { backend } from "../src/ipc/fake/backend";
import { undoOffer } from "../src/shared/undo.svelte";
import { outline, plainLines } from "../src/shared/posters";
import { find, get, go, key, openWindow, query, type } from "./window";

async function openLibrary(works = 12): Promise<void> {
  undoOffer.clear();
  await openWindow({ works });
  await go("library");
  await screen.findAllByTestId("library-open");
}

const cards = () => screen.getAllByTestId("library-open");
const rows = () => screen.getAllByTestId("library-row");
const at = () => (document.activeElement as HTMLElement).dataset["card"];
const focused = (index: number) => waitFor(() => expect(at()).toBe(String(index)));
const press = (name: string, init: KeyboardEventInit = {}) => key(name, init, document.activeElement ?? document.body);
const kept = () => backend.works.filter((one) => one.work.removedAt === null).length;
const chosen = async (list: string, value: string) => {
  get(list).focus();
  key("ArrowDown", {}, get(list));
  const option = await find(`${list}-${value}`);
  // jsdom has no pointers of its own.
  option.dispatchEvent(Object.assign(new MouseEvent("pointerup", { bubbles: true, cancelable: true }), { pointerType: "mouse" }));
  await waitFor(() => expect(query(`${list}-${value}`)).toBeNull());
  await tick();
};

describe("the library by keyboard", () => {
  it("is one stop of Tab; arrows, Home and End move, Enter opens, Esc comes back", async () => {
    await openLibrary();
    expect(cards().filter((card) => card.tabIndex === 0)).toHaveLength(1);
    cards()[0]!.focus();
    press("ArrowRight");
    await focused(1);
    press("End");
    await focused(11);
    press("ArrowRight");
    await focused(11);
    press("Home");
    await focused(0);
    expect(cards().filter((card) => card.tabIndex === 0)).toHaveLength(1);
    press("ArrowRight");
    await focused(1);
    press("Enter");
    cards()[1]!.click();
    await find("work");
    await waitFor(() => expect(document.activeElement?.id).toBe("stage"));
    press("ArrowRight");
    await waitFor(() => expect(get("work").textContent).toContain("Good morning"));
    press("Escape");
    await focused(2);
  });

  it("deletes with Delete, goes to the next card, and takes it back with Ctrl+Z, however late", async () => {
    await openLibrary();
    const title = () => rows()[3]!.textContent;
    const [third, fourth] = [title(), rows()[4]!.textContent];
    cards()[3]!.focus();
    press("Delete");
    await waitFor(() => expect(kept()).toBe(11));
    await waitFor(() => expect(title()).toBe(fourth));
    await focused(3);
    expect(get("undo-bar")).toBeTruthy();
    press("z", { ctrlKey: true });
    await waitFor(() => expect(title()).toBe(third));
    await focused(3);
    expect(query("undo-bar")).toBeNull();
    expect(kept()).toBe(12);
  });

  it("keeps the focus on a star, where the order goes by stars too", async () => {
    await openLibrary();
    await chosen("library-order", "favourites");
    await waitFor(() => expect(screen.getAllByTestId("library-star")[0]!.getAttribute("aria-pressed")).toBe("true"));
    const id = rows()[0]!.dataset["id"];
    const star = () => document.activeElement as HTMLElement;
    screen.getAllByTestId("library-star")[0]!.focus();
    star().click();
    await waitFor(() => expect([star().dataset["testid"], star().getAttribute("aria-pressed")]).toEqual(["library-star", "false"]));
    expect(star().closest<HTMLElement>("[data-id]")?.dataset["id"]).toBe(id);
    expect(rows()[0]!.dataset["id"]).not.toBe(id);
  });

  it("takes back with Ctrl+Z only what belongs to the place in view", async () => {
    await openLibrary();
    cards()[3]!.focus();
    press("Delete");
    await find("undo-bar");
    await go("models");
    expect(query("undo-bar")).toBeNull();
    expect(key("z", { ctrlKey: true }).defaultPrevented).toBe(false);
    await tick();
    expect(kept()).toBe(11);
    await go("library");
    await screen.findAllByTestId("library-open");
    await find("undo-bar");
    key("z", { ctrlKey: true });
    await waitFor(() => expect(kept()).toBe(12));
    await waitFor(() => expect(rows()).toHaveLength(12));
    expect(get("announcer").textContent).toContain("Taken back");
  });

  it("leaves Ctrl+Z to a field where somebody has typed since", async () => {
    await openLibrary();
    cards()[0]!.focus();
    press("Delete");
    await find("undo-bar");
    get("library-search").dispatchEvent(new Event("input", { bubbles: true }));
    key("z", { ctrlKey: true }, get("library-search"));
    await tick();
    expect(kept()).toBe(11);
    get("undo-close").click();
    await waitFor(() => expect(query("undo-bar")).toBeNull());
    expect(document.activeElement?.id).toBe("stage");
  });
});

describe("many works", () => {
  it("are selected by Space, Shift and Ctrl+A, deleted and restored together", async () => {
    await openLibrary(130);
    cards()[0]!.focus();
    press(" ");
    await waitFor(() => expect(get("library-selection").textContent).toContain("1 work selected"));
    for (let step = 1; step <= 2; step += 1) {
      press("ArrowRight", { shiftKey: true });
      await focused(step);
    }
    await waitFor(() => expect(get("library-selection").textContent).toContain("3 works selected"));
    press("a", { ctrlKey: true });
    await waitFor(() => expect(get("library-selection").textContent).toContain("130 works selected"));
    get("selection-delete").click();
    await find("library-empty");
    await waitFor(() => expect(document.activeElement?.id).toBe("stage"));
    get("undo").click();
    await waitFor(() => expect(kept()).toBe(130));
    await screen.findAllByTestId("library-open");
  });

  it("are exported as one file, with progress, and stopped", async () => {
    await openLibrary();
    cards()[0]!.focus();
    press("a", { ctrlKey: true });
    (await find("selection-export")).click();
    expect((await find("pack-done")).textContent).toContain("12 works");
    const call = backend.calls.find(({ command }) => command === "export_pack");
    expect(call?.parameters).toMatchObject({ path: "/home/ada/Documents/Quartet works.zip", language: "en" });
    expect(call?.parameters["ids"]).toHaveLength(12);
    backend.script.beat = 50;
    get("selection-export").click();
    (await find("pack-stop")).click();
    await waitFor(() => expect(query("pack-progress")).toBeNull());
    expect(query("pack-done")).toBeNull();
    expect(query("failure-card")).toBeNull();
  });

  it("are drawn only where they are seen", async () => {
    await openLibrary(5000);
    expect(get("library-count").textContent).toContain("5,000");
    expect(cards().length).toBeLessThan(200);
    cards()[0]!.focus();
    press("End");
    await focused(4999);
  });
});

describe("the bin", () => {
  it("keeps what was deleted; it is restored, or deleted for good after a question", async () => {
    await openLibrary();
    for (const left of [11, 10, 9]) {
      cards()[0]!.focus();
      press("Delete");
      await waitFor(() => expect(kept()).toBe(left));
      await waitFor(() => expect(rows()).toHaveLength(left));
    }
    await chosen("library-shelf", "deleted");
    await waitFor(() => expect(rows()).toHaveLength(3));
    screen.getAllByTestId("library-restore")[0]!.click();
    await waitFor(() => expect(rows()).toHaveLength(2));
    expect(kept()).toBe(10);
    get("bin-empty").click();
    (await find("purge")).click();
    await find("library-empty-bin");
    expect(backend.works).toHaveLength(10);
  });
});

describe("favourites and collections", () => {
  it("are shelves of their own, and removing a collection is taken back", async () => {
    await openLibrary();
    const starred = backend.works.filter((one) => one.work.favourite).length;
    await chosen("library-shelf", "favourites");
    await waitFor(() => expect(rows()).toHaveLength(starred));
    get("library-shelf").focus();
    await chosen("library-shelf", "all");
    await waitFor(() => expect(rows()).toHaveLength(12));
    cards()[0]!.focus();
    press(" ");
    (await find("selection-collect")).click();
    await type(await find("selection-collect-name"), "Class four");
    await tick();
    get("selection-collect-create").click();
    await chosen("library-shelf", "collection-1");
    await waitFor(() => expect(rows()).toHaveLength(1));
    get("collection-rename").click();
    await type(await find("collection-name"), "Class five");
    get("collection-save").click();
    await waitFor(() => expect(get("library-shelf").textContent).toContain("Class five"));
    (await find("collection-remove")).click();
    await waitFor(() => expect(rows()).toHaveLength(12));
    get("undo").click();
    await waitFor(() => expect(rows()).toHaveLength(1));
    expect(get("library-shelf").textContent).toContain("Class five");
  });
});

describe("posters", () => {
  it("are first lines without signs, and outlines around the middle", () => {
    expect(plainLines("# Rain\n\n- The **sun** warms `it`.\n> 水**变**成云")).toBe("Rain\nThe sun warms it.\n水变成云");
    expect(plainLines("2 * 3 * 4 and snake_case_name")).toBe("2 * 3 * 4 and snake_case_name");
    expect(plainLines("**尊敬的客户：**\n\n-5 °C\n* **水**")).toBe("尊敬的客户：\n-5 °C\n水");
    expect(outline(new Int8Array([-128, 127, 0, 0]))).toBe("M0 0L1 63L1 65L0 128Z");
  });
});
