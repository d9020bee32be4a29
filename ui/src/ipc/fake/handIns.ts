// A class that has handed in: twenty-four files of one lesson, two of another, three that are none.
import type { Failure, HandInProblem, HandInRow, HandInTable, Language, ReadProgress } from "../bindings";
import { pause } from "./job";

const names = ["Ada", "Ben", "Chen", "Dilek", "Emil", "Fatima", "Goran", "Hana", "Ivo", "Jun", "Kofi", "李娜", "Mia", "Noor", "Otto", "Priya", "Qi", "Rosa", "Sam", "Tao", "", "Uma", "", "Wei"];
const sentences = {
  en: ["The same question, asked politely, is answered better, and nobody knows why it should be.", "=SUM(A1) is not a formula here.", "I would ask it three ways before I believe it.", ""],
  zh: ["同一个问题，问得客气，答得更好，可谁也说不清为什么。", "=SUM(A1) 在这里不是公式。", "相信之前，我会换三种问法。", ""],
};
const titles = { en: ["The tone of a question", "From noise to a picture"], zh: ["提问的语气", "从噪声到图片"] };

function failure(code: Failure["code"], en: string, zh: string, nextEn: string, nextZh: string): Failure {
  return { code, message: { en, zh }, nextStep: { en: nextEn, zh: nextZh }, detail: "" };
}

const problems: HandInProblem[] = [
  { file: "group 2/essay.docx", failure: failure("handInForeign", "group 2/essay.docx is no hand-in that Quartet wrote.", "group 2/essay.docx 不是 Quartet 写出的作业文件。", "Ask for the HTML file that “Hand in” wrote at the end of the lesson.", "请让学生交课程结束时用“提交作业”写出的 HTML 文件。") },
  { file: "Ivo (1).html", failure: failure("handInTwice", "Ivo (1).html holds the very same as Ivo.html.", "Ivo (1).html 与 Ivo.html 的内容完全相同。", "It is counted once.", "只统计一次。") },
  { file: "zoe.html", failure: failure("handInDamaged", "The data in zoe.html is damaged: it is not what Quartet wrote.", "zoe.html 中的数据已损坏，与 Quartet 写出的不一致。", "Ask for the file once more, as it was written.", "请让学生把原文件再交一次。") },
];

function row(at: number, lesson: number, language: Language): HandInRow {
  const name = names[at % names.length]!;
  const number = ((at * 7) % 11) / 20;
  const isMeasured = lesson === 0 && at % 9 !== 8;
  const words = sentences[language][at % 4]!;
  return {
    file: name === "" ? `hand-in-${at + 1}.html` : `${name}.html`,
    name,
    lesson,
    finished: at % 8 !== 7,
    written: `2026-11-30T09:${String(10 + at).padStart(2, "0")}:00Z`,
    seconds: 240 + at * 17,
    right: at % 3,
    judged: 2,
    said: [{ step: 1, choice: at % 3 }, { step: 3, choice: at % 5 === 0 ? 1 : 0 }],
    number: isMeasured ? number : null,
    told: isMeasured ? `${Math.round(number * 100)} ${language === "zh" ? "个百分点" : "points"}` : "",
    holds: number >= 0.2,
    recorded: at % 12 === 5,
    seeds: [1, 2, 3],
    tries: at % 4,
    reflections: words === "" ? [] : [words],
    remark: at === 3 ? failure("handInPageChanged", "The page Dilek.html was changed after it was written; the data in it is whole.", "页面 Dilek.html 写出之后被改动过；其中的数据完好。", "The table is made from the data.", "表格以数据为准。") : null,
  };
}

export async function readHandIns(language: Language, beat: number, tell: (progress: ReadProgress) => void, isStopped: () => boolean): Promise<HandInTable | null> {
  const total = 29;
  for (let done = 0; done < total; done += 1) {
    tell({ done, total });
    await pause(beat / 8);
    if (isStopped()) return null;
  }
  const rows = [...Array.from({ length: 24 }, (_, at) => row(at, 0, language)), row(4, 1, language), row(9, 1, language)].map((one, at) => (at < 24 ? one : { ...one, file: `noise ${one.file}`, number: null, told: "", said: [] }));
  const says = (en: string, zh: string) => (language === "zh" ? zh : en);
  const choices = (...all: [string, number][]) => all.map(([text, count]) => ({ text, count }));
  const lesson = (at: number, count: number) => ({ title: titles[language][at]!, rows: count, finished: count - Math.floor(count / 8), claim: "", measured: 0, held: 0, median: "", questions: [] });
  return {
    files: total,
    rows,
    lessons: [
      {
        ...lesson(0, 24),
        lesson: "wording",
        digest: "3f9a2c71".repeat(8),
        claim: says("Polite minus Rude: right", "客气减去粗鲁：答对"),
        measured: 22,
        held: 14,
        median: says("25 points", "25 个百分点"),
        questions: [
          { step: 1, ask: says("Does it matter how you ask?", "怎么问，有关系吗？"), right: 1, choices: choices([says("No: it knows the answer or it does not", "没关系：要么知道，要么不知道"), 8], [says("Yes: a polite question is answered better", "有关系：问得客气，答得更好"), 8], [says("Yes: a rude one is", "有关系：问得粗鲁反而更好"), 8]) },
          { step: 3, ask: says("And with another seed?", "换一个种子呢？"), right: null, choices: choices([says("The same again", "还是一样"), 19], [says("Something else", "会不一样"), 5]) },
        ],
      },
      { ...lesson(1, 2), lesson: "noise", digest: "88bb01aa".repeat(8) },
    ],
    problems,
  };
}
