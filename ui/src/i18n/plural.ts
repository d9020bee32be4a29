// Counted words in English: "1 token", "2 tokens"; and numbers in Chinese, which count without a plural.
const rules = new Intl.PluralRules("en");
const numbers = { en: new Intl.NumberFormat("en-GB"), zh: new Intl.NumberFormat("zh-CN") };

export function counted(count: number, one: string, other: string): string {
  return `${numbers.en.format(count)} ${rules.select(count) === "one" ? one : other}`;
}

export function number(value: number): string {
  return numbers.zh.format(value);
}
