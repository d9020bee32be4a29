// What an answer will take, in words: the reading of what is sent, the length allowed, and the model's memory.
import { i18n } from "../../i18n/index.svelte";
import type { ModelSummary } from "../../ipc";
import { paces } from "../../shared/paces.svelte";
import { messagesFor } from "./conversation.svelte";
import { desk } from "./desk.svelte";

/** Letters of a token, on average. Latin ones come in pieces of words, Chinese ones alone or in twos. */
const [LATIN, HAN] = [4, 1.5];
/** What takes the less of it is not told apart. */
const TOLD_SHARE = 0.1;
/** Tokens that are worth a word where their reading was never timed. */
const LONG = 400;

/** About how many tokens a text has. */
export function tokensOf(text: string): number {
  const han = text.match(/\p{Script=Han}/gu)?.length ?? 0;
  return han / HAN + (text.length - han) / LATIN;
}

/** About how many tokens of the conversation the model has to read before the next prompt. */
export function tokensBefore(model: ModelSummary): number {
  const { conversation, mode, running, system } = desk;
  const last = conversation.last?.answer ?? null;
  // Nothing is promised while it writes.
  if (mode === "two" || running) return 0;
  if (last === null) return tokensOf(system ?? "");
  // While it is in memory it still has the turns before, and reads its own last answer anew; else it reads all.
  const before = model.loaded ? [] : messagesFor(last.turn, system).map((message) => message.content);
  return [...before, last.job.text].reduce((sum, text) => sum + tokensOf(text), 0);
}

/** What is asked now, beside what came before. */
function asked(): number {
  const { compare, draft, mode } = desk;
  return mode === "two" ? compare.lanes.reduce((sum, lane) => sum + tokensOf(compare.promptOf(lane)), 0) : tokensOf(draft);
}

export function promiseWords(model: ModelSummary, before: number): string {
  const t = i18n.t.text;
  const tokens = desk.parameters.maxTokens * (desk.mode === "two" ? 2 : 1);
  const [write, read, toRead] = [paces.of("write", model.id), paces.of("read", model.id), before + asked()];
  const reading = read === null ? 0 : toRead * read;
  const writing = write === null ? 0 : tokens * write;
  const all = i18n.seconds(reading + writing);
  const time = write === null ? t.upTo(i18n.number(tokens)) : reading > TOLD_SHARE * (reading + writing) ? t.aboutRead(all, i18n.seconds(reading)) : t.about(all);
  const more = (write === null || read === null) && toRead > LONG ? [t.readingToo] : [];
  return [time, ...more, i18n.megabytes(model.memoryMb)].join(" · ");
}
