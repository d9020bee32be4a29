import { describe, expect, it } from "vitest";
import { pieces, tokenOf } from "../../ipc/fake/language";
import { info } from "../../ipc/fake/world";
import type { TextRequest } from "../../ipc";
import { Conversation, forkOf, messagesFor } from "./conversation.svelte";

describe("a conversation", () => {
  it("shows one path through its branches, and walks them", () => {
    const conversation = new Conversation();
    const first = conversation.add("one", null);
    const answer = first.add("m");
    answer.job.text = "1";
    const follow = conversation.add("two", answer);
    expect(conversation.path.map((turn) => turn.prompt)).toEqual(["one", "two"]);

    // Edited: a branch beside it; the old one is a page away.
    const edited = conversation.add("two, put otherwise", answer);
    expect(conversation.path.at(-1)).toBe(edited);
    expect(conversation.siblings(edited)).toEqual([follow, edited]);
    conversation.showSibling(edited, 0);
    expect(conversation.path.at(-1)).toBe(follow);

    // Another answer has no follow-up yet; the first one keeps its own.
    first.add("m");
    expect(conversation.path).toHaveLength(1);
    first.shown = 0;
    expect(conversation.path).toHaveLength(2);
  });

  it("branches at the very first prompt too", () => {
    const conversation = new Conversation();
    conversation.add("a", null);
    conversation.add("b", null);
    expect(conversation.last?.prompt).toBe("b");
    conversation.showSibling(conversation.last!, 0);
    expect(conversation.last?.prompt).toBe("a");
  });

  it("sends the role, then prompts and answers in turn", () => {
    const conversation = new Conversation();
    const first = conversation.add("one", null);
    const answer = first.add("m");
    answer.job.text = "1";
    const second = conversation.add("two", answer);
    expect(messagesFor(second, "Be brief.")).toEqual([
      { role: "system", content: "Be brief." },
      { role: "user", content: "one" },
      { role: "assistant", content: "1" },
      { role: "user", content: "two" },
    ]);
    expect(messagesFor(second, "  ")[0]?.role).toBe("user");
  });

  it("leaves out an answer that never came, with its prompt", () => {
    const conversation = new Conversation();
    const failed = conversation.add("lost", null).add("m");
    expect(messagesFor(conversation.add("again", failed), null)).toEqual([{ role: "user", content: "again" }]);
  });
});

describe("a fork", () => {
  const request: TextRequest = {
    messages: [{ role: "user", content: "x" }],
    answerStart: [],
    parameters: { ...info("m").defaults, seed: 7 },
    alternatives: 5,
  };
  const tokens = pieces("The quick brown fox").map((piece, index) => tokenOf(piece, index, 1));
  const choice = { id: 99, piece: " slow", logprob: -2 };

  it("keeps the tokens before, takes the choice, and has new luck", () => {
    const fork = forkOf(request, tokens, 1, choice);
    expect(fork.request.answerStart).toEqual([tokens[0]!.id, 99]);
    expect(fork.kept.map((token) => token.text).join("")).toBe("The slow");
    expect(fork.request.parameters.seed).toBeNull();
    expect(fork.kept[1]?.alternatives).toEqual(tokens[1]?.alternatives);
  });

  it("at the first token keeps only the choice", () => {
    expect(forkOf(request, tokens, 0, choice).request.answerStart).toEqual([99]);
  });

  it("shows no half character", () => {
    expect(forkOf(request, tokens, 1, { ...choice, piece: "\uFFFD" }).kept[1]?.text).toBe("");
  });
});
