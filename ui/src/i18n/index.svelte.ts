// The language in use, and numbers as that language writes them.
import type { Language, LocalText } from "../ipc";
import * as en from "./en";
import { shownTitle, tuneTitle, type Tune } from "./titles";
import * as zh from "./zh";

/** Both languages in full: a missing string does not compile. */
type Messages = typeof en;

const dictionaries: Record<Language, Messages> = { en, zh };
const locales: Record<Language, string> = { en: "en-GB", zh: "zh-CN" };

function systemLanguage(): Language {
  return (navigator.languages?.[0] ?? navigator.language ?? "en").toLowerCase().startsWith("zh") ? "zh" : "en";
}

/** Formats are slow to make and quick to use: a list of works would make one for each. */
const formats = new Map<string, unknown>();

function once<F, O>(kind: new (locale: string, options: O) => F, locale: string, options: NoInfer<O>): F {
  const key = `${kind.name} ${locale} ${JSON.stringify(options)}`;
  let format = formats.get(key) as F | undefined;
  if (format === undefined) formats.set(key, (format = new kind(locale, options)));
  return format;
}

class I18n {
  language = $state<Language>(systemLanguage());
  readonly t: Messages = $derived(dictionaries[this.language]);
  readonly locale = $derived(locales[this.language]);

  /** null: the system's. */
  choose(language: Language | null): void {
    this.language = language ?? systemLanguage();
  }

  local(text: LocalText): string {
    return text[this.language] || text.en;
  }

  /** At most so many digits behind the point, and at least `least`. */
  number(value: number, digits = 0, least = 0): string {
    return once(Intl.NumberFormat, this.locale, { maximumFractionDigits: digits, minimumFractionDigits: least }).format(value);
  }

  percent(share: number): string {
    if (share > 0 && share < 0.001) return `<${this.#percent(0.001, 1)}`;
    return this.#percent(share, share < 0.1 || share > 0.995 ? 1 : 0);
  }

  #percent(share: number, digits: number): string {
    return once(Intl.NumberFormat, this.locale, { style: "percent", maximumFractionDigits: digits }).format(share);
  }

  /** "3.4 s", "2 min 5 s": as long as needed, no longer. */
  seconds(seconds: number): string {
    const { units } = this.t;
    if (Math.round(seconds) >= 60) {
      const whole = Math.round(seconds);
      return `${units.minutes(this.number(Math.floor(whole / 60)))} ${units.seconds(this.number(whole % 60))}`;
    }
    return units.seconds(this.number(seconds, seconds < 10 ? 1 : 0));
  }

  megabytes(megabytes: number): string {
    return megabytes >= 1000 ? this.#unit(megabytes / 1000, "gigabyte", 1) : this.#unit(megabytes, "megabyte");
  }

  bytes(bytes: number): string {
    if (bytes < 1_000_000) return this.#unit(bytes / 1000, "kilobyte", 1);
    return this.megabytes(bytes / 1_000_000);
  }

  #unit(value: number, unit: string, digits = 0): string {
    return once(Intl.NumberFormat, this.locale, {
      style: "unit",
      unit,
      unitDisplay: "short",
      maximumFractionDigits: digits,
    }).format(value);
  }

  /** The order of the alphabet; of Chinese, of pinyin. */
  compare(one: string, other: string): number {
    return once(Intl.Collator, this.locale, {}).compare(one, other);
  }

  /** "a cat, a dog and a bird". */
  list(words: readonly string[]): string {
    return once(Intl.ListFormat, this.locale, { type: "conjunction" }).format(words);
  }

  /** What a language is called; its code where it is none of the standard's. */
  languageName(code: string): string {
    try {
      return once(Intl.DisplayNames, this.language === "zh" ? "zh-Hans" : "en", { type: "language" }).of(code) ?? code;
    } catch {
      return code;
    }
  }

  /** What a tune is called: by what it is. */
  tune(tune: Tune): string {
    return tuneTitle(tune, this.language);
  }

  /** A work's title; one that the app made, in the language of the window. */
  title(title: string): string {
    return shownTitle(title, this.language);
  }

  date(rfc3339: string): string {
    const date = new Date(rfc3339);
    if (Number.isNaN(date.getTime())) return rfc3339;
    return once(Intl.DateTimeFormat, this.locale, { dateStyle: "medium", timeStyle: "short" }).format(date);
  }
}

export const i18n = new I18n();
