// The check-up of the scripted engine: what it finds of each thing, fine, doubtful or wrong.
import type { Check, CheckName, Checkup, CheckupEvent, CheckVerdict, LocalText } from "../index";
import { pause, type Script } from "./job";
import { failures } from "./world";

const BEATS = 12;

const fine: [CheckName, LocalText][] = [
  ["engine", { en: "ONNX Runtime 1.27.0 runs on: CPU.", zh: "ONNX Runtime 1.27.0，运行于：CPU。" }],
  ["clock", { en: "The clock is set.", zh: "时钟正常。" }],
  ["library", { en: "The library can be written to; it holds 3 works.", zh: "作品库可以写入，现有 3 件作品。" }],
  ["disk", { en: "61.4 GB are free where works are kept.", zh: "保存作品的磁盘还有 61.4 GB 可用。" }],
  ["soundOut", { en: "Loudspeakers: Built-in Audio.", zh: "扬声器：Built-in Audio。" }],
  ["microphone", { en: "Microphones: Built-in Microphone.", zh: "麦克风：Built-in Microphone。" }],
  ["models", { en: "7 models are whole: every byte is as it was published.", zh: "7 个模型完好：每个字节都与发布时一致。" }],
  ["text", { en: "Writes 24 tokens a second, the first after 0.3 s.", zh: "每秒写 24 个词元，第一个在 0.3 秒后出现。" }],
  ["picture", { en: "Draws a picture in 1.9 s.", zh: "画一张图片需要 1.9 秒。" }],
  ["speech", { en: "Speaks 6.2 times as fast as it is heard, the first sound after 0.4 s.", zh: "合成速度是播放速度的 6.2 倍，0.4 秒后出声。" }],
  ["hearing", { en: "Writes down what it hears 3.1 times as fast as it is said.", zh: "听写速度是说话速度的 3.1 倍。" }],
  ["tune", { en: "Writes four bars of music in 1.2 s.", zh: "写四小节音乐需要 1.2 秒。" }],
  ["film", { en: "Makes a second of film in 7.5 s.", zh: "制作一秒影片需要 7.5 秒。" }],
  ["memory", { en: "Quartet takes 2140 MB of 8.0 GB with its models loaded.", zh: "加载模型后 Quartet 占用 2140 MB，电脑内存共 8.0 GB。" }],
];

type Less = Pick<Check, "found" | "nextStep">;

const doubtful: Partial<Record<CheckName, Less>> = {
  microphone: {
    found: { en: "No microphone was found.", zh: "没有找到麦克风。" },
    nextStep: { en: "Plug one in to record; sound files can be opened without.", zh: "要录音请接上麦克风；没有它也能打开声音文件。" },
  },
};
const wrong: Partial<Record<CheckName, Less>> = { text: { found: failures.memory.message, nextStep: failures.memory.nextStep } };

const worst: CheckVerdict[] = ["fine", "doubtful", "wrong"];

function checkOf(name: CheckName, found: LocalText, scripted: CheckVerdict): Check {
  const look = { name, seconds: 0.8 };
  const bad = scripted === "wrong" ? wrong[name] : undefined;
  if (bad) return { ...look, verdict: "wrong", ...bad };
  const less = scripted === "fine" ? undefined : doubtful[name];
  return less ? { ...look, verdict: "doubtful", ...less } : { ...look, verdict: "fine", found, nextStep: null };
}

export async function checkUp({ beat, holdAfter, checkup }: Script, tell: (event: CheckupEvent) => void, stopped: () => boolean): Promise<Checkup> {
  const checks: Check[] = [];
  for (const [index, [name, found]] of fine.entries()) {
    tell({ kind: "began", name, index, total: fine.length });
    do {
      await pause(beat * BEATS);
      if (stopped()) throw failures.cancelled;
    } while (holdAfter !== null && index >= holdAfter);
    const check = checkOf(name, found, checkup);
    checks.push(check);
    tell({ kind: "found", check });
  }
  const verdict = worst.findLast((one) => checks.some((check) => check.verdict === one)) ?? "fine";
  const sameSeed = { code: "3fa91c07", text: "b1946ac9", picture: "e28a2c10", processor: "x86_64 avx2 fma, ONNX Runtime 1.27.0" };
  return { checks, verdict, sameSeed: checkup === "wrong" ? null : sameSeed, seconds: 31.4 };
}
