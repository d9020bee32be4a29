// Counted words in English: "1 token", "2 tokens".
const rules = new Intl.PluralRules("en");
const numbers = new Intl.NumberFormat("en-GB");

export function counted(count: number, one: string, other: string): string {
  return `${numbers.format(count)} ${rules.select(count) === "one" ? one : other}`;
}
