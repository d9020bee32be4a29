// Everything by keyboard.
import { screen, waitFor } from "@testing-library/svelte";
import { tick } from "svelte";
import { describe, expect, it } from "vitest";
import { backend } from "../src/ipc/fake/backend";
import { navigation } from "../src/shared/navigation.svelte";
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

  it("P, I and ? open the projector, the inside and the help", async () => {
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

  it("Ctrl+1 to 4 open the panels", async () => {
    await openWindow();
    for (const [digit, place] of [["2", "image"], ["3", "audio"], ["4", "video"], ["1", "text"]] as const) {
      expect(key(digit, { ctrlKey: true }).defaultPrevented).toBe(true);
      await tick();
      expect(navigation.place).toBe(place);
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
