// Lessons of one's own in the scripted engine: kept while the window is open, checked in miniature.
import type { Act, FieldProblem, ImportedLesson, Lesson, LessonDraft, LessonListing, LocalText, Need } from "../index";
import { lessons } from "./lessons";
import { failures } from "./world";

interface Kept {
  whole: Lesson | null;
  draft: Lesson | null;
}

const missing = (field: string, en: string, zh: string): FieldProblem => ({ field, message: { en, zh } });

const isText = (value: object): value is LocalText => "en" in value && "zh" in value;

/** Texts of which both languages may be missing. */
const optional = ["system", "voice", "notes", "answer"];

/** Words that are missing in a language, wherever they stand. */
function gaps(value: unknown, path: string): FieldProblem[] {
  if (typeof value !== "object" || value === null) return [];
  const name = path.split("/").at(-1) ?? "";
  if (!Array.isArray(value) && isText(value)) {
    const empty = (["en", "zh"] as const).filter((language) => value[language].length === 0 || (typeof value[language] === "string" && value[language].trim() === ""));
    if (empty.length === 2 && optional.includes(name)) return [];
    return empty.map((language) => (language === "en" ? missing(`${path}/en`, "Missing in English", "还缺英文") : missing(`${path}/zh`, "Missing in Chinese", "还缺中文")));
  }
  return Object.entries(value).flatMap(([inside, one]) => gaps(one, path === "" ? inside : `${path}/${inside}`));
}

function check(lesson: Lesson): FieldProblem[] {
  const steps = lesson.steps.flatMap((step, at) => {
    const found: FieldProblem[] = [];
    if (step.part === "predict" && !step.predict) found.push(missing(`steps/${at}/part`, "“Say what will happen” needs a question with choices", "“先说会怎样”需要一个带选项的问题"));
    if (step.part === "compare" && (step.compare ?? []).length === 0) found.push(missing(`steps/${at}/part`, "“Compare” needs the steps to compare", "“比一比”需要选择要比较的步骤"));
    if (step.part === "keep" && !step.keep) found.push(missing(`steps/${at}/part`, "“Take away” needs a question to answer in a sentence", "“带走什么”需要一个用一句话回答的问题"));
    return found;
  });
  const few = lesson.steps.length === 0 ? [missing("steps", "There must be at least 1", "至少要有 1 项")] : [];
  return [...gaps(lesson, ""), ...steps, ...few];
}

const needs: Partial<Record<Act["act"], Need>> = { "image.draw": "image", "image.step": "image", "audio.speak": "speech", "audio.compose": "composition", "video.travel": "video" };

const needed = (lesson: Lesson): Need[] => [...new Set(lesson.steps.flatMap((step) => (!step.do || step.do.act === "open" ? [] : [needs[step.do.act] ?? "text"])))];

const text = (): LocalText => ({ en: "", zh: "" });

function blank(id: string): Lesson {
  const step: Lesson["steps"][number] = { id: "step-1", part: "run", say: text(), picture: null, look: null, go: "click", predict: null, do: null, break: null, keep: null, compare: null };
  return { schema: 1, id, topic: "basics", minutes: 5, age: 10, mode: "supervised", needs: [], models: [], competences: [], words: [], title: text(), goal: text(), misconception: text(), teacher: null, claim: null, steps: [step] };
}

/** As the engine sends it: what a file leaves out is there. */
const whole = (lesson: Lesson): Lesson => ({ ...blank(lesson.id), ...lesson, steps: lesson.steps.map((step) => ({ ...blank("").steps[0]!, ...step, id: step.id ?? null })) });

export class FakeOwn {
  #kept = new Map<string, Kept>();
  #away = new Map<string, Kept>();
  #pictures = 0;

  listings(): LessonListing[] {
    return [...this.#kept].map(([id, { whole, draft }]) => ({
      id,
      lesson: whole,
      draft: draft && { title: draft.title, problems: check(draft) },
      origin: "own",
      folder: `/home/ada/.local/share/quartet/lessons/${id}`,
      digest: whole ? `digest-of-${id}` : "",
      problems: [],
    }));
  }

  answers(command: string): boolean {
    return command === "choose_new_folder" || /_lesson(_away|_back|_picture)?$/.test(command);
  }

  answer(command: string, parameters: Record<string, unknown>): unknown {
    const id = parameters["id"] as string;
    switch (command) {
      case "begin_lesson":
        return this.#begin(parameters["from"] as string | null);
      case "open_lesson":
        return this.#open(id);
      case "save_lesson":
        return this.#save(id, parameters["lesson"] as Lesson);
      case "put_lesson_away":
        return this.#move(id, this.#kept, this.#away);
      case "take_lesson_back":
        return this.#move(id, this.#away, this.#kept);
      case "add_lesson_picture":
        return `picture-${++this.#pictures}.png`;
      case "choose_new_folder":
        return `/media/ada/STICK/${parameters["suggested"] as string}`;
      case "import_lesson":
        return this.#import(parameters["path"] as string);
      default:
        return null;
    }
  }

  #begin(from: string | null): LessonDraft {
    let [id, count] = ["my-lesson-2", 2];
    while (this.#kept.has(id)) id = `my-lesson-${(count += 1)}`;
    const source = this.#kept.get(from ?? "");
    const copied = source?.draft ?? source?.whole ?? lessons.find((one) => one.id === from);
    if (!copied) return this.#save(id, blank(id));
    const title = { en: `${copied.title.en} (copy)`, zh: `${copied.title.zh}（副本）` };
    return this.#save(id, { ...whole(copied), id, title });
  }

  #open(id: string): LessonDraft {
    const kept = this.#kept.get(id);
    const lesson = kept?.draft ?? kept?.whole ?? lessons.find((one) => one.id === id);
    if (!lesson) throw failures.missing;
    return { id, lesson: whole(lesson), problems: check(whole(lesson)) };
  }

  #save(id: string, asked: Lesson): LessonDraft {
    const lesson = { ...asked, id, needs: needed(asked) };
    const problems = check(lesson);
    const before = this.#kept.get(id)?.whole ?? null;
    this.#kept.set(id, problems.length === 0 ? { whole: lesson, draft: null } : { whole: before, draft: lesson });
    return { id, lesson, problems };
  }

  #move(id: string, from: Map<string, Kept>, to: Map<string, Kept>): null {
    const kept = from.get(id);
    if (!kept) throw failures.missing;
    to.set(id, kept);
    from.delete(id);
    return null;
  }

  /** The chosen folder holds no lesson. */
  #import(path: string): ImportedLesson {
    return { id: null, problems: [{ file: `${path}/lesson.toml`, line: 1, message: { en: "the file cannot be read: there is no lesson.toml", zh: "无法读取文件：there is no lesson.toml" } }] };
  }
}
