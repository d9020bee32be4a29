// Which sentence and which word sound at a sample.
import type { SpokenSentence, WordTiming } from "../../ipc";

/** The index of the sentence that sounds at a sample: the last that has begun. */
export function sentenceAt(sentences: SpokenSentence[], sample: number): number {
  let [low, high] = [0, sentences.length - 1];
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if ((sentences[middle]?.from ?? 0) <= sample) low = middle;
    else high = middle - 1;
  }
  return low;
}

/** Words as they are written: Chinese without spaces between them. */
export function together(words: readonly string[]): string {
  return words.reduce((text, word) => {
    const joined = /[\p{Script=Han}，。、；：？！”）]$/u.test(text) && /^[\p{Script=Han}“（]/u.test(word);
    return text === "" || joined ? text + word : `${text} ${word}`;
  }, "");
}

/** When each word sounds. Where the network did not tell, the time is shared out by how much is
 * said, as captions do. */
export function timesOf({ words, timings, from, to }: SpokenSentence): WordTiming[] {
  if (timings.length > 0) {
    let last = 0;
    return words.map((_, word) => {
      const timing = timings.find((one) => one.word === word) ?? { word, from: last, to: last };
      last = timing.to;
      return timing;
    });
  }
  const weights = words.map((word) => 1 + [...word.phonemes].length);
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  let behind = 0;
  return weights.map((weight, word) => {
    const start = ((to - from) * behind) / total;
    behind += weight;
    return { word, from: Math.floor(start), to: Math.floor(((to - from) * behind) / total) };
  });
}

/** The index of the word that sounds at a sample of the sentence, or -1. */
export function wordAt(times: WordTiming[], sample: number): number {
  return times.findLastIndex((timing) => timing.from <= sample && sample < timing.to);
}

/** Where words of these widths stand on two rows, each as near to its start as can be without
 * touching the one before it. */
export function staggered(starts: number[], widths: number[], gap: number): { left: number; row: number }[] {
  const free = [0, 0];
  return starts.map((start, word) => {
    const row = (free[0] ?? 0) <= start || (free[0] ?? 0) <= (free[1] ?? 0) ? 0 : 1;
    const left = Math.max(start, free[row] ?? 0);
    free[row] = left + (widths[word] ?? 0) + gap;
    return { left, row };
  });
}
