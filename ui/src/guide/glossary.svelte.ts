// The words that lessons use: read once, searched in both languages.
import { i18n } from "../i18n/index.svelte";
import { asFailure, ipc, type Failure, type GlossaryEntry } from "../ipc";

class Glossary {
  /** Null until they are known. */
  entries = $state.raw<readonly GlossaryEntry[] | null>(null);
  failure = $state.raw<Failure | null>(null);
  /** The entry that was asked for. */
  wanted = $state<string | null>(null);

  async load(): Promise<void> {
    if (this.entries) return;
    try {
      this.entries = await ipc.glossary();
      this.failure = null;
    } catch (thrown) {
      this.failure = asFailure(thrown);
    }
  }

  /** In the order that was asked for; what is not known is left out. */
  of(ids: readonly string[]): GlossaryEntry[] {
    return ids.map((id) => this.entries?.find((entry) => entry.id === id)).filter((entry) => entry !== undefined);
  }
}

export const glossary = new Glossary();

const plain = (text: string) => text.normalize("NFKC").toLowerCase();

/** Those in which every word that was typed stands, terms that begin with it first; else by the alphabet of the language. */
export function found(entries: readonly GlossaryEntry[], typed: string): GlossaryEntry[] {
  const { language } = i18n;
  const words = plain(typed).split(/\s+/).filter((word) => word !== "");
  const begins = ({ term }: GlossaryEntry) => words.length > 0 && [term.en, term.zh].some((one) => plain(one).startsWith(words.join(" ")));
  return entries
    .filter(({ term, meaning }) => words.every((word) => [term.en, term.zh, meaning[language]].some((text) => plain(text).includes(word))))
    .toSorted((one, other) => Number(begins(other)) - Number(begins(one)) || i18n.compare(one.term[language], other.term[language]));
}
