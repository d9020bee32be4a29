// What penalties and filters do to the distribution of the next token, in the engine's
// order: repetition penalty -> temperature -> top-k -> top-p -> min-p. Pure, so that the
// inside pane can show it live before anything is sent.
import type { Alternative, TextParameters } from "../../ipc";

export interface Candidate {
  id: number;
  piece: string;
  /** The model's own probability, 0..1. */
  own: number;
  /** After penalties and filters, 0..1; 0 for what can no longer be drawn. */
  after: number;
  /** The step that took it out, null while it can be drawn. */
  removedBy: "topK" | "topP" | "minP" | "greedy" | null;
}

export interface Shaped {
  candidates: Candidate[];
  /** The share of all the tokens that were not listed, before and after. */
  restOwn: number;
  restAfter: number;
  /** Listed tokens that can still be drawn. */
  survivors: number;
}

export type Filters = Pick<TextParameters, "temperature" | "topK" | "topP" | "minP" | "repetitionPenalty">;

/** What the repetition penalty needs: it acts on logits, not on probabilities. */
export interface PenaltyContext {
  /** log of the sum of exp(logit) over the vocabulary: logit = logprob + logNormaliser. */
  logNormaliser: number;
  /** Ids of the tokens that count as used lately. */
  used: ReadonlySet<number>;
}

/** `alternatives`: the likeliest tokens, natural-log probabilities of the model's own
 * distribution. `vocabularySize`: of all tokens; what is not listed shares the rest of the
 * probability evenly (an approximation that matters only when nothing cuts the tail).
 * Without `penalty` the repetition penalty is left out. */
export function shape(
  alternatives: readonly Alternative[],
  filters: Filters,
  vocabularySize: number,
  penalty: PenaltyContext | null = null,
): Shaped {
  const listed = [...alternatives].sort((a, b) => b.logprob - a.logprob);
  const owns = listed.map((alternative) => Math.exp(alternative.logprob));
  const restOwn = Math.max(0, 1 - sum(owns));
  const restCount = Math.max(0, vocabularySize - listed.length);

  const candidates: (Candidate & { score: number })[] = listed.map((alternative, index) => ({
    id: alternative.id,
    piece: alternative.piece,
    own: owns[index] ?? 0,
    after: 0,
    removedBy: null,
    score: penalised(alternative, filters.repetitionPenalty, penalty),
  }));
  candidates.sort((a, b) => b.score - a.score);

  if (!(filters.temperature > 0)) return greedy(candidates, restOwn);

  // Temperature divides the scores; the unlisted tail is `restCount` equal tokens.
  const top = candidates[0]?.score ?? 0;
  for (const candidate of candidates) candidate.after = Math.exp((candidate.score - top) / filters.temperature);
  let rest = 0;
  if (restCount > 0 && restOwn > 0) rest = restCount * Math.exp((Math.log(restOwn / restCount) - top) / filters.temperature);

  if (filters.topK > 0) {
    candidates.slice(filters.topK).forEach((candidate) => remove(candidate, "topK"));
    rest *= restCount > 0 ? Math.min(1, Math.max(0, filters.topK - candidates.length) / restCount) : 0;
  }
  rest = normalise(candidates, rest);

  if (filters.topP < 1) {
    // The smallest set of the likeliest tokens that reaches top-p, the one that crosses it included.
    let reached = 0;
    for (const candidate of candidates) {
      if (candidate.removedBy) continue;
      // 0.5 + 0.3 must count as 0.8.
      if (reached >= filters.topP - 1e-9) remove(candidate, "topP");
      else reached += candidate.after;
    }
    rest = Math.max(0, Math.min(rest, filters.topP - reached));
    rest = normalise(candidates, rest);
  }

  if (filters.minP > 0) {
    const floor = filters.minP * Math.max(0, ...candidates.map((candidate) => candidate.after));
    for (const candidate of candidates) if (!candidate.removedBy && candidate.after < floor) remove(candidate, "minP");
    if (restCount > 0 && rest / restCount < floor) rest = 0;
    rest = normalise(candidates, rest);
  }

  return finish(candidates, restOwn, rest);
}

/** A used token's logit is divided by the penalty where positive and multiplied where
 * negative (Keskar et al. 2019, CTRL, section 4.1). The normaliser is taken off again, so that
 * scores stay comparable with the log-probability of the unlisted tail. */
function penalised({ id, logprob }: Alternative, strength: number, context: PenaltyContext | null): number {
  if (context === null || strength <= 0 || strength === 1 || !context.used.has(id)) return logprob;
  const logit = logprob + context.logNormaliser;
  return (logit > 0 ? logit / strength : logit * strength) - context.logNormaliser;
}

function greedy(candidates: (Candidate & { score: number })[], restOwn: number): Shaped {
  candidates.forEach((candidate, index) => {
    if (index === 0) candidate.after = 1;
    else remove(candidate, "greedy");
  });
  return finish(candidates, restOwn, 0);
}

function remove(candidate: Candidate, by: Candidate["removedBy"]): void {
  candidate.after = 0;
  candidate.removedBy ??= by;
}

function normalise(candidates: Candidate[], rest: number): number {
  const total = sum(candidates.map((candidate) => candidate.after)) + rest;
  if (total <= 0) return 0;
  for (const candidate of candidates) candidate.after /= total;
  return rest / total;
}

function finish(candidates: (Candidate & { score: number })[], restOwn: number, restAfter: number): Shaped {
  return {
    candidates: candidates.map(({ id, piece, own, after, removedBy }) => ({ id, piece, own, after, removedBy })),
    restOwn,
    restAfter,
    survivors: candidates.filter((candidate) => candidate.removedBy === null).length,
  };
}

function sum(values: number[]): number {
  return values.reduce((total, value) => total + value, 0);
}

/** How sure the model was, in five steps: 0 (90 % and more) to 4 (below 10 %). */
export function sureness(logprob: number): 0 | 1 | 2 | 3 | 4 {
  const probability = Math.exp(logprob);
  if (probability >= 0.9) return 0;
  if (probability >= 0.6) return 1;
  if (probability >= 0.3) return 2;
  return probability >= 0.1 ? 3 : 4;
}
