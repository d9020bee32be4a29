// What a screen reader is told without being asked: one polite live region for the window.

/** Two things within this are told together: the second would silence the first. */
const TOGETHER_MS = 150;
/** A longer answer is read by who wants to; it begins to be told. */
const MOST_TOLD = 600;

/** Words in their own language, which need not be the window's. */
export interface Quote {
  text: string;
  lang: string;
}

class Announcer {
  message = $state("");
  quote = $state.raw<Quote | null>(null);
  #toggle = false;
  #said = { message: "", at: -Infinity };

  /** `words` are what a model wrote, as plain text. */
  say(message: string, words = ""): void {
    const now = performance.now();
    const together = now - this.#said.at < TOGETHER_MS && this.#said.message !== message;
    const whole = together ? `${this.#said.message} ${message}` : message;
    this.#said = { message: whole, at: now };
    // The same words twice would not be announced again: an invisible space makes them differ.
    this.#toggle = !this.#toggle;
    this.message = this.#toggle ? whole : `${whole}\u200b`;
    const quote = words === "" ? null : { text: beginning(words), lang: languageOf(words) };
    if (quote || !together) this.quote = quote;
  }
}

/** Of a text, by its signs. */
export const languageOf = (text: string) => (/[\u4e00-\u9fff]/.test(text) ? "zh-CN" : "en");

/** As much as is told, to the end of a sentence where one ends. */
export function beginning(text: string): string {
  if (text.length <= MOST_TOLD) return text;
  const cut = text.slice(0, MOST_TOLD);
  const end = Math.max(...[". ", "! ", "? ", "。", "！", "？"].map((mark) => cut.lastIndexOf(mark)));
  return `${end > MOST_TOLD / 2 ? cut.slice(0, end + 1) : cut} …`;
}

export const announcer = new Announcer();
