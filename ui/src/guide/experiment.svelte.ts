// A question put many ways, as the window sees it: answers as they come, and what is counted of them.
import { i18n } from "../i18n/index.svelte";
import { ipc, type Act, type ExperimentAnswer, type ExperimentMade, type ExperimentOrder, type ExperimentProgress, type GroupMeasures, type Language, type Measure } from "../ipc";
import { Job } from "../ipc/job.svelte";
import { studio } from "../ipc/studio.svelte";
import { inLanguage } from "../shared/act";

export type Asked = Extract<Act, { act: "experiment" }>;

/** Where the lesson does not say; as the terminal runs it. */
const TEMPERATURE = 0.7;
const MAX_TOKENS = 64;

export class Experiment extends Job<ExperimentProgress, ExperimentMade, "asking"> {
  readonly place = null;
  /** Answers by row, in the order in which they came. */
  answers = $state.raw<readonly (readonly ExperimentAnswer[])[]>([]);
  /** The row that is asked now. */
  asking = $state<number | null>(null);
  readonly groups: readonly GroupMeasures[] = $derived.by(() => this.made?.groups ?? counted(this.asked, this.answers));

  constructor(
    readonly asked: Asked,
    readonly language: Language,
  ) {
    super();
    this.answers = asked.rows.map(() => []);
  }

  async start(): Promise<void> {
    await this.run((listen) => ipc.startExperiment(orderOf(this.asked, this.language), listen));
  }

  /** What was measured elsewhere in the place of a run. */
  recall(made: ExperimentMade): void {
    this.clear();
    this.made = made;
    this.answers = made.rows.map(({ answers }) => answers);
    this.phase = "done";
  }

  protected override onProgress(progress: ExperimentProgress): void {
    this.enter("asking");
    if (progress.kind === "began") {
      this.asking = progress.row;
      return;
    }
    const { row, answer, done, total } = progress;
    this.progress = { done, total, secondsLeft: null };
    this.answers = this.answers.map((all, at) => (at === row ? [...all, answer] : all));
  }

  protected override onEnd(): void {
    this.asking = null;
    if (this.made) this.answers = this.made.rows.map(({ answers }) => answers);
  }
}

function orderOf({ rows, seeds, temperature = TEMPERATURE, maxTokens = MAX_TOKENS }: Asked, language: Language): ExperimentOrder {
  return {
    model: studio.textModel?.id ?? null,
    rows: rows.map((row) => ({
      label: inLanguage(row.label, language),
      group: row.group,
      prompt: inLanguage(row.prompt, language),
      system: row.system ? inLanguage(row.system, language) : null,
      model: row.model ?? null,
      right: row.right?.[language] ?? [],
      answer: row.answer ? inLanguage(row.answer, language) : null,
    })),
    seeds,
    temperature,
    maxTokens,
  };
}

const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / Math.max(1, values.length);
const meanOr = (values: readonly number[]): number | null => (values.length === 0 ? null : mean(values));
const isNumber = (value: number | null): value is number => value !== null;

/** One measure of answers; null where none of them tells. */
export function measure(answers: readonly ExperimentAnswer[], what: Measure): number | null {
  if (answers.length === 0) return null;
  switch (what) {
    case "right":
      return meanOr(answers.map(({ right }) => (right === null ? null : Number(right))).filter(isNumber));
    case "asks":
      return mean(answers.map(({ asks }) => Number(asks)));
    case "confidenceWhenWrong":
      return meanOr(answers.filter(({ right }) => right === false).map(({ confidence }) => confidence));
    case "distinct":
      return new Set(answers.map(({ text }) => text.trim())).size / answers.length;
    case "logProbability":
      return meanOr(answers.map(({ logProbability }) => logProbability).filter(isNumber));
    default:
      return mean(answers.map((answer) => answer[what]));
  }
}

/** What can be said of the groups so far; at the end the engine says it. */
function counted({ rows }: Asked, answers: readonly (readonly ExperimentAnswer[])[]): GroupMeasures[] {
  // In the order in which rows name them, as the engine gives them.
  return [...new Set(rows.map(({ group }) => group))].map((group) => {
    const all = rows.flatMap((row, at) => (row.group === group ? (answers[at] ?? []) : []));
    const of = (what: Measure) => measure(all, what);
    const or = (what: Measure) => of(what) ?? 0;
    return {
      group,
      answers: all.length,
      right: of("right"),
      asks: or("asks"),
      words: or("words"),
      repeated: or("repeated"),
      confidence: or("confidence"),
      confidenceWhenWrong: of("confidenceWhenWrong"),
      distinct: or("distinct"),
      logProbability: of("logProbability"),
      tokens: or("tokens"),
      seconds: or("seconds"),
    };
  });
}

const shares: readonly Measure[] = ["right", "asks", "repeated", "confidence", "confidenceWhenWrong", "distinct"];

export const isShare = (what: Measure): boolean => shares.includes(what);

/** As the language writes it. */
export function figure(what: Measure, value: number): string {
  if (isShare(what)) return i18n.percent(value);
  if (what === "seconds") return i18n.seconds(value);
  return i18n.number(value, what === "logProbability" ? 2 : 1);
}

/** How long its bar is, of those that stand with it: 0 to 1. The likelier a sentence, the longer. */
export function barOf(what: Measure, value: number, all: readonly number[]): number {
  if (isShare(what)) return value;
  const most = Math.max(...all.map(Math.abs), 1e-9);
  return what === "logProbability" ? 1 - Math.abs(value) / (most * 1.1) : Math.abs(value) / most;
}
