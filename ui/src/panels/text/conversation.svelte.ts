// A conversation as a tree: asking again, editing and forking make branches, and the page
// shows one path through them. Branches are walked like pages; nothing is thrown away.
import type { Alternative, Message, TextMade, TextRequest, Token } from "../../ipc";
import { type KeptJob, TextJob } from "./job.svelte";

let nextId = 1;

/** So many tokens are kept with what else they might have been, those of the last answers first; of the
 * others, the text. */
const KEPT_TOKENS = 6000;

interface KeptAnswer {
  model: string;
  request: TextRequest | null;
  job: KeptJob;
  turns: KeptTurn[];
  shown: number;
}

interface KeptTurn {
  prompt: string;
  answers: KeptAnswer[];
  shown: number;
}

export interface KeptConversation {
  turns: KeptTurn[];
  shown: number;
}

export class Answer {
  readonly id = nextId++;
  readonly job = new TextJob();
  /** What was sent; null until the model's defaults are known. */
  request = $state.raw<TextRequest | null>(null);
  /** The prompts that follow this answer: more than one once a prompt was edited. */
  turns = $state<Turn[]>([]);
  shown = $state(0);

  constructor(
    readonly turn: Turn,
    readonly model: string,
  ) {}
}

export class Turn {
  readonly id = nextId++;
  answers = $state<Answer[]>([]);
  shown = $state(0);

  constructor(
    readonly prompt: string,
    readonly parent: Answer | null,
  ) {}

  get answer(): Answer | null {
    return this.answers[this.shown] ?? null;
  }

  add(model: string): Answer {
    const answer = new Answer(this, model);
    this.answers.push(answer);
    this.shown = this.answers.length - 1;
    return answer;
  }
}

export class Conversation {
  turns = $state<Turn[]>([]);
  shown = $state(0);

  /** The turns in view, from the first prompt to the last. */
  readonly path: Turn[] = $derived.by(() => {
    const path: Turn[] = [];
    let turn = this.turns[this.shown];
    while (turn) {
      path.push(turn);
      const answer: Answer | null = turn.answer;
      turn = answer?.turns[answer.shown];
    }
    return path;
  });

  readonly last = $derived(this.path.at(-1) ?? null);
  readonly empty = $derived(this.turns.length === 0);
  readonly running: TextJob | null = $derived(
    this.path.map((turn) => turn.answer?.job).find((job) => job?.running) ?? null,
  );

  /** The prompts that stand at the place of this turn, itself among them. */
  siblings(turn: Turn): Turn[] {
    return turn.parent ? turn.parent.turns : this.turns;
  }

  showSibling(turn: Turn, index: number): void {
    if (turn.parent) turn.parent.shown = index;
    else this.shown = index;
  }

  /** The whole tree, to be kept. */
  snapshot(): KeptConversation {
    const whole = new Set<Answer>();
    let room = KEPT_TOKENS;
    for (const answer of answersOf(this.turns).sort((a, b) => b.id - a.id)) {
      room -= answer.job.running ? 0 : answer.job.tokens.length;
      if (room < 0) break;
      whole.add(answer);
    }
    return { turns: keptTurns(this.turns, whole), shown: this.shown };
  }

  static restored(kept: KeptConversation): Conversation {
    const conversation = new Conversation();
    conversation.turns = restoredTurns(kept.turns, null);
    conversation.shown = Math.min(kept.shown, Math.max(0, conversation.turns.length - 1));
    return conversation;
  }

  /** A new prompt after `parent`, shown at once. */
  add(prompt: string, parent: Answer | null): Turn {
    const turn = new Turn(prompt, parent);
    const siblings = parent ? parent.turns : this.turns;
    siblings.push(turn);
    this.showSibling(turn, siblings.length - 1);
    return turn;
  }
}

function answersOf(turns: readonly Turn[]): Answer[] {
  return turns.flatMap((turn) => turn.answers.flatMap((answer) => [answer, ...answersOf(answer.turns)]));
}

function keptTurns(turns: readonly Turn[], whole: ReadonlySet<Answer>): KeptTurn[] {
  return turns.map(({ prompt, shown, answers }) => ({
    prompt,
    shown,
    answers: answers.map((answer) => ({
      model: answer.model,
      request: answer.request,
      job: answer.job.snapshot(whole.has(answer)),
      turns: keptTurns(answer.turns, whole),
      shown: answer.shown,
    })),
  }));
}

function restoredTurns(turns: readonly KeptTurn[], parent: Answer | null): Turn[] {
  return turns.map((kept) => {
    const turn = new Turn(kept.prompt, parent);
    for (const { model, request, job, turns: after, shown } of kept.answers) {
      const answer = turn.add(model);
      answer.request = request;
      answer.job.restore(job);
      answer.turns = restoredTurns(after, answer);
      answer.shown = Math.min(shown, Math.max(0, after.length - 1));
    }
    turn.shown = Math.min(kept.shown, Math.max(0, kept.answers.length - 1));
    return turn;
  });
}

/** The conversation of a kept text: what was said before it is there without its tokens. */
export function conversationOf(request: TextRequest, made: TextMade, model: string, work: string): Conversation {
  const conversation = new Conversation();
  const said = request.messages.filter((message) => message.role !== "system");
  let parent: Answer | null = null;
  said.forEach((message, index) => {
    if (message.role !== "user") return;
    const answer: Answer = conversation.add(message.content, parent).add(model);
    const reply = said[index + 1];
    const last = reply === undefined;
    answer.request = last ? request : null;
    answer.job.restore({ text: last ? made.text : reply.content, tokens: [], forked: 0, promptTokens: last ? made.stats.promptTokens : 0, made: last ? made : null, works: last ? [work] : [] });
    parent = answer;
  });
  return conversation;
}

/** What the model is sent for a prompt: the role, the path to it, and itself.
 * Answers with nothing in them are left out together with their prompt, because chat
 * templates want the two to take turns. */
export function messagesFor(turn: Turn, system: string | null): Message[] {
  const messages: Message[] = [{ role: "user", content: turn.prompt }];
  for (let answer = turn.parent; answer; answer = answer.turn.parent) {
    if (answer.job.text.trim() === "") continue;
    messages.unshift({ role: "user", content: answer.turn.prompt }, { role: "assistant", content: answer.job.text });
  }
  if (system?.trim()) messages.unshift({ role: "system", content: system });
  return messages;
}

/** An answer that keeps `tokens` before `index` and goes on with another choice there. */
export function forkOf(request: TextRequest, tokens: readonly Token[], index: number, choice: Alternative): { request: TextRequest; kept: Token[] } {
  const at = tokens[index];
  const kept: Token[] = [
    ...tokens.slice(0, index),
    {
      id: choice.id,
      // Half a character has no text of its own; the engine gives it with the next token.
      text: choice.piece.includes("\uFFFD") ? "" : choice.piece,
      piece: choice.piece,
      logprob: choice.logprob,
      // Chosen by a person: no filter had a say.
      chosenLogprob: choice.logprob,
      alternatives: at?.alternatives ?? [],
    },
  ];
  return {
    request: { ...request, answerStart: kept.map((token) => token.id), parameters: { ...request.parameters, seed: null } },
    kept,
  };
}
