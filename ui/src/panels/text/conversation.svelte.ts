// A conversation as a tree: asking again, editing and forking make branches, and the page
// shows one path through them. Branches are walked like pages; nothing is thrown away.
import type { Alternative, Message, TextRequest, Token } from "../../ipc";
import { TextJob } from "./job.svelte";

let nextId = 1;

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

  /** A new prompt after `parent`, shown at once. */
  add(prompt: string, parent: Answer | null): Turn {
    const turn = new Turn(prompt, parent);
    const siblings = parent ? parent.turns : this.turns;
    siblings.push(turn);
    this.showSibling(turn, siblings.length - 1);
    return turn;
  }
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
