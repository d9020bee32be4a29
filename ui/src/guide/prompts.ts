// The words of an act that a learner may change, and the act with others in their place.
import type { Act, Language } from "../ipc";
import { inLanguage } from "../shared/act";
import { both } from "../shared/deck.svelte";

/** Null where it has none. Of an experiment, those of its last row; of two lanes the second; of scenes the last. */
export function wordsOf(act: Act, language: Language): string | null {
  switch (act.act) {
    case "text.ask":
    case "text.nextWord":
    case "image.draw":
      return inLanguage(act.prompt, language);
    case "text.tokens":
    case "audio.speak":
      return inLanguage(act.text, language);
    case "text.compare":
      return inLanguage(act.b.prompt, language);
    case "experiment":
      return at(act.rows, language, (row) => row.prompt);
    case "video.travel":
      return at(act.scenes, language, (scene) => scene);
    default:
      return null;
  }
}

function at<T>(all: readonly T[], language: Language, of: (one: T) => { en: string; zh: string }): string | null {
  const last = all.at(-1);
  return last === undefined ? null : inLanguage(of(last), language);
}

/** The same act with other words; of an experiment, that one row alone. */
export function change(act: Act, words: string): Act {
  const text = both(words);
  switch (act.act) {
    case "text.ask":
    case "text.nextWord":
    case "image.draw":
      return { ...act, prompt: text };
    case "text.tokens":
    case "audio.speak":
      return { ...act, text };
    case "text.compare":
      return { ...act, b: { ...act.b, prompt: text } };
    case "experiment": {
      const row = act.rows.at(-1);
      return row ? { ...act, rows: [{ ...row, label: text, prompt: text, right: null, answer: null }] } : act;
    }
    case "video.travel":
      return { ...act, scenes: [...act.scenes.slice(0, -1), text] };
    default:
      return act;
  }
}
