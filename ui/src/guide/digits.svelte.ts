// A number that is typed a digit at a time, until somebody takes it or thinks better of it.

/** After the last digit. */
const PAUSE_MS = 4000;
const MOST = 3;

export class Digits {
  digits = $state("");
  #timer: ReturnType<typeof setTimeout> | undefined;

  /** Whether the key was one of a number. */
  press(key: string): boolean {
    const isDigit = /^\d$/.test(key);
    if (!isDigit && !(key === "Backspace" && this.digits !== "")) return false;
    this.digits = isDigit ? `${this.digits}${key}`.slice(-MOST).replace(/^0+/, "") : this.digits.slice(0, -1);
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.clear(), PAUSE_MS);
    return true;
  }

  clear(): void {
    clearTimeout(this.#timer);
    this.digits = "";
  }
}
