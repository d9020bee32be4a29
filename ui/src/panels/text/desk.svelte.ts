// The Text panel's desk: draft, role, settings, the conversation, the two lanes. It outlives
// the panel, so that a run goes on while another place is in view.
import { i18n } from "../../i18n/index.svelte";
import { ipc, type Alternative, type TextParameters, type TextRequest, type WorkDetail } from "../../ipc";
import { studio } from "../../ipc/studio.svelte";
import { announcer } from "../../shared/announcer.svelte";
import { holdOf, keeping, takeOver } from "../../shared/keeping.svelte";
import { both } from "../../shared/deck.svelte";
import { gist } from "../../shared/gist";
import { undoOffer } from "../../shared/undo.svelte";
import { Compare } from "./compare.svelte";
import { ended } from "./ended";
import { Conversation, conversationOf, forkOf, messagesFor, type Answer, type KeptConversation, type Turn } from "./conversation.svelte";
import { deck, OWN_ICON, type Example, type Lesson } from "./examples";
import type { TextJob } from "./job.svelte";

/** Only until the model has told its own; never sent. */
const placeholder: TextParameters = {
  temperature: 0.7,
  topK: 40,
  topP: 0.9,
  minP: 0,
  repetitionPenalty: 1.1,
  maxTokens: 512,
  seed: null,
  stop: [],
};

/** Alternatives that come with every token; ten are asked for when they are wanted. */
const ALTERNATIVES = 5;
/** Asked of the engine: enough that what is not listed hardly matters. */
const LISTED = 256;
/** On a card of one's own. */
const MOST_LETTERS = 90;

export class Desk {
  draft = $state("");
  /** null: the model's own role. */
  system = $state<string | null>(null);
  overrides = $state<Partial<TextParameters>>({});
  conversation = $state.raw(new Conversation());
  mode = $state<"one" | "two">("one");
  probabilities = $state(false);
  /** The example cards stand in the place of the conversation. */
  examples = $state(false);
  readonly compare = new Compare();
  /** Settings that came with an example go when its conversation does. */
  #borrowed = false;

  readonly load = $derived(studio.textModel ? studio.textLoad(studio.textModel.id) : null);
  readonly info = $derived(this.load?.info ?? null);
  readonly defaults = $derived(this.info?.defaults ?? placeholder);
  readonly parameters: TextParameters = $derived({ ...this.defaults, ...this.overrides });
  readonly changed = $derived(Object.keys(this.overrides).length > 0);
  readonly running: TextJob | null = $derived(this.mode === "two" ? this.compare.running : this.conversation.running);
  /** The answer whose inside is shown: the last one of the page. */
  readonly inView: Answer | null = $derived(this.conversation.last?.answer ?? null);
  readonly canSend = $derived(
    studio.textModel !== null &&
      this.running === null &&
      (this.mode === "two" ? this.compare.ready : this.draft.trim() !== ""),
  );

  set<K extends keyof TextParameters>(name: K, value: TextParameters[K]): void {
    if (JSON.stringify(value) === JSON.stringify(this.defaults[name])) delete this.overrides[name];
    else this.overrides[name] = value;
    this.#borrowed = false;
  }

  reset(): void {
    this.overrides = {};
    this.#borrowed = false;
  }

  submit(): void {
    if (!this.canSend) return;
    if (this.mode === "two") {
      this.examples = false;
      this.compare.run(this.system, this.overrides);
      return;
    }
    const prompt = this.draft.trim();
    // What a card asked for was for the card's own words.
    if (this.#borrowed) this.reset();
    this.draft = "";
    this.ask(prompt, this.conversation.last?.answer ?? null);
  }

  ask(prompt: string, parent: Answer | null): void {
    if (!studio.textModel || this.running) return;
    this.examples = false;
    this.#begin(this.conversation.add(prompt, parent).add(studio.textModel.id));
  }

  runExample(example: Example): void {
    if (this.running) return;
    this.newConversation();
    this.mode = "one";
    this.system = example.system ? i18n.local(example.system) : null;
    this.overrides = { ...example.parameters };
    this.#borrowed = true;
    this.ask(i18n.local(example.prompt), null);
  }

  /** What was asked, with the role and the settings of now, as a card of one's own. */
  keepCard(prompt: string): void {
    const role = this.system?.trim() ? { system: both(this.system) } : {};
    const parameters = $state.snapshot(this.overrides);
    deck.add(prompt, (id, topic) => ({ id, topic, icon: OWN_ICON, title: both(gist(prompt, MOST_LETTERS)), prompt: both(prompt), ...role, parameters }));
    this.mode = "one";
    this.examples = true;
  }

  runLesson(lesson: Lesson): void {
    if (this.running) return;
    this.mode = "two";
    this.examples = false;
    if (this.#borrowed) this.reset();
    this.compare.take(lesson);
    this.compare.run(null, this.overrides);
  }

  /** The prompt put otherwise: a branch beside it. */
  edit(turn: Turn, prompt: string): void {
    if (prompt.trim()) this.ask(prompt.trim(), turn.parent);
  }

  /** Another answer to the same prompt, with new luck. */
  regenerate(turn: Turn): void {
    if (!studio.textModel || this.running) return;
    this.#begin(turn.add(studio.textModel.id), { seed: null });
  }

  /** The same request with the seed that was used: the same words. */
  sameAgain(answer: Answer): void {
    const { request, job } = answer;
    if (!request || !job.stats || this.running) return;
    const again = answer.turn.add(answer.model);
    again.request = { ...request, parameters: { ...request.parameters, seed: job.stats.seed } };
    this.#send(again, () => void again.job.start({ model: answer.model, request: again.request as TextRequest, kept: answer.job.tokens.slice(0, answer.job.kept) }));
  }

  /** Goes on from token `index` with another choice: a branch of the answer. */
  fork(answer: Answer, index: number, choice: Alternative): void {
    if (!answer.request) return;
    answer.job.stop();
    const { request, kept } = forkOf(answer.request, answer.job.tokens, index, choice);
    const branch = answer.turn.add(answer.model);
    branch.request = request;
    this.#send(branch, () => void branch.job.start({ model: answer.model, request, kept }));
  }

  stop(): boolean {
    const job = this.running;
    if (this.mode === "two") this.compare.stop();
    else job?.stop();
    return job !== null;
  }

  newConversation(): void {
    this.examples = false;
    if (this.conversation.empty) return;
    const before = { conversation: this.conversation, system: this.system, overrides: this.overrides };
    this.conversation.running?.stop();
    this.conversation = new Conversation();
    this.system = null;
    if (this.#borrowed) this.reset();
    undoOffer.offer(() => i18n.t.text.cleared, () => {
      this.conversation = before.conversation;
      this.system = before.system;
      this.overrides = before.overrides;
      this.mode = "one";
    }, { place: "text" });
  }

  /** A kept work, put back as it was asked. */
  open(detail: WorkDetail): void {
    if (!detail.made?.text) return;
    const { request } = detail.made.text;
    this.newConversation();
    this.mode = "one";
    this.system = request.messages.find((message) => message.role === "system")?.content ?? null;
    this.overrides = { ...request.parameters };
    this.#borrowed = true;
    this.conversation = conversationOf(request, { text: detail.content, stats: detail.made.text.stats }, detail.work.model, detail.work.id);
  }

  snapshot(): unknown {
    const { draft, system, overrides, mode, probabilities, compare } = this;
    return { draft, system, overrides: $state.snapshot(overrides), borrowed: this.#borrowed, mode, probabilities, ...compare.snapshot() };
  }

  restore(kept: Record<string, unknown>): void {
    takeOver<Desk>(this, kept, ["draft", "overrides", "probabilities"], ["system"]);
    this.mode = kept["mode"] === "two" ? "two" : "one";
    this.#borrowed = kept["borrowed"] === true;
    this.compare.restore(kept);
  }

  hold(): () => void {
    const back = holdOf<Desk, keyof Desk>(this, ["draft", "system", "conversation", "mode", "probabilities", "examples"]);
    const [overrides, borrowed, compare] = [$state.snapshot(this.overrides), this.#borrowed, this.compare.hold()];
    return () => {
      this.stop();
      back();
      compare();
      this.overrides = overrides;
      this.#borrowed = borrowed;
    };
  }

  /** An empty desk for something of its own, without a way back: what stood on it is held. */
  clear(settings: { system?: string | null; overrides?: Partial<TextParameters>; draft?: string; mode?: "one" | "two" } = {}): void {
    const { system = null, overrides = {}, draft = "", mode = "one" } = settings;
    Object.assign(this, { conversation: new Conversation(), system, overrides, draft, mode, examples: false });
    this.#borrowed = true;
  }

  requestFor(messages: TextRequest["messages"], parameters: TextParameters): TextRequest {
    return { messages, answerStart: [], parameters: $state.snapshot(parameters), alternatives: ALTERNATIVES };
  }

  /** What an answer may begin with, likeliest first. */
  likeliest(model: string, messages: TextRequest["messages"]): Promise<Alternative[]> {
    return ipc.nextToken(model, this.requestFor(messages, this.parameters), LISTED);
  }

  #begin(answer: Answer, changes: Partial<TextParameters> = {}): void {
    const { model, turn } = answer;
    // Taken now: what is changed while the model loads belongs to the next prompt.
    const overrides = $state.snapshot(this.overrides);
    const system = this.system;
    this.#send(answer, () =>
      answer.job.startWhenLoaded(studio.textInfo(model), (info) => {
        const parameters = { ...info.defaults, ...overrides, ...changes };
        answer.request = this.requestFor(messagesFor(turn, system ?? info.systemPrompt), parameters);
        return { model, request: answer.request };
      }),
    );
  }

  #send(answer: Answer, start: () => void): void {
    announcer.say(i18n.t.phases.announceStart);
    start();
    void answer.job.finished.then(() => ended(answer.job, answer.model));
  }
}

export const desk = new Desk();
keeping.keep("text", desk);
// Apart from the draft, so that what is typed does not carry all that was said.
keeping.keep("text.conversation", {
  snapshot: () => desk.conversation.snapshot(),
  restore: (kept) => {
    desk.conversation = Conversation.restored(kept as unknown as KeptConversation);
  },
  // With the rest of the desk.
  hold: () => () => undefined,
});
