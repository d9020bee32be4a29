// What the scripted model says: a few answers with Markdown and code, in both languages.
import type { TextRequest } from "../index";
import { pieceOf } from "./language";

const answers: [RegExp, string][] = [
  [
    /is_palindrome/,
    'Here is the function with comments and three tests:\n\n```python\ndef is_palindrome(text):\n    """Return True if the text reads the same both ways."""\n    # Keep only letters and digits, in lower case.\n    letters = [c.lower() for c in text if c.isalnum()]\n    return letters == letters[::-1]\n\n\n# Tests\nassert is_palindrome("A man, a plan, a canal: Panama")\nassert is_palindrome("Was it a car or a cat I saw")\nassert not is_palindrome("Quartet")\n```\n\n**How it works**\n\n1. Spaces and punctuation are left out, capital letters made small.\n2. The list is compared with itself, read backwards: `letters[::-1]`.\n3. The three `assert` lines stay silent when all is well.',
  ],
  [/watering|bottle/, "**Cold all day, wherever the day takes you.**\n\nFill it at breakfast, and the last sip at sunset is as fresh as the first. Brushed steel, a lid that never leaks, and a shape that fits every bag. Take it up the hill, to school, to the beach: it keeps its cool, so you keep yours.\n\n> *Stay cool. Drink on.*"],
  [/水杯/, "**一整天的清凉，随身带走。**\n\n清晨装满，日落时的最后一口依然冰爽。不锈钢杯身，滴水不漏的杯盖，放进任何背包都刚刚好。上山、上学、去海边，它一直冷静，你一直畅快。\n\n> *一口清凉，一路向前。*"],
  [/Treaty of Blue Rivers in 1987, and/, "The Treaty of Blue Rivers was signed on 14 June 1987 in Geneva by the foreign ministers of Austria, Hungary and Switzerland. It set limits on the pollution of shared rivers."],
  [/Treaty of Blue Rivers/, "I do not know."],
  [/Answer with the number only/, "9,876"],
  [/step by step/, "First, 347 × 20 = 6,940.\n\nThen, 347 × 8 = 2,776.\n\nTogether, 6,940 + 2,776 = **9,716**."],
  [/table|表格/, "| Time | Place | Tip |\n|---|---|---|\n| 9:30 | The old harbour | Watch the boats come in |\n| 12:00 | Fish market | Ask for the small plates |\n| 15:00 | The long beach | Shade on the left side |\n| 18:30 | Ice cream on the pier | The lemon one |"],
];

const plain = {
  en: "Of course. A good start is to say **who** it is for and **what** should happen next.\n\n- Keep the first sentence short.\n- Name one thing that matters, and leave the rest for later.\n- End with a question, so that the other person can answer.\n\nIf you like, I can write a longer version.",
  zh: "当然可以。先说清楚**写给谁**，以及希望对方**接下来做什么**。\n\n- 第一句要短。\n- 只说最重要的一件事，其余以后再说。\n- 用一个问题结尾，方便对方回答。\n\n如果需要，我可以再写一个更长的版本。",
};
const other = {
  en: " look at it from another side.\n\nBegin with the picture you want people to see, and only then say what it is for. Two honest sentences are worth more than a page of praise.",
  zh: "换一个角度来看。\n\n先写出你希望大家看到的画面，再说它有什么用。两句实话，胜过一整页赞美。",
};

export function answerTo(request: TextRequest): string {
  const prompt = request.messages.at(-1)?.content ?? "";
  const language = /[\u4e00-\u9fff]/.test(prompt) ? "zh" : "en";
  // A fork goes another way from where it parts.
  if (request.answerStart.length > 0) return pieceOf(request.answerStart.at(-1) ?? 0).endsWith("\n") ? other[language].trim() : other[language];
  return answers.find(([pattern]) => pattern.test(prompt))?.[1] ?? plain[language];
}
