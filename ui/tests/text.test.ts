// The Text panel and the views as a person uses them, on the scripted engine.
import { screen, waitFor } from "@testing-library/svelte";
import { tick } from "svelte";
import { describe, expect, it } from "vitest";
import type { TextOrder, TextRequest } from "../src/ipc";
import { backend } from "../src/ipc/fake/backend";
import { desk } from "../src/panels/text/desk.svelte";
import { answered, find, get, go, key, openWindow, query, type } from "./window";

const started = () =>
  backend.calls.filter((call) => call.command === "start_text").map((call) => (call.parameters["order"] as TextOrder).request);

describe("the Text panel", () => {
  it("runs an example with one click and shows it as Markdown with its label", async () => {
    await openWindow();
    get("example-code").click();
    const answer = await answered();
    expect(answer.querySelector("[data-testid=code-block]")?.textContent).toContain("def is_palindrome");
    expect(get("ai-notice").textContent).toContain("AI-generated · 由 AI 生成");
    expect(started()[0]?.parameters).toMatchObject({ temperature: 0.2, maxTokens: 400, topK: 20 });
    expect(get("status-speed").textContent).toMatch(/\d/);
    expect(get("context-used").dataset["used"]).toMatch(/^\d+$/);
    expect(get("announcer").textContent).toContain("Answer finished");
  });

  it("sends the whole conversation, the role and the changed settings", async () => {
    await openWindow();
    await type(get("system-prompt"), "You are brief.");
    const number = get("parameter-temperature-number") as HTMLInputElement;
    number.value = "1.2";
    number.dispatchEvent(new Event("change", { bubbles: true }));
    await type(get("prompt"), "First");
    get("send").click();
    await answered(0);
    await type(get("prompt"), "Second");
    get("send").click();
    await answered(1);
    const request = started()[1];
    expect(request?.messages.map((message) => message.role)).toEqual(["system", "user", "assistant", "user"]);
    expect(request?.messages[0]?.content).toBe("You are brief.");
    expect(request?.parameters.temperature).toBeCloseTo(1.2);
    get("parameters-reset").click();
    await tick();
    expect(desk.parameters.temperature).toBe(0.7);
  });

  it("asks again, edits, and walks the versions like pages", async () => {
    await openWindow();
    await type(get("prompt"), "First");
    get("send").click();
    await answered();
    get("regenerate-0").click();
    await waitFor(() => expect(started()).toHaveLength(2));
    await answered();
    expect(get("branch-0").textContent).toContain("2 / 2");
    get("branch-0-previous").click();
    await tick();
    expect(get("branch-0").textContent).toContain("1 / 2");
    get("edit-0").click();
    await tick();
    await type(get("edit-prompt-0"), "First, put otherwise");
    get("edit-send-0").click();
    await waitFor(() => expect(started()).toHaveLength(3));
    await answered();
    expect(started()[2]?.messages.at(-1)?.content).toBe("First, put otherwise");
    expect(get("prompt-branch-0").textContent).toContain("2 / 2");
  });

  it("gives the same again with the seed that was used", async () => {
    await openWindow();
    await type(get("prompt"), "Once");
    get("send").click();
    await answered();
    get("same-again-0").click();
    await waitFor(() => expect(started()).toHaveLength(2));
    expect(started()[1]).toEqual({ ...started()[0], parameters: { ...started()[0]!.parameters, seed: 271828 } });
  });

  it("opens a token, shows ten on demand, and forks", async () => {
    await openWindow();
    await type(get("prompt"), "Tell me");
    get("send").click();
    await answered();
    get("probabilities-toggle").click();
    await tick();
    screen.getAllByTestId("token")[2]!.click();
    await find("token-popover");
    const five = get("alternatives").children.length;
    get("ten-alternatives").click();
    await waitFor(() => expect(get("alternatives").children.length).toBeGreaterThan(five));
    const asked = backend.calls.findLast((call) => call.command === "next_token")?.parameters;
    expect(asked).toMatchObject({ top: 10 });
    expect((asked?.["request"] as TextRequest).answerStart).toHaveLength(2);
    const fork = document.querySelector<HTMLElement>("[data-testid^=fork-]")!;
    const id = Number(fork.dataset["testid"]!.slice("fork-".length));
    fork.click();
    await waitFor(() => expect(started()).toHaveLength(2));
    expect(started()[1]?.answerStart).toHaveLength(3);
    expect(started()[1]?.answerStart.at(-1)).toBe(id);
    await answered();
    expect(get("branch-0").textContent).toContain("2 / 2");
  });

  it("shows a failure in place with a button that does what it says", async () => {
    await openWindow({ fail: "prompt" });
    await type(get("prompt"), "Very long");
    get("send").click();
    const card = await find("failure-card");
    expect(card.dataset["code"]).toBe("promptTooLong");
    expect(card.textContent).toContain("Start a new conversation");
    get("failure-remedy-0").click();
    await find("welcome");
    get("undo").click();
    await find("failure-card");
  });

  it("takes a new conversation back", async () => {
    await openWindow();
    get("example-news").click();
    await answered();
    get("new-conversation").click();
    await find("welcome");
    get("undo").click();
    await find("answer-0");
  });

  it("goes on while another place is in view", async () => {
    await openWindow({ beat: 4 });
    get("example-film").click();
    await tick();
    await go("settings");
    key("1", { ctrlKey: true });
    await answered();
  });

  it("shows the next word and what the settings make of it before sending", async () => {
    await openWindow();
    key("i");
    await type(get("prompt"), "Hello");
    const rows = await waitFor(() => screen.getAllByTestId("next-word-row"));
    expect(rows.some((row) => row.textContent?.includes("left out"))).toBe(true);
    expect(started()).toHaveLength(0);
    const pieces = await waitFor(() => get("pieces"));
    expect(pieces.textContent).toContain("Hello");
    get("tokeniser-side-by-side").click();
    await waitFor(() => expect(screen.getAllByTestId("pieces")).toHaveLength(2));
  });

  it("runs a lesson side by side, one after the other", async () => {
    await openWindow();
    desk.mode = "two";
    await tick();
    get("lesson-nonsense").click();
    await waitFor(() => expect(get("lane-b").dataset["phase"]).toBe("done"));
    expect(get("lane-a").textContent).toContain("1987");
    expect(get("lane-b").textContent).toContain("I do not know.");
    expect(started().map((request) => request.parameters.temperature)).toEqual([0, 0]);
  });
});

describe("the library", () => {
  it("finds, opens, exports, deletes with undo, and opens in Text", async () => {
    await openWindow();
    await go("library");
    await find("library-count");
    await type(get("library-search"), "recursion");
    await waitFor(() => expect(screen.getAllByTestId("library-row")).toHaveLength(1));
    get("library-delete").click();
    await find("library-nothing");
    get("undo").click();
    await waitFor(() => expect(screen.getAllByTestId("library-row")).toHaveLength(1));
    get("library-open").click();
    await find("work");
    get("work-export").click();
    expect((await find("work-exported")).textContent).toContain("/home/ada/Documents/Explain recursion to a child.md");
    get("work-open-in-text").click();
    // The conversation itself is there, and can be gone on with.
    expect((await find("turn-0")).textContent).toContain("Explain recursion to a child.");
    expect((await answered()).textContent).toContain(backend.works.find((one) => one.work.title.includes("recursion"))!.content.slice(0, 20));
    expect(desk.parameters.seed).toBe(271828);
  });

  it("has what was made today beside the stage, to be opened again by a click", async () => {
    await openWindow();
    await type(get("prompt"), "Name three teas.");
    get("send").click();
    const said = (await answered()).textContent;
    await waitFor(() => expect(query("today-open")?.getAttribute("aria-label")).toContain("Name three teas."));
    get("new-conversation").click();
    await waitFor(() => expect(query("answer-0")).toBeNull());
    get("today-open").click();
    expect((await find("turn-0")).textContent).toContain("Name three teas.");
    expect(said).toContain((await answered()).querySelector("p")?.textContent ?? "nothing");
  });

  it("goes on with an opened conversation after a look at another place", async () => {
    await openWindow();
    await go("library");
    await find("library-count");
    (await screen.findAllByTestId("library-open"))[0]!.click();
    (await find("work-open-in-text")).click();
    await find("turn-0");
    await go("models");
    await go("text");
    await type(get("prompt"), "And shorter?");
    get("send").click();
    expect((await find("turn-1")).textContent).toContain("And shorter?");
    await answered(1);
  });

  it("keeps what was generated", async () => {
    await openWindow();
    get("example-car").click();
    await answered();
    await go("library");
    await waitFor(() => expect(screen.getAllByTestId("library-row").length).toBe(4));
  });
});

describe("models and settings", () => {
  it("verify a model, refuse a folder that is none, choose another", async () => {
    await openWindow();
    await go("models");
    get("model-verify-smollm2-135m-instruct").click();
    await find("model-verified");
    get("model-add").click();
    await waitFor(() => expect(screen.getAllByTestId("failure-card").some((card) => card.dataset["code"] === "modelNotRecognised")).toBe(true));
    get("model-use-smollm2-135m-instruct").click();
    await waitFor(() => expect(backend.settings.textModel).toBe("smollm2-135m-instruct"));
  });

  const refusal = (code: string) => document.querySelector(`[data-testid=failure-card][data-code=${code}]`);

  it("open the model that lies deeper than the chosen folder, with one click", async () => {
    await openWindow({ deeper: 1 });
    await go("models");
    get("model-add").click();
    await waitFor(() => expect(refusal("modelElsewhere")).not.toBeNull());
    await waitFor(() => expect(get("failure-remedy-0").textContent).toBe("Open that folder"));
    get("failure-remedy-0").click();
    const card = await find("model-model-0");
    await waitFor(() => expect(document.activeElement).toBe(card));
    await waitFor(() => expect(refusal("modelElsewhere")).toBeNull());
    // Only what the engine named is asked for.
    const added = backend.calls.filter(({ command }) => command === "add_model").map(({ parameters }) => parameters["path"]);
    expect(added).toEqual(["/home/ada/Downloads/holiday-pictures", "/home/ada/Downloads/holiday-pictures/model-0"]);
  });

  it("open one model after another of a folder of models", async () => {
    await openWindow({ deeper: 3 }, "zh");
    await go("models");
    get("model-add").click();
    await waitFor(() => expect(refusal("modelsElsewhere")).not.toBeNull());
    const labels = () => screen.getAllByTestId(/^failure-remedy-/).map((button) => button.textContent);
    await waitFor(() => expect(labels()).toEqual(["打开 model-0", "打开 model（model-1）", "打开 model（model-2）", "添加文件夹…"]));
    get("failure-remedy-1").click();
    await find("model-model-1");
    await waitFor(() => expect(labels()).toEqual(["打开 model-0", "打开 model", "添加文件夹…"]));
    get("failure-remedy-0").click();
    await waitFor(() => expect(labels()).toEqual(["打开 model", "添加文件夹…"]));
    get("failure-remedy-0").click();
    await find("model-model-2");
    await waitFor(() => expect(refusal("modelsElsewhere")).toBeNull());
  });

  it("save what is changed", async () => {
    await openWindow();
    await go("settings");
    get("setting-theme-dark").click();
    await waitFor(() => expect(backend.settings.theme).toBe("dark"));
    expect(document.documentElement.dataset["theme"]).toBe("dark");
    get("setting-projector").click();
    await waitFor(() => expect(backend.settings.projector).toBe(true));
  });

  it("tell what was noticed at the start", async () => {
    await openWindow({ warning: true });
    expect((await find("failure-card")).dataset["code"]).toBe("settingsBroken");
    await go("settings");
    await find("failure-card");
  });

  it("say that the engine did not start", async () => {
    await openWindow({ runtimeFailed: true });
    expect((await find("failure-card")).dataset["code"]).toBe("runtimeMissing");
    get("failure-remedy-0").click();
    await find("settings");
    expect(query("about")).not.toBeNull();
  });
});
