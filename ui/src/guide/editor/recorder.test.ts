import { flushSync } from "svelte";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { Act, Modality } from "../../ipc";
import { jobs, type Afoot, type EndPhase } from "../../ipc/job.svelte";
import type { PanelActs } from "../../shared/act";
import { looks } from "../../shared/looks";
import { navigation } from "../../shared/navigation.svelte";
import type { Did } from "./aside";
import { Recorder } from "./recorder.svelte";

const ask = (words: string): Act => ({ act: "text.ask", prompt: { en: words, zh: "" }, system: null, seed: 3, temperature: 0.7, maxTokens: 64, probabilities: false });
const look = (words: string): Act => ({ act: "text.nextWord", prompt: { en: words, zh: "" } });

/** A panel whose jobs carry the act that they are. */
const panel: PanelActs = { acts: {}, cards: [], begin: () => undefined, record: (did) => (did as { act: Act | "partly" | null }).act };

class FakeJob implements Afoot {
  readonly pace = null;
  readonly phase = "done";
  constructor(
    readonly act: Act | "partly" | null,
    readonly place: Modality | null = "text",
  ) {}
}

function ends(act: Act | "partly" | null, phase: EndPhase = "done", place: Modality | null = "text") {
  const job = new FakeJob(act, place);
  jobs.began(job);
  jobs.ended(job, phase);
}

const settled = () => new Promise((resolve) => setTimeout(resolve));

async function goTo(place: "library" | "text" | "image") {
  navigation.go(place);
  flushSync();
  await settled();
}

describe("recording what is done", () => {
  let recorder: Recorder;
  let done: readonly Did[] | null;

  beforeEach(() => {
    navigation.go("start");
    done = null;
    recorder = new Recorder(() => Promise.resolve(panel), (did) => (done = did));
    flushSync();
  });
  afterEach(() => recorder.end());

  it("writes down what ended well, in its order, and hands it over", async () => {
    await goTo("text");
    ends(ask("a"));
    ends(ask("never finished"), "stopped");
    ends(ask("failed"), "failed");
    ends(ask("on the side"), "done", null);
    await settled();
    await goTo("library");
    recorder.end();
    await settled();
    expect(done?.map(({ act, ticked }) => [act.act, ticked])).toEqual([["text.ask", true], ["open", true]]);
    ends(ask("too late"));
    await settled();
    expect(recorder.did).toHaveLength(2);
  });

  it("writes down what is still at work when it is to end", async () => {
    const job = new FakeJob(ask("slow"), "text");
    jobs.began(job);
    recorder.end();
    await settled();
    expect([done, recorder.ending]).toEqual([null, true]);
    jobs.ended(job, "done");
    await settled();
    expect(done?.map(({ act }) => act)).toEqual([ask("slow")]);
  });

  it("tells what cannot be a step, and waits for both of two lanes", async () => {
    ends("partly");
    ends(null);
    await settled();
    expect([recorder.did.length, recorder.others]).toEqual([0, 1]);
  });

  it("keeps the last look while somebody types, and none of what was then asked", async () => {
    for (const words of ["Wh", "What", "What is"]) looks.tell("text", { act: look(words) });
    await settled();
    expect(recorder.did.map(({ act }) => act)).toEqual([look("What is")]);
    ends(ask("What is 2 + 3?"));
    await settled();
    expect(recorder.did.map(({ act }) => act.act)).toEqual(["text.ask"]);
    looks.tell("text", { act: look("Another question") });
    await settled();
    expect(recorder.did.map(({ act }) => act.act)).toEqual(["text.ask", "text.nextWord"]);
  });

  it("does not tick a panel that was only passed through", async () => {
    await goTo("image");
    await goTo("text");
    expect(recorder.did.map(({ ticked }) => ticked)).toEqual([false, false]);
    ends(ask("a"));
    await settled();
    // The one that it was opened for goes without saying.
    expect(recorder.did.map(({ act }) => act.act)).toEqual(["open", "text.ask"]);
  });
});
