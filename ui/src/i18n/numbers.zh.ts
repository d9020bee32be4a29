// Numbers in Chinese, which counts without a plural.
const numbers = new Intl.NumberFormat("zh-CN");

export const number = (value: number) => numbers.format(value);
