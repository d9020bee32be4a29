// Titles that the app made are shown in the language of the window, whichever they were made in. A
// person's own words stay as they are.
import { titles as en } from "./titles.en";
import { titles as zh } from "./titles.zh";

type Words = typeof en;
type Language = "en" | "zh";
const languages: Record<Language, Words> = { en, zh };

export interface Tune {
  mood: string;
  key: string;
  mode: string;
  metre: string;
  instrument: string;
}

function written({ mood, key, mode, metre, instrument }: Tune, words: Words): string {
  return [mood, `${key} ${mode}`, words.metre(metre), instrument].filter(Boolean).join(" · ");
}

/** "Cheerful · G major · 4/4 · Piano" */
export const tuneTitle = (tune: Tune, language: Language): string => written(tune, languages[language]);

const METRES = ["2/4", "3/4", "4/4", "6/8"];
const keyOf = (words: Record<string, string>, word: string) => Object.keys(words).find((key) => words[key] === word);

/** A tune's title in other words, or nothing where it is not one that was made of `from`. */
function tune(title: string, from: Words, to: Words): string | null {
  const [mood = "", scale = "", metre = "", instrument = "", more] = title.replace(/ ·$/, "").split(" · ");
  const [key = "", ...rest] = scale.split(" ");
  const [moodKey, modeKey] = [keyOf(from.moods, mood), keyOf(from.modes, rest.join(" "))];
  const beat = METRES.find((one) => from.metre(one) === metre);
  if (more !== undefined || moodKey === undefined || modeKey === undefined || beat === undefined || !/^[A-G][♯♭]?$/.test(key)) return null;
  const [moods, modes, instruments]: Record<string, string>[] = [to.moods, to.modes, to.instruments];
  // In a terminal, an instrument is called by its id.
  const played = keyOf(from.instruments, instrument) ?? instrument;
  return written({ mood: moods![moodKey]!, key, mode: modes![modeKey]!, metre: beat, instrument: instruments![played] ?? instrument }, to);
}

/** The title of minutes, which name a recording's file. */
function minutes(title: string, from: Words, to: Words): string | null {
  const [before = "", after = ""] = from.minutes("\0").split("\0");
  const name = title.slice(before.length, title.length - after.length);
  return title.startsWith(before) && /\.\w{2,5}$/.test(name) ? to.minutes(name) : null;
}

export function shownTitle(title: string, language: Language): string {
  const to = languages[language];
  for (const from of [en, zh]) {
    const shown = tune(title, from, to) ?? minutes(title, from, to);
    if (shown !== null) return shown;
  }
  return title;
}
