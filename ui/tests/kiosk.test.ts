// The window for visitors: what lies above the page, what its keys do, and the page on which a kiosk is set up.
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { fireEvent, render, waitFor } from "@testing-library/svelte";
import Kiosk from "../src/kiosk/Kiosk.svelte";
import { isLeft } from "../src/kiosk/guard";
import { i18n } from "../src/i18n/index.svelte";
import { backend } from "../src/ipc/fake/backend";
import { FakeKiosk } from "../src/ipc/fake/kiosk";
import { KioskForm } from "../src/guide/kiosk.svelte";
import { visitor } from "../src/shared/visitor.svelte";

const find = (id: string) => document.querySelector<HTMLElement>(`[data-testid="${id}"]`);
const there = (id: string) => waitFor(() => expect(find(id), id).not.toBeNull(), { timeout: 20_000 });
const calls = (command: string) => backend.calls.filter((call) => call.command === command);

function open(kind: string) {
  backend.reset({ beat: 1, pictures: true });
  backend.kiosk = new FakeKiosk(kind);
  return render(Kiosk);
}

beforeEach(() => i18n.choose("en"));
afterEach(() => {
  visitor.kiosk = null;
});

describe("a kiosk that is closed", () => {
  it("shows what is wrong with its line, and nothing of the app", async () => {
    open("closed");
    await there("kiosk-problem");
    expect(find("kiosk-problem")?.textContent).toContain("line 6");
    expect(find("kiosk-problem")?.textContent).toContain("idelSeconds");
    expect(find("window")).toBeNull();
  });

  it("says when it opens", async () => {
    open("shut");
    await there("kiosk-closed");
    expect(find("kiosk-closed")?.textContent).toContain("Opens on Monday at 09:00.");
    expect(find("window")).toBeNull();
  });
});

describe("a kiosk that is open", () => {
  it("asks for the language first, shows what is open, and tells that somebody is there", async () => {
    open("quiet");
    await there("kiosk-ask-language");
    expect(find("window")?.parentElement?.inert).toBe(true);
    await fireEvent.click(find("kiosk-choose-zh") as HTMLElement);
    await waitFor(() => expect(find("kiosk-ask-language")).toBeNull());
    expect(i18n.language).toBe("zh");
    expect(calls("touch_kiosk").some(({ parameters }) => parameters["active"] === true)).toBe(true);
    await there("rail-image");
    for (const closed of ["rail-audio", "rail-video", "rail-library", "rail-models", "rail-settings", "projector-toggle", "status"]) expect(find(closed), closed).toBeNull();
  });

  it("asks whether somebody is still there, and goes on where they are", async () => {
    open("quiet");
    await there("kiosk-choose-en");
    await fireEvent.click(find("kiosk-choose-en") as HTMLElement);
    backend.kiosk.tell({ kind: "asking", left: 7 });
    await there("kiosk-still");
    expect(find("kiosk-still")?.textContent).toContain("7");
    const before = calls("touch_kiosk").length;
    await fireEvent.click(find("kiosk-stay") as HTMLElement);
    await waitFor(() => expect(find("kiosk-still")).toBeNull());
    expect(calls("touch_kiosk").length).toBeGreaterThan(before);
  });

  it("shows nothing of a visitor once the next one is to come", async () => {
    open("quiet");
    await there("kiosk-ask-language");
    backend.kiosk.tell({ kind: "anew" });
    await waitFor(() => expect(find("window")).toBeNull());
  });

  it("takes no words where none are allowed, but the passcode", async () => {
    open("quiet");
    await there("kiosk-ask-language");
    const field = document.body.appendChild(document.createElement("textarea"));
    const typed = new InputEvent("beforeinput", { bubbles: true, cancelable: true });
    field.dispatchEvent(typed);
    expect(typed.defaultPrevented).toBe(true);
    field.dataset["passcode"] = "";
    const passcode = new InputEvent("beforeinput", { bubbles: true, cancelable: true });
    field.dispatchEvent(passcode);
    expect(passcode.defaultPrevented).toBe(false);
    field.remove();
  });

  it("is left by the passcode alone, which stays nowhere", async () => {
    HTMLDialogElement.prototype.showModal ??= vi.fn();
    open("quiet");
    await there("kiosk-ask-language");
    await fireEvent.keyDown(window, { key: "Q", ctrlKey: true, shiftKey: true });
    await there("kiosk-passcode");
    const field = find("kiosk-passcode") as HTMLInputElement;
    await fireEvent.input(field, { target: { value: "1234567" } });
    await fireEvent.submit(field.form as HTMLFormElement);
    await waitFor(() => expect(find("kiosk-leave-wrong")?.dataset["code"]).toBe("kioskPasscode"));
    expect(field.value).toBe("");
    expect(JSON.stringify(backend.desks)).not.toContain("1234567");
  });
});

describe("keys", () => {
  const press = (key: string, with_: Partial<KeyboardEvent> = {}) => isLeft({ key, ctrlKey: false, metaKey: false, altKey: false, getModifierState: () => false, ...with_ });

  it("that write are left, those that lead out are not", () => {
    for (const key of ["a", "Enter", "Escape", "Tab", "ArrowLeft"]) expect(press(key), key).toBe(true);
    for (const key of ["a", "c", "v", "z", "Enter"]) expect(press(key, { ctrlKey: true }), key).toBe(true);
    for (const key of ["F1", "F5", "F11", "F12", "ContextMenu"]) expect(press(key), key).toBe(false);
    for (const key of ["w", "q", "r", "p", "n", "t", "+", "0", "1", "Tab"]) expect(press(key, { ctrlKey: true }), key).toBe(false);
    expect(press("F4", { altKey: true })).toBe(false);
    expect(press("ArrowLeft", { altKey: true })).toBe(false);
    expect(press("q", { metaKey: true })).toBe(false);
    // "@" on a German keyboard.
    expect(press("@", { ctrlKey: true, altKey: true, getModifierState: (name: string) => name === "AltGraph" })).toBe(true);
  });
});

describe("setting up a kiosk", () => {
  it("says what keeps it from being saved, and keeps no passcode once it is", async () => {
    backend.reset();
    const form = new KioskForm();
    await form.load();
    expect(form.wrong).toBe("needed");
    form.passcode = "12345";
    expect(form.wrong).toBe("short");
    form.passcode = "open sesame";
    expect(form.wrong).toBe("differ");
    form.again = "open sesame";
    expect(form.wrong).toBe(null);
    form.change({ places: [] });
    expect(form.wrong).toBe("nothing");
    form.change({ places: ["text"], cards: false });
    expect(form.wrong).toBe("nothingToPress");
    form.change({ cards: true, languages: [] });
    expect(form.wrong).toBe("noLanguage");
    form.change({ languages: ["zh"] });
    expect(await form.save()).toBe(true);
    expect([form.passcode, form.again]).toEqual(["", ""]);
    expect(form.kiosk?.passcode).toMatch(/^\$argon2id/);
    // Saved again without one, the one before stays.
    expect(form.wrong).toBe(null);
    await form.save();
    expect(calls("save_kiosk").at(-1)?.parameters["passcode"]).toBe(null);
  });
});
