// A drawing that comes out of noise in a few steps, for the panel's figure.
export interface Cell {
  at: number;
  x: number;
  y: number;
  size: number;
  /** 0 (empty) to 1. */
  level: number;
}

/** A small generator with a seed (mulberry32), so that the figure is always the same. */
function random(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let value = Math.imul(state ^ (state >>> 15), 1 | state);
    value = (value + Math.imul(value ^ (value >>> 7), 61 | value)) ^ value;
    return ((value ^ (value >>> 14)) >>> 0) / 4294967296;
  };
}

/** A sun over two hills, x and y in 0..1. */
function drawing(x: number, y: number): number {
  if (Math.hypot(x - 0.68, y - 0.3) < 0.17) return 1;
  const near = 0.78 - 0.16 * Math.sin(x * 3.1);
  const far = 0.62 + 0.14 * Math.cos(x * 4.2);
  if (y > near) return 0.85;
  return y > far ? 0.45 : 0.06;
}

export function noisySteps(steps: number, size: number): Cell[][] {
  const draw = random(7);
  const noise = Array.from({ length: size * size }, draw);
  const cell = 140 / size;
  return Array.from({ length: steps }, (_, step) => {
    const clean = step / (steps - 1);
    return noise.map((value, at) => {
      const [column, row] = [at % size, Math.floor(at / size)];
      const target = drawing((column + 0.5) / size, (row + 0.5) / size);
      return { at, x: 5 + column * cell, y: 5 + row * cell, size: cell - 0.4, level: (1 - clean) * value + clean * target };
    });
  });
}
