// Two answers side by side: two phrasings, two temperatures or two models.
import { i18n } from "../../i18n/index.svelte";
import type { Message, TextParameters, TextRequest } from "../../ipc";
import { studio } from "../../ipc/studio.svelte";
import { holdOf, takeOver } from "../../shared/keeping.svelte";
import { ended } from "./ended";
import type { Lesson } from "./examples";
import { TextJob } from "./job.svelte";

export class Lane {
  prompt = $state("");
  /** null: as set on the desk. */
  temperature = $state<number | null>(null);
  /** null: as set on the desk. Of a lesson. */
  seed = $state<number | null>(null);
  /** null: the model of the panel. */
  model = $state<string | null>(null);
  /** The prompt that the answer in view was given to. */
  asked = $state<string | null>(null);
  /** What it was sent, and to which model; the request once the model's defaults are known. */
  sent = $state.raw<{ model: string; request: TextRequest | null } | null>(null);
  job = $state.raw(new TextJob());

  constructor(readonly name: "a" | "b") {}
}

export class Compare {
  readonly lanes: [Lane, Lane] = [new Lane("a"), new Lane("b")];
  samePrompt = $state(false);
  lesson = $state.raw<Lesson | null>(null);

  readonly running: TextJob | null = $derived(this.lanes.map((lane) => lane.job).find((job) => job.running) ?? null);
  readonly ready = $derived(this.lanes.every((lane) => this.promptOf(lane).trim() !== ""));
  readonly started = $derived(this.lanes.some((lane) => lane.asked !== null));

  promptOf(lane: Lane): string {
    return this.samePrompt ? this.lanes[0].prompt : lane.prompt;
  }

  take(lesson: Lesson): void {
    this.lesson = lesson;
    const prompts = [i18n.local(lesson.a.prompt), i18n.local(lesson.b.prompt)] as const;
    this.samePrompt = prompts[0] === prompts[1];
    [lesson.a, lesson.b].forEach((side, index) => {
      const lane = this.lanes[index === 0 ? 0 : 1];
      lane.prompt = prompts[index] ?? "";
      lane.temperature = side.temperature ?? lesson.parameters?.temperature ?? null;
      lane.model = null;
      lane.seed = null;
    });
  }

  hold(): () => void {
    const backs = [holdOf<Compare, keyof Compare>(this, ["samePrompt", "lesson"]), ...this.lanes.map((lane) => holdOf<Lane, keyof Lane>(lane, ["prompt", "temperature", "seed", "model", "asked", "sent", "job"]))];
    return () => backs.forEach((back) => back());
  }

  snapshot(): Record<string, unknown> {
    return { samePrompt: this.samePrompt, lanes: this.lanes.map(({ prompt, temperature, model }) => ({ prompt, temperature, model })) };
  }

  restore(kept: Record<string, unknown>): void {
    this.samePrompt = kept["samePrompt"] === true;
    const lanes = Array.isArray(kept["lanes"]) ? (kept["lanes"] as Record<string, unknown>[]) : [];
    lanes.slice(0, this.lanes.length).forEach((lane, index) => takeOver(this.lanes[index === 0 ? 0 : 1], lane, ["prompt"], ["temperature", "model"]));
  }

  run(system: string | null, overrides: Partial<TextParameters>): void {
    const extra = this.lesson?.parameters ?? {};
    // One worker in the engine: B waits in its queue and says so.
    for (const lane of this.lanes) this.#start(lane, system, { ...extra, ...$state.snapshot(overrides) });
  }

  stop(): void {
    for (const lane of this.lanes) lane.job.stop();
  }

  clear(): void {
    this.stop();
    this.lesson = null;
    for (const lane of this.lanes) {
      lane.asked = null;
      lane.sent = null;
      lane.job = new TextJob();
    }
  }

  #start(lane: Lane, system: string | null, overrides: Partial<TextParameters>): void {
    const model = lane.model ?? studio.textModel?.id;
    if (!model) return;
    const prompt = this.promptOf(lane).trim();
    const { temperature, seed } = lane;
    const job = new TextJob();
    lane.asked = prompt;
    lane.sent = { model, request: null };
    lane.job = job;
    void job.startWhenLoaded(studio.textInfo(model), (info) => {
      const role = system ?? info.systemPrompt;
      const messages: Message[] = [{ role: "user", content: prompt }];
      if (role?.trim()) messages.unshift({ role: "system", content: role });
      const parameters = { ...info.defaults, ...overrides, ...(temperature === null ? {} : { temperature }), ...(seed === null ? {} : { seed }) };
      const request: TextRequest = { messages, answerStart: [], parameters, alternatives: 5 };
      lane.sent = { model, request };
      return { model, request };
    });
    void job.finished.then(() => ended(job, model));
  }
}
