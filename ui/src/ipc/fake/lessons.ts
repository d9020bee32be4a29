// Lessons of the scripted engine, what came recorded with them, and experiments in miniature.
import type { ExperimentAnswer, ExperimentMade, ExperimentOrder, ExperimentProgress, ExperimentRow, GroupMeasures, Lesson, LessonListing } from "../index";
import type { FakeJob, Outcome } from "./job";
import lessonsJson from "./lessons.json";
import { failures } from "./world";

export const lessons = lessonsJson as unknown as Lesson[];

/** Two that came along, one of one's own, those that are written meanwhile, and one that is broken. */
export function listings(written: readonly LessonListing[] = []): LessonListing[] {
  const own = (id: string) => id === "four-words";
  return [
    ...lessons
      .filter(({ id }) => !written.some((one) => one.id === id))
      .map((lesson): LessonListing => ({ id: lesson.id, lesson, draft: null, origin: own(lesson.id) ? "own" : "builtIn", folder: `/usr/lib/quartet/lessons/${lesson.id}`, digest: `digest-of-${lesson.id}`, problems: [] })),
    ...written,
    {
      id: "my-lesson",
      lesson: null,
      draft: null,
      origin: "own",
      folder: "/home/ada/.local/share/quartet/lessons/my-lesson",
      digest: "",
      problems: [{ file: "/home/ada/.local/share/quartet/lessons/my-lesson/lesson.toml", line: 12, message: { en: "There is no act called “text.sing”.", zh: "没有名为 “text.sing” 的动作。" } }],
    },
  ];
}

const encode = (value: unknown): ArrayBuffer => new TextEncoder().encode(JSON.stringify(value)).buffer as ArrayBuffer;

const recorded = (act: string, outcome: unknown) => ({ act, seconds: 2.5, outcome });

/** Recorded runs: of experiments, what a run here would give; of others, a text. */
export function lessonFile(id: string, path: string): ArrayBuffer {
  const lesson = lessons.find((one) => one.id === id);
  const [folder, language, file] = path.split("/");
  const step = lesson?.steps.find((one, at) => file === `${one.id ?? `step-${at + 1}`}.json`);
  if (folder !== "recorded" || !step?.do || (language !== "en" && language !== "zh")) throw failures.missing;
  if (step.do.act !== "experiment") return encode(recorded(step.do.act, { kind: "text", model: "qwen", text: language === "zh" ? "法国的首都是巴黎。" : "The capital of France is Paris.", tokens: 7 }));
  const { rows, seeds } = step.do;
  const asked = rows.map((row): ExperimentRow => ({ label: row.label[language], group: row.group, prompt: row.prompt[language], system: null, model: null, right: row.right?.[language] ?? [], answer: row.answer?.[language] ?? null }));
  return encode(recorded("experiment", { kind: "experiment", model: "qwen", made: made({ model: null, rows: asked, seeds, temperature: 0, maxTokens: 32 }) }));
}

/** Paris is known, however it is asked for; rudely, it goes wrong now and then. */
function answerOf(row: ExperimentRow, at: number, seed: number): ExperimentAnswer {
  const chinese = /\p{Script=Han}/u.test(row.prompt);
  const isRight = row.group === "polite" || (at + seed) % 3 === 0;
  const [good, bad] = chinese ? ["是巴黎。", "法国有许多城市，你可以问得更具体一些吗？"] : ["The capital of France is Paris.", "France has many large cities. Which one do you mean?"];
  const text = row.answer ?? (isRight ? good! : bad!);
  return {
    seed,
    text,
    right: row.right.length > 0 ? isRight : null,
    asks: /[?？]/.test(text),
    words: chinese ? [...text].length - 1 : text.split(" ").length,
    repeated: isRight ? 0 : 0.125,
    confidence: isRight ? 0.93 : 0.71 + 0.02 * at,
    logProbability: row.answer === null ? null : -3.5 - at,
    tokens: Math.ceil(row.prompt.length / 4),
    seconds: 0.8 + 0.1 * at,
  };
}

const mean = (values: number[]) => values.reduce((sum, value) => sum + value, 0) / Math.max(1, values.length);

function measures(group: string, answers: ExperimentAnswer[]): GroupMeasures {
  const wrong = answers.filter(({ right }) => right === false);
  const known = answers.filter(({ right }) => right !== null);
  const likely = answers.map(({ logProbability }) => logProbability).filter((value) => value !== null);
  return {
    group,
    answers: answers.length,
    right: known.length > 0 ? mean(known.map(({ right }) => Number(right))) : null,
    asks: mean(answers.map(({ asks }) => Number(asks))),
    words: mean(answers.map(({ words }) => words)),
    repeated: mean(answers.map(({ repeated }) => repeated)),
    confidence: mean(answers.map(({ confidence }) => confidence)),
    confidenceWhenWrong: wrong.length > 0 ? mean(wrong.map(({ confidence }) => confidence)) : null,
    distinct: new Set(answers.map(({ text }) => text)).size / Math.max(1, answers.length),
    logProbability: likely.length > 0 ? mean(likely) : null,
    tokens: mean(answers.map(({ tokens }) => tokens)),
    seconds: mean(answers.map(({ seconds }) => seconds)),
  };
}

function made({ rows, seeds }: ExperimentOrder): ExperimentMade {
  const measured = rows.map((row, at) => ({ row, answers: seeds.map((seed) => answerOf(row, at, seed)) }));
  const groups = [...new Set(rows.map(({ group }) => group))].map((group) => measures(group, measured.filter((one) => one.row.group === group).flatMap(({ answers }) => answers)));
  return { rows: measured, groups };
}

export async function experiment(order: ExperimentOrder, holdAfter: number | null, job: FakeJob<ExperimentProgress>): Promise<Outcome<ExperimentMade>> {
  const total = order.rows.length * order.seeds.length;
  let done = 0;
  for (const [row, asked] of order.rows.entries()) {
    for (const seed of order.seeds) {
      while (holdAfter !== null && done >= holdAfter) await job.beat();
      job.tell({ kind: "began", row, seed });
      await job.beat();
      done += 1;
      job.tell({ kind: "answer", row, answer: answerOf(asked, row, seed), done, total });
    }
  }
  return { made: made(order), works: [] };
}
