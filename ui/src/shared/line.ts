// What a panel lends to the one line that stands for compose while that is folded away.
export interface Line {
  /** What is written; null where what is asked for is more than a line. */
  readonly value: string | null;
  write(value: string): void;
  readonly placeholder: string;
  /** What is asked for, where it cannot be written here. */
  readonly says?: string;
  /** The word on the button. */
  readonly generate: string;
  readonly stopWord: string;
  readonly can: boolean;
  readonly running: boolean;
  start(): void;
  stop(): void;
}
