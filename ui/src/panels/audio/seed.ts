/** The engine's seed is 32 bits. */
export const LARGEST_SEED = 4_294_967_295;

/** What stands in a field for a seed, or null for a new one every time. */
export function seedIn(field: HTMLInputElement): number | null {
  const number = Math.trunc(field.valueAsNumber);
  return Number.isFinite(number) ? Math.min(LARGEST_SEED, Math.max(0, number)) : null;
}
