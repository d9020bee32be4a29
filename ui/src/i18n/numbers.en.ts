// Numbers and counted words in English: "1 token", "1,234 tokens".
const rules = new Intl.PluralRules("en");
const numbers = new Intl.NumberFormat("en-GB");

export const number = (value: number) => numbers.format(value);

export function counted(count: number, one: string, other: string): string {
  return `${number(count)} ${rules.select(count) === "one" ? one : other}`;
}
