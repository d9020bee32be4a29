// One generation of text as the window sees it: what has been written so far, and how fast.
import type { JobEvent, TextMade, TextModelInfo, TextProgress, TextRequest, Token } from "../../ipc";
import { ipc } from "../../ipc";
import { deleted } from "../../ipc/deleted.svelte";
import { Job, type JobPhase } from "../../ipc/job.svelte";

export type TextPhase =
  | JobPhase
  | "prompt" // the prompt is being read
  | "writing";

export interface Start {
  model: string;
  request: TextRequest;
  /** A fork: the tokens that the answer begins with. Their ids are the request's `answerStart`. */
  kept?: Token[];
}

/** What is kept of an answer. */
export interface KeptJob {
  text: string;
  tokens: Token[];
  forked: number;
  promptTokens: number;
  made: TextMade | null;
  works: string[];
}

export class TextJob extends Job<TextProgress, TextMade, "prompt" | "writing"> {
  readonly place = "text";
  tokens = $state.raw<Token[]>([]);
  text = $state("");
  /** The first `kept` tokens came from the answer this one was forked from. */
  kept = $state(0);
  /** Prompt tokens in all, and those the engine still remembered from the turn before. */
  promptTokens = $state(0);
  reused = $state(0);
  /** Tokens a second, measured here while it writes; the engine's own figure once it is done. */
  speed = $state<number | null>(null);
  readonly stats = $derived(this.made?.stats ?? null);
  /** Tokens of the context that are in use; null until the prompt was read. */
  readonly contextUsed = $derived(
    this.stats?.contextUsed ?? (this.promptTokens > 0 ? this.promptTokens + this.tokens.length - this.kept : null),
  );

  override get pace(): number | null {
    return this.speed;
  }

  #phaseSince = 0;
  #maxTokens = 0;
  /** For its model: the engine has not been asked for anything that could be cancelled. */
  #waits = false;

  /** Resolves when the job was accepted (not when it ends); every failure lands in `failure`. */
  async start(start: Start): Promise<void> {
    if (!this.running) await this.run((listen) => this.#ask(start, listen));
  }

  /** Waits for the model (and its defaults) first; stop() ends the wait too. */
  async startWhenLoaded(loading: Promise<TextModelInfo>, start: (info: TextModelInfo) => Start): Promise<void> {
    if (this.running) return;
    await this.run(async (listen) => {
      const { finished } = this;
      this.#waits = true;
      const info = await loading;
      // Stopped meanwhile, perhaps started anew.
      if (!this.running || this.finished !== finished) return null;
      this.#waits = false;
      this.enter("queued");
      return this.#ask(start(info), listen);
    }, "loading");
  }

  override stop(): boolean {
    if (!this.running || !this.#waits) return super.stop();
    this.end("stopped");
    return true;
  }

  override clear(): void {
    super.clear();
    this.tokens = [];
    this.text = "";
    this.kept = 0;
    this.speed = null;
    this.promptTokens = 0;
    this.reused = 0;
    this.#waits = false;
  }

  /** What came of it; of one that runs still, nothing. Without its tokens it takes little room. */
  snapshot(tokens: boolean): KeptJob {
    const { running, text, kept: forked, promptTokens, made } = this;
    const works = this.works.filter((work) => !deleted.has(work));
    if (running) return { text: "", tokens: [], forked: 0, promptTokens: 0, made: null, works: [] };
    return { text, tokens: tokens ? this.tokens : [], forked, promptTokens, made, works };
  }

  /** What was kept of an answer; one that was not whole reads as stopped. */
  restore({ text, tokens, forked, promptTokens, made, works }: KeptJob): void {
    this.clear();
    Object.assign(this, { text, tokens, kept: forked, promptTokens, made, works });
    this.phase = made ? "done" : "stopped";
  }

  protected override onProgress(progress: TextProgress): void {
    if (progress.kind === "tokens") return this.#append(progress.tokens);
    const { done, total, reused } = progress;
    this.enter("prompt");
    this.promptTokens = total;
    this.reused = reused;
    this.progress = { done, total, secondsLeft: this.#secondsLeft(done - reused, total - done) };
  }

  protected override onEnd(): void {
    const { stats } = this;
    if (stats && stats.decodeSeconds > 0) this.speed = stats.generatedTokens / stats.decodeSeconds;
  }

  protected override enter(phase: TextPhase): void {
    const before = this.phase;
    super.enter(phase);
    if (this.phase !== before) this.#phaseSince = performance.now();
  }

  #ask({ model, request, kept = [] }: Start, listen: (event: JobEvent<TextProgress, TextMade>) => void): Promise<number> {
    this.tokens = kept;
    this.kept = kept.length;
    this.text = kept.map((token) => token.text).join("");
    this.#maxTokens = request.parameters.maxTokens;
    return ipc.startText({ model, request }, listen);
  }

  #append(tokens: Token[]): void {
    this.enter("writing");
    this.tokens = this.tokens.concat(tokens);
    for (const token of tokens) this.text += token.text;
    const written = this.tokens.length - this.kept;
    const seconds = (performance.now() - this.#phaseSince) / 1000;
    // The first batch has no duration to divide by.
    if (seconds > 0.25 && written > 2) this.speed = written / seconds;
    const left = Math.max(0, this.#maxTokens - written);
    this.progress = {
      done: written,
      total: this.#maxTokens || null,
      secondsLeft: this.speed ? left / this.speed : null,
    };
  }

  #secondsLeft(done: number, left: number): number | null {
    const seconds = (performance.now() - this.#phaseSince) / 1000;
    return done > 0 && seconds > 0.2 ? (seconds / done) * left : null;
  }
}
