// The window as somebody left it: closed, or killed, and started again.
import { afterEach, describe, expect, it, vi } from "vitest";

let close = () => {};
afterEach(() => close());

/** A start of its own: every module is new, but what the engine has kept is there. */
async function start(desks: Record<string, string>) {
  close();
  vi.resetModules();
  close = (await import("@testing-library/svelte")).cleanup;
  const window = await import("./window");
  const { backend } = await import("../src/ipc/fake/backend");
  const { navigation } = await import("../src/shared/navigation.svelte");
  const { desk } = await import("../src/panels/text/desk.svelte");
  await window.openWindow({ pictures: true, desks });
  if (desks["place"] === undefined) await window.go("text");
  return { ...window, backend, navigation, desk };
}

const PATIENCE = { timeout: 4000 };

describe("a window that is started again", () => {
  it("has the draft, the conversation with its branches, the settings and the place", async () => {
    let app = await start({});
    await app.type(app.get("prompt"), "Name three teas.");
    app.get("send").click();
    await app.answered();
    app.get("regenerate-0").click();
    await vi.waitFor(() => expect(app.desk.conversation.last?.answers).toHaveLength(2), PATIENCE);
    await app.answered();
    app.desk.set("temperature", 0.1);
    await app.type(app.get("prompt"), "And a fourth");
    const said = app.desk.conversation.last?.answer?.job.text;
    await app.go("models");
    await vi.waitFor(() => {
      expect(app.backend.desks["place"]).toContain("models");
      expect(app.backend.desks["text"]).toContain("And a fourth");
      expect(app.backend.desks["text"]).toContain("0.1");
      expect(app.backend.desks["text.conversation"]).toContain(JSON.stringify(said).slice(1, -1));
    }, PATIENCE);

    app = await start(app.backend.desks);
    await vi.waitFor(() => expect(app.navigation.place).toBe("models"), PATIENCE);
    await app.go("text");
    expect((app.get("prompt") as HTMLTextAreaElement).value).toBe("And a fourth");
    expect(app.desk.parameters.temperature).toBe(0.1);
    const { last } = app.desk.conversation;
    expect(last?.answers).toHaveLength(2);
    expect(last?.answer?.job.text).toBe(said);
    expect(last?.answer?.job.tokens.length).toBeGreaterThan(0);
    expect(app.get("turn-0").textContent).toContain("Name three teas.");
    expect(app.get("answer-0").dataset["phase"]).toBe("done");
  });

  it("still knows how long work took, and promises by it", async () => {
    let app = await start({});
    await app.go("audio");
    await app.type(app.get("speak-text"), "Green tea is hot.");
    expect(app.get("speak-promise").textContent).toContain("not timed yet");
    app.get("speak-start").click();
    await vi.waitFor(() => expect(app.get("speak").dataset["phase"]).toBe("done"), PATIENCE);
    await app.go("text");
    await app.type(app.get("prompt"), "Name three teas. ".repeat(20));
    expect(app.get("text-promise").textContent).toContain("up to 512 tokens");
    app.get("send").click();
    await app.answered();
    await vi.waitFor(() => expect(app.backend.desks["paces"]).toMatch(/speak:.*write:.*read:/), PATIENCE);

    app = await start(app.backend.desks);
    await app.go("audio");
    await app.type(app.get("speak-text"), "Green tea is hot.");
    expect(app.get("speak-promise").textContent).toMatch(/about [\d.]+ s/);
    await app.go("text");
    await app.type(app.get("prompt"), "Short.");
    const short = app.get("text-promise").textContent ?? "";
    await app.type(app.get("prompt"), "Read all of this. ".repeat(4000));
    const long = app.get("text-promise").textContent ?? "";
    expect([short, long]).toEqual([expect.stringContaining("at most"), expect.stringContaining("to read")]);
    expect(long).not.toBe(short);
  });

  it("never shows another place than the kept one, however late it is told", async () => {
    close();
    vi.resetModules();
    const testing = await import("@testing-library/svelte");
    close = testing.cleanup;
    const { ipc } = await import("../src/ipc");
    const { backend } = await import("../src/ipc/fake/backend");
    backend.reset({ pictures: true });
    let tell: (states: Record<string, string>) => void = () => undefined;
    vi.spyOn(ipc, "desks").mockReturnValue(new Promise((resolve) => (tell = resolve)));
    const { default: App } = await import("../src/App.svelte");
    const seen = new Set<string>();
    const watch = new MutationObserver(() => document.querySelectorAll("[data-testid='stage'], [data-testid^='rail-'][aria-current]").forEach((one) => seen.add(one.getAttribute("data-testid") === "stage" ? (one.closest("[data-place]")?.getAttribute("data-place") ?? "") : (one.getAttribute("data-testid") ?? ""))));
    watch.observe(document.body, { subtree: true, childList: true, attributes: true });
    testing.render(App);
    await new Promise((resolve) => setTimeout(resolve, 60));
    expect(testing.screen.getByTestId("rail")).toBeTruthy();
    expect(testing.screen.getByTestId("stage-awaited")).toBeTruthy();
    expect(testing.screen.queryByTestId("prompt")).toBeNull();
    tell({ place: '{"place": "image"}' });
    await testing.screen.findByTestId("image-prompt");
    watch.disconnect();
    expect([...seen].sort()).toEqual(["image", "rail-image"]);
  });

  it("takes what was kept by another version, or by nobody, for what it is worth", async () => {
    const desks = { text: '{"draft": 7, "mode": "three", "lanes": 4, "temperature": "hot"}', "text.conversation": '{"turns": 5}', place: '{"place": "kitchen"}', folds: "not JSON" };
    vi.spyOn(console, "warn").mockImplementation(() => undefined);
    const app = await start(desks);
    await vi.waitFor(() => expect(app.backend.calls.some((call) => call.command === "desks")).toBe(true));
    expect(app.navigation.place).toBe("start");
    await app.go("text");
    expect(app.desk.mode).toBe("one");
    expect((app.get("prompt") as HTMLTextAreaElement).value).toBe("");
    expect(app.desk.conversation.empty).toBe(true);
  });

  it("says that nothing is kept where the library takes nothing", async () => {
    const app = await start({});
    const { ipc, FailureError } = await import("../src/ipc");
    const { failures } = await import("../src/ipc/fake/world");
    const spy = vi.spyOn(ipc, "keepDesk").mockRejectedValue(new FailureError(failures.settings));
    await app.type(app.get("prompt"), "Name three teas.");
    await vi.waitFor(() => expect(app.query("toast")?.textContent).toContain("not kept"), PATIENCE);
    app.get("toast-show").click();
    expect((await app.find("failure-card")).textContent).toContain(failures.settings.message.en);
    spy.mockRestore();
  });

  it("goes on with what somebody has begun to write before it was there", async () => {
    vi.resetModules();
    const { Keeping } = await import("../src/shared/keeping.svelte");
    const { backend } = await import("../src/ipc/fake/backend");
    backend.reset({ desks: { here: '{"words": "old"}', there: '{"words": "old"}' } });
    const desk = () => ({ words: "", snapshot() { return { words: this.words }; }, restore(kept: Record<string, unknown>) { this.words = String(kept["words"]); } });
    const [here, there, keeping] = [desk(), desk(), new Keeping()];
    keeping.keep("here", here);
    keeping.keep("there", there);
    here.words = "new";
    keeping.open();
    await vi.waitFor(() => expect(there.words).toBe("old"));
    expect(here.words).toBe("new");
  });

  it("keeps what stood on desks while they are lent, and gives it back", async () => {
    vi.resetModules();
    const { Keeping, holdOf } = await import("../src/shared/keeping.svelte");
    const { backend } = await import("../src/ipc/fake/backend");
    const { lendable } = await import("./lendable.svelte");
    backend.reset({ desks: { late: '{"words": "kept late"}' } });
    const keeping = new Keeping();
    const [lent, own, late] = [lendable(holdOf), lendable(null), lendable(holdOf)];
    keeping.keep("lent", lent);
    keeping.keep("own", own);
    keeping.open();
    await keeping.filled();
    lent.words = "mine, a moment ago";
    keeping.lend();
    // What was changed just before is safe at once.
    await vi.waitFor(() => expect(backend.desks["lent"]).toContain("a moment ago"));
    lent.words = "of the lesson";
    own.words = "a star";
    // A panel that is first opened in mid-lesson brings its desk along.
    keeping.keep("late", late);
    await keeping.filled();
    expect(late.words).toBe("kept late");
    late.words = "of the lesson";
    await vi.waitFor(() => expect(backend.desks["own"]).toContain("a star"), PATIENCE);
    expect([backend.desks["lent"], backend.desks["late"]].join()).not.toContain("lesson");
    const again = keeping.giveBack();
    expect([lent.words, late.words, own.words]).toEqual(["mine, a moment ago", "kept late", "a star"]);
    again();
    expect([lent.words, late.words, keeping.lent]).toEqual(["of the lesson", "of the lesson", true]);
    keeping.giveBack();
    expect(lent.words).toBe("mine, a moment ago");
  });
});
