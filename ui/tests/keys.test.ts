// Everything by keyboard.
import { screen, waitFor } from "@testing-library/svelte";
import { tick } from "svelte";
import { describe, expect, it, vi } from "vitest";
import { backend } from "../src/ipc/fake/backend";
import { hotkeys, keyFor } from "../src/shared/hotkeys";
import { layout } from "../src/shared/layout.svelte";
import { navigation } from "../src/shared/navigation.svelte";
import { studio } from "../src/ipc/studio.svelte";
import { desk } from "../src/panels/text/desk.svelte";
import { answered, find, get, key, openWindow, query, type } from "./window";

describe("the window's keys", () => {
  it("L switches the language, and it is kept", async () => {
    await openWindow();
    key("l");
    await waitFor(() => expect(get("rail-text").textContent).toContain("文字"));
    await waitFor(() => expect(backend.settings.language).toBe("zh"));
    key("L");
    await waitFor(() => expect(get("rail-text").textContent).toContain("Text"));
  });

  it("P, I and ? open the presenter layout, the inside and the help", async () => {
    await openWindow();
    key("p");
    await waitFor(() => expect(document.documentElement.hasAttribute("data-projector")).toBe(true));
    key("p");
    key("i");
    await find("inside");
    key("i");
    await waitFor(() => expect(query("inside")).toBeNull());
    key("?");
    await find("help");
    // Under the help, letters rest.
    key("i");
    await tick();
    expect(query("inside")).toBeNull();
    get("help-close").click();
    await waitFor(() => expect(query("help")).toBeNull());
  });

  it("letters can be switched off, changed and taken away, and are kept", async () => {
    await openWindow();
    await studio.change({ letterKeys: { inside: "k", help: "" } });
    key("i");
    key("?");
    await tick();
    expect(query("inside")).toBeNull();
    expect(query("help")).toBeNull();
    key("k");
    await find("inside");
    await studio.change({ letters: "off" });
    for (const letter of ["k", "p", "l"]) expect(key(letter).defaultPrevented).toBe(false);
    expect(backend.settings).toMatchObject({ letters: "off", letterKeys: { inside: "k", help: "" } });
    expect(keyFor("presenter", { off: false, changed: {} })).toBe("p");
  });

  it("L does nothing with a button in focus, nor when it is held", async () => {
    await openWindow();
    expect(key("l", {}, get("rail-image")).defaultPrevented).toBe(false);
    expect(key("l", { repeat: true }).defaultPrevented).toBe(false);
    await tick();
    expect(get("rail-text").textContent).toContain("Text");
  });

  it("a presenter's remote walks, puts the screen out, and Esc leaves", async () => {
    await openWindow({ pictures: true });
    key("b");
    await tick();
    expect(query("black")).toBeNull();
    key("p");
    await waitFor(() => expect(query("rail")).toBeNull());
    expect(query("compose")).toBeNull();
    key(".");
    const black = await find("black");
    expect(key("x", {}, black).defaultPrevented).toBe(true);
    await waitFor(() => expect(query("black")).toBeNull());
    const walked: string[] = [];
    const lesson = hotkeys.claimSteps({ next: () => walked.push("next") > 0, previous: () => false });
    expect(key("PageDown").defaultPrevented).toBe(true);
    expect(key("ArrowRight").defaultPrevented).toBe(true);
    // Whoever has nowhere to go leaves it to the panel, which has none either.
    expect(key("PageUp").defaultPrevented).toBe(false);
    lesson();
    expect(key("PageDown").defaultPrevented).toBe(false);
    expect(walked).toEqual(["next", "next"]);
    key("Escape");
    await find("rail");
    expect(layout.presenter).toBe(false);
  });

  it("Ctrl and plus, minus, 0 enlarge words and put them back", async () => {
    await openWindow();
    for (const name of ["+", "=", "+", "+", "+", "+"]) expect(key(name, { ctrlKey: true }).defaultPrevented).toBe(true);
    await waitFor(() => expect(backend.settings.textScale).toBe(200));
    expect(document.documentElement.style.getPropertyValue("--chosen-words")).toBe("2");
    key("-", { ctrlKey: true });
    await waitFor(() => expect(backend.settings.textScale).toBe(175));
    key("0", { ctrlKey: true });
    await waitFor(() => expect(backend.settings.textScale).toBe(100));
  });

  it("Ctrl and a digit open the places, in the order of the rail", async () => {
    await openWindow();
    for (const [digit, place] of [["2", "image"], ["3", "audio"], ["4", "video"], ["5", "library"], ["6", "models"], ["7", "settings"], ["1", "text"]] as const) {
      expect(key(digit, { ctrlKey: true }).defaultPrevented).toBe(true);
      await tick();
      expect(navigation.place).toBe(place);
      expect(get(`rail-${place}`).getAttribute("aria-keyshortcuts")).toBe(`Control+${digit}`);
    }
  });

  it("letters stay letters while one is typing", async () => {
    await openWindow();
    const prompt = get("prompt");
    for (const letter of ["l", "p", "i", "?"]) expect(key(letter, {}, prompt).defaultPrevented).toBe(false);
    await tick();
    expect(get("rail-text").textContent).toContain("Text");
    expect(query("inside")).toBeNull();
    expect(query("help")).toBeNull();
  });

  it("leaves the keys to an input method that composes", async () => {
    await openWindow();
    await type(get("prompt"), "ni hao");
    key("Enter", { ctrlKey: true, isComposing: true }, get("prompt"));
    expect(desk.conversation.empty).toBe(true);
  });

  it("Ctrl+Enter generates, Esc stops, also from the prompt", async () => {
    await openWindow({ holdAfter: 4 });
    await type(get("prompt"), "Tell me something");
    key("Enter", { ctrlKey: true }, get("prompt"));
    await waitFor(() => expect(desk.running?.tokens.length).toBe(4));
    expect(get("stop")).toBeTruthy();
    key("Escape", {}, get("prompt"));
    await find("stopped-mark");
    expect(get("answer-0").dataset["phase"]).toBe("stopped");
    expect(get("answer-0").textContent).toContain("Of course");
  });

  it("arrows walk along the tokens, Enter opens one", async () => {
    await openWindow();
    get("example-car").click();
    await answered();
    desk.probabilities = true;
    await tick();
    const tokens = screen.getAllByTestId("token");
    expect(tokens.filter((token) => token.tabIndex === 0)).toHaveLength(1);
    tokens[0]!.focus();
    key("ArrowRight", {}, tokens[0]);
    key("ArrowRight", {}, tokens[1]);
    await tick();
    expect(document.activeElement).toBe(tokens[2]);
    expect(tokens[2]!.tabIndex).toBe(0);
    key("End", {}, tokens[2]);
    await tick();
    expect(document.activeElement).toBe(tokens.at(-1));
    key("Enter", {}, tokens.at(-1));
    await find("token-popover");
  });
});

describe("the order of Tab", () => {
  it("follows the eye: rail, compose, stage, strip", async () => {
    await openWindow();
    const order = ["rail-text", "rail-settings", "model-picker", "prompt", "parameter-temperature", "system-prompt", "example-marketing", "language-toggle"].map(get);
    for (let index = 1; index < order.length; index += 1) {
      expect(order[index - 1]!.compareDocumentPosition(order[index]!) & Node.DOCUMENT_POSITION_FOLLOWING).toBeTruthy();
    }
    expect(document.querySelectorAll("[tabindex]:not([tabindex='0']):not([tabindex='-1'])")).toHaveLength(0);
  });
});

describe("the focus", () => {
  const focus = () => document.activeElement as HTMLElement;

  it("goes with the person to a place, and the place is told", async () => {
    await openWindow();
    key("4", { ctrlKey: true });
    await waitFor(() => expect(focus().tagName).toBe("H1"));
    await waitFor(() => expect(focus().textContent).toBe("Video"));
    expect(get("announcer").textContent).toContain("Video is open.");
  });

  it("is on the stage after an example was run from its card", async () => {
    await openWindow();
    get("example-car").focus();
    get("example-car").click();
    await answered();
    await waitFor(() => expect(focus().id).toBe("stage"));
  });

  it("goes from the button that folds compose to the one that unfolds it, and back", async () => {
    await openWindow();
    get("compose-close").focus();
    get("compose-close").click();
    await waitFor(() => expect(focus().dataset["testid"]).toBe("compose-open"));
    expect(get("prompt-one-line")).toBeTruthy();
    focus().click();
    await waitFor(() => expect(focus().dataset["testid"]).toBe("compose-close"));
  });

  it("goes to Stop where Generate was, and back", async () => {
    await openWindow({ holdAfter: 2 });
    await type(get("prompt"), "Tell me");
    get("send").focus();
    get("send").click();
    await waitFor(() => expect(focus().dataset["testid"]).toBe("stop"));
  });

  it("comes back from the help to whoever had it, and else to the place", async () => {
    await openWindow();
    get("rail-image").focus();
    key("?", {}, get("rail-image"));
    (await find("help-close")).click();
    await waitFor(() => expect(focus().dataset["testid"]).toBe("rail-image"));
    focus().blur();
    key("?");
    (await find("help-close")).click();
    await waitFor(() => expect(focus().tagName).toBe("H1"));
  });
});

describe("a window too narrow for three", () => {
  it("folds compose for the inside, keeps its prompt in one line, and unfolds it instead", async () => {
    window.innerWidth = 1280;
    await openWindow();
    key("i");
    await find("inside");
    expect(query("compose")).toBeNull();
    await type(get("prompt-one-line"), "Hello");
    expect(desk.draft).toBe("Hello");
    get("line-generate").click();
    await answered();
    get("compose-open").click();
    await find("compose");
    expect(query("inside")).toBeNull();
    window.innerWidth = 1600;
  });

  it("lays all of it in one column when it is much enlarged", async () => {
    window.innerWidth = 640;
    await openWindow();
    key("i");
    await find("inside");
    expect(get("compose").compareDocumentPosition(get("stage")) & Node.DOCUMENT_POSITION_FOLLOWING).toBeTruthy();
    expect(document.querySelector(".pane-resizer")).toBeNull();
    window.innerWidth = 1600;
  });
});

describe("what ends out of view", () => {
  it("shows a dot on the rail while it runs, and is told with a way there", async () => {
    await openWindow({ holdAfter: 2 });
    get("example-car").click();
    await find("rail-running-text");
    navigation.go("models");
    // On a busy machine, what is of one moment would not be.
    const now = vi.spyOn(performance, "now").mockReturnValue(performance.now());
    backend.script.holdAfter = null;
    const show = await find("toast-show");
    now.mockRestore();
    // Together with what the panel itself tells, which would silence it.
    expect(get("announcer").textContent).toContain("Text: it is done.");
    await waitFor(() => expect(query("rail-running-text")).toBeNull());
    show.click();
    await waitFor(() => expect(navigation.place).toBe("text"));
    expect(query("toast")).toBeNull();
  });

  it("is not told where one looks on", async () => {
    await openWindow();
    get("example-car").click();
    await answered();
    expect(query("toast")).toBeNull();
    expect(get("status-speed").textContent).toMatch(/\d.*tokens\/s/);
  });
});
