import { describe, expect, it } from "vitest";
import type { Alternative } from "../../ipc";
import { shape, sureness, type Filters } from "./sampling";

const off: Filters = { temperature: 1, topK: 0, topP: 1, minP: 0, repetitionPenalty: 1 };
const of = (...probabilities: number[]): Alternative[] =>
  probabilities.map((probability, index) => ({ id: index, piece: `t${index}`, logprob: Math.log(probability) }));
const four = of(0.5, 0.3, 0.15, 0.05);
const after = (filters: Partial<Filters>, alternatives = four, vocabulary = 4) =>
  shape(alternatives, { ...off, ...filters }, vocabulary).candidates.map((candidate) => candidate.after);
const total = (values: number[]) => values.reduce((sum, value) => sum + value, 0);

describe("what the settings do to the next token", () => {
  it("changes nothing while all is off", () => {
    after({}).forEach((value, index) => expect(value).toBeCloseTo([0.5, 0.3, 0.15, 0.05][index] as number, 9));
  });

  it("sharpens below temperature 1 and flattens above", () => {
    // p^(1/T) renormalised, T = 0.5: squares.
    const squares = [0.25, 0.09, 0.0225, 0.0025];
    after({ temperature: 0.5 }).forEach((value, index) => expect(value).toBeCloseTo((squares[index] as number) / total(squares), 9));
    expect(after({ temperature: 2 })[0]).toBeLessThan(0.5);
  });

  it("takes only the likeliest at temperature 0", () => {
    expect(after({ temperature: 0 })).toEqual([1, 0, 0, 0]);
    expect(shape(four, { ...off, temperature: 0 }, 4).candidates[1]?.removedBy).toBe("greedy");
  });

  it("keeps the k likeliest", () => {
    expect(after({ topK: 2 })).toEqual([0.625, 0.375, 0, 0].map((value) => expect.closeTo(value, 9)));
  });

  it("keeps the smallest set that reaches top-p, the one that crosses it included", () => {
    expect(after({ topP: 0.8 }).filter((value) => value > 0)).toHaveLength(2);
    expect(after({ topP: 0.81 }).filter((value) => value > 0)).toHaveLength(3);
    expect(after({ topP: 0.01 }).filter((value) => value > 0)).toHaveLength(1);
  });

  it("cuts at min-p of the best", () => {
    expect(after({ minP: 0.3 }).filter((value) => value > 0)).toHaveLength(3);
    expect(after({ minP: 0.31 }).filter((value) => value > 0)).toHaveLength(2);
  });

  it("applies top-p after temperature", () => {
    // Flattened, the best two no longer reach 0.8.
    expect(after({ temperature: 5, topP: 0.6 }).filter((value) => value > 0).length).toBeGreaterThan(2);
  });

  it("penalises logits, and only those used", () => {
    const penalty = { logNormaliser: 20, used: new Set([0]) };
    const shaped = shape(four, { ...off, repetitionPenalty: 1.1 }, 4, penalty);
    const first = shaped.candidates.find((candidate) => candidate.id === 0);
    const second = shaped.candidates.find((candidate) => candidate.id === 1);
    const logit = Math.log(0.5) + 20;
    expect((first?.after ?? 0) / (second?.after ?? 1)).toBeCloseTo(Math.exp(logit / 1.1 - 20) / 0.3, 9);
    expect(first?.own).toBeCloseTo(0.5, 9);
    // Without the engine's numbers it is left out rather than guessed.
    expect(shape(four, { ...off, repetitionPenalty: 1.1 }, 4).candidates[0]?.after).toBeCloseTo(0.5, 9);
  });

  it("keeps account of what is not listed", () => {
    const shaped = shape(of(0.4, 0.3), off, 1000);
    expect(shaped.restOwn).toBeCloseTo(0.3, 9);
    expect(shaped.restAfter).toBeCloseTo(0.3, 9);
    expect(shape(of(0.4, 0.3), { ...off, topK: 2 }, 1000).restAfter).toBe(0);
    expect(shape(of(0.4, 0.3), { ...off, temperature: 2 }, 1000).restAfter).toBeGreaterThan(0.3);
  });

  it("always sums to one and never loses the likeliest, for any settings", () => {
    let state = 42;
    const random = () => (state = (state * 1103515245 + 12345) % 2147483648) / 2147483648;
    for (let round = 0; round < 500; round += 1) {
      const raw = Array.from({ length: 2 + Math.floor(random() * 40) }, () => random() ** 4 + 1e-9);
      const mass = total(raw) / (0.5 + 0.5 * random());
      const filters: Filters = {
        temperature: random() * 2,
        topK: Math.floor(random() * 50),
        topP: 0.05 + random() * 0.95,
        minP: random() * 0.5,
        repetitionPenalty: 1 + random(),
      };
      const penalty = { logNormaliser: random() * 30, used: new Set([0, 3]) };
      const shaped = shape(of(...raw.map((value) => value / mass)), filters, 5000, penalty);
      expect(total(shaped.candidates.map((candidate) => candidate.after)) + shaped.restAfter).toBeCloseTo(1, 6);
      expect(shaped.candidates[0]?.after).toBeGreaterThan(0);
      expect(shaped.survivors).toBeGreaterThan(0);
    }
  });

  it("stands an empty distribution", () => {
    expect(shape([], off, 100)).toMatchObject({ candidates: [], survivors: 0 });
  });
});

describe("the tint of a token", () => {
  it.each([
    [0.95, 0],
    [0.9, 0],
    [0.6, 1],
    [0.31, 2],
    [0.1, 3],
    [0.02, 4],
  ])("%f is step %i", (probability, step) => {
    expect(sureness(Math.log(probability) + 1e-12)).toBe(step);
  });
});
