// “声音”内部栏的全部中文文字，结构与 inside.en.ts 相同。
import type { audioInside as english } from "./inside.en";

export const audioInside: typeof english = {
  how: {
    speak: {
      title: "从文字到声音",
      steps: ["每个词先查表或按规则拼读：文字变成音素，也就是语言里的一个个音。", "网络把一句话的音素变成声音的图像，再变成采样。", "这句话马上就能听到，同时生成下一句。"],
    },
    listen: {
      title: "从声音到文字",
      steps: ["声音被切成半分钟一段，每段变成一张音高的图像。", "网络读这张图，一块一块写下说了什么，并给出每一块的把握。", "写下的文字再和时间对齐。"],
    },
    compose: {
      title: "从情绪到曲子",
      steps: ["网络一个音接一个音地写；每个音都凭运气从可能的音里抽出。", "抽之前，先去掉小节和曲式不允许的音。", "采样乐器一小节一小节地演奏出来。"],
    },
  },
  sentences: "句数",
  words: "词数",
  phonemes: "文字变音素用时",
  samples: "音素变声音用时",
  first: "第一声出现在",
  length: "声音长度",
  rate: "采样率",
  hertz: (value) => `${value} 赫兹`,
  language: "听到的语言",
  lines: "行数",
  tokens: "词元",
  silent: "没有人声的段",
  doubtful: "拿不准的段",
  hearing: "听的用时",
  writing: "写的用时",
  bars: "小节",
  notes: "音符",
  composing: "作曲用时",
  playing: "演奏用时",
};
