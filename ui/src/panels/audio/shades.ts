// The shades of a spectrogram, from the window's own colours: quiet is the surface, loud the accent,
// loudest the ink.

const STEPS = 256;
/** Where the accent lies between the two. */
const ACCENT_AT = 0.65;

function parse(colour: string): [number, number, number] {
  // A built style sheet writes a colour of three pairs in three digits.
  const hex = /^#([0-9a-f]{6})$/i.exec(colour.trim().replace(/^#(.)(.)(.)$/, "#$1$1$2$2$3$3"))?.[1];
  const number = hex ? Number.parseInt(hex, 16) : 0;
  return [number >> 16, (number >> 8) & 255, number & 255];
}

/** Red, green, blue for each of 256 levels. */
export function shades(element: Element): Uint8ClampedArray {
  const style = getComputedStyle(element);
  const colour = (name: string) => parse(style.getPropertyValue(name));
  const [quiet, accent, loud] = [colour("--stage"), colour("--accent"), colour("--ink")];
  const table = new Uint8ClampedArray(STEPS * 3);
  for (let step = 0; step < STEPS; step += 1) {
    const level = step / (STEPS - 1);
    const [from, to, share] = level < ACCENT_AT ? [quiet, accent, level / ACCENT_AT] : [accent, loud, (level - ACCENT_AT) / (1 - ACCENT_AT)];
    for (let channel = 0; channel < 3; channel += 1) table[step * 3 + channel] = (from[channel] ?? 0) + ((to[channel] ?? 0) - (from[channel] ?? 0)) * share;
  }
  return table;
}
