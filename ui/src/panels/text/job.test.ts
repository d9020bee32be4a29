import { afterEach, describe, expect, it, vi } from "vitest";
import { backend } from "../../ipc/fake/backend";
import { tokenOf, pieces } from "../../ipc/fake/language";
import { failures, info } from "../../ipc/fake/world";
import type { TextOrder, TextRequest } from "../../ipc";
import { TextJob } from "./job.svelte";

const request: TextRequest = {
  messages: [{ role: "user", content: "Hello" }],
  answerStart: [],
  parameters: { ...info("m").defaults, maxTokens: 40 },
  alternatives: 5,
};
const start = { model: "m", request };
const until = (test: () => boolean) => vi.waitFor(() => expect(test()).toBe(true), { timeout: 15_000, interval: 2 });
const called = (command: string) => backend.calls.filter((call) => call.command === command);

afterEach(() => backend.reset());

describe("a job of text", () => {
  it("goes from queued through the prompt to done, with its figures", async () => {
    backend.reset({ beat: 1 });
    const job = new TextJob();
    const ended = vi.fn();
    await job.start(start);
    void job.finished.then(ended);
    expect(job.running).toBe(true);
    await until(() => job.phase === "writing");
    expect(job.progress?.total).toBe(40);
    await until(() => job.phase === "done");
    expect(job.tokens).toHaveLength(40);
    expect(job.text).toBe(job.tokens.map((token) => token.text).join(""));
    expect(job.stats?.reason).toBe("maxTokens");
    expect(job.speed).toBeGreaterThan(0);
    expect(job.work).not.toBeNull();
    expect(job.contextUsed).toBe(job.stats?.contextUsed);
    expect(ended).toHaveBeenCalledOnce();
  });

  it("sends half a character as the sign for one that is lost", async () => {
    backend.reset({ beat: 1 });
    const job = new TextJob();
    const cut = "\ud83d 😀\udc00 \0 שלום";
    await job.start({ model: "m", request: { ...request, messages: [{ role: "user", content: cut }] } });
    const sent = called("start_text")[0]?.parameters["order"] as TextOrder;
    expect(sent.request.messages[0]?.content).toBe("\ufffd 😀\ufffd \0 שלום");
    await job.stop();
    await until(() => !job.running);
  });

  it("keeps what was written when it is stopped", async () => {
    backend.reset({ beat: 1, holdAfter: 6 });
    const job = new TextJob();
    await job.start(start);
    await until(() => job.tokens.length === 6);
    job.stop();
    expect(job.phase).toBe("stopping");
    await until(() => job.phase === "stopped");
    expect(job.text).not.toBe("");
    expect(job.failure).toBeNull();
    expect(called("cancel")).toHaveLength(1);
  });

  it("asks to stop once, however often it is pressed", async () => {
    backend.reset({ beat: 1, holdAfter: 2 });
    const job = new TextJob();
    await job.start(start);
    await until(() => job.tokens.length > 0);
    job.stop();
    job.stop();
    await until(() => !job.running);
    expect(called("cancel")).toHaveLength(1);
  });

  it("stops a job that the engine had not yet accepted", async () => {
    backend.reset({ beat: 1, holdAfter: 2 });
    const job = new TextJob();
    const accepted = job.start(start);
    job.stop();
    expect(job.phase).toBe("stopping");
    await accepted;
    await until(() => job.phase === "stopped");
    expect(called("cancel")).toHaveLength(1);
  });

  it("stops at once while only the model loads, and never starts", async () => {
    backend.reset({ beat: 1 });
    const job = new TextJob();
    const loading = new Promise<never>(() => undefined);
    void job.startWhenLoaded(loading, () => start);
    expect(job.phase).toBe("loading");
    job.stop();
    expect(job.phase).toBe("stopped");
    expect(called("start_text")).toHaveLength(0);
  });

  it("starts with what the loaded model says", async () => {
    backend.reset({ beat: 1 });
    const job = new TextJob();
    await job.startWhenLoaded(Promise.resolve(info("m")), (facts) => ({ model: facts.model, request }));
    await until(() => job.phase === "done");
    expect(called("start_text")).toHaveLength(1);
  });

  it("ends as failed when the model cannot be loaded", async () => {
    const job = new TextJob();
    await job.startWhenLoaded(Promise.reject(failures.load), () => start);
    expect(job.phase).toBe("failed");
    expect(job.failure?.code).toBe("modelBroken");
  });

  it("ends as failed with the engine's failure", async () => {
    backend.reset({ beat: 1, fail: "memory" });
    const job = new TextJob();
    await job.start(start);
    await until(() => job.phase === "failed");
    expect(job.failure?.code).toBe("outOfMemory");
  });

  it("turns a refusal that is no Failure into one that can be shown", async () => {
    vi.spyOn(backend, "answer").mockRejectedValueOnce(new TypeError("no bridge"));
    const job = new TextJob();
    await job.start(start);
    expect(job.failure).toMatchObject({ code: "unreachable" });
    expect(job.failure?.detail).toContain("no bridge");
    vi.restoreAllMocks();
  });

  it("shows a fork's kept tokens first and counts only the new ones", async () => {
    backend.reset({ beat: 1 });
    const kept = pieces("One two").map((piece, index) => tokenOf(piece, index, 1));
    const job = new TextJob();
    await job.start({ model: "m", request: { ...request, answerStart: kept.map((token) => token.id) }, kept });
    expect(job.text).toBe("One two");
    await until(() => job.phase === "done");
    expect(job.text.startsWith("One two")).toBe(true);
    expect(job.tokens.length).toBe(kept.length + (job.stats?.generatedTokens ?? 0));
  });

  it("waits in the queue and says how many are ahead", async () => {
    backend.reset({ beat: 5, holdAfter: 2 });
    const [first, second] = [new TextJob(), new TextJob()];
    await first.start(start);
    await second.start(start);
    await until(() => second.ahead === 1);
    expect(second.phase).toBe("queued");
    second.stop();
    first.stop();
    await until(() => !first.running && !second.running);
    expect(second.phase).toBe("stopped");
  });

  it("ignores what arrives after the end", async () => {
    backend.reset({ beat: 1, fail: "memory" });
    const job = new TextJob();
    await job.start(start);
    await until(() => job.phase === "failed");
    job.receive({ kind: "progress", progress: { kind: "tokens", tokens: pieces("late").map((piece) => tokenOf(piece, 0, 1)) } });
    expect(job.text).toBe("");
    expect(job.phase).toBe("failed");
  });

  it("forgets the last run when it starts anew", async () => {
    backend.reset({ beat: 1, fail: "memory" });
    const job = new TextJob();
    await job.start(start);
    await until(() => job.phase === "failed");
    backend.reset({ beat: 1 });
    await job.start(start);
    expect(job.failure).toBeNull();
    await until(() => job.phase === "done");
  });

  it("tells the time a loading model still needs", () => {
    const job = new TextJob();
    void job.startWhenLoaded(new Promise<never>(() => undefined), () => start);
    job.receive({ kind: "loading", model: "m", seconds: 2, expectedSeconds: 5 });
    expect(job.progress).toEqual({ done: 2, total: 5, secondsLeft: 3 });
  });
});
