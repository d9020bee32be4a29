// What Inside shows of words that nobody has sent: told to whoever writes down what is done.
export class Glance {
  constructor(
    readonly kind: "nextWord" | "tokens",
    readonly words: string,
  ) {}
}
