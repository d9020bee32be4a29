// What a text is about, in few letters.

/** A short text whole, of a longer one its first sentence, cut between words where that is long too. */
export function gist(text: string, most: number): string {
  const whole = text.replace(/\s+/g, " ").trim();
  if ([...whole].length <= most) return whole;
  const first = /^.*?[.!?。！？](?=\s|$|(?<=[。！？]))/u.exec(whole)?.[0] ?? whole;
  if ([...first].length <= most) return first;
  const cut = [...first].slice(0, most).join("");
  return cut.replace(/[\s,，;；]+\S*$/u, (end) => (end.length < most / 2 ? "" : end)).trim();
}
