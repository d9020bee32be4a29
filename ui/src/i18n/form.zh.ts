// 表单部件的全部中文文字，结构与 form.en.ts 相同：一种操作，处处同一个说法。
import type { form as english } from "./form.en";

export const form: typeof english = {
  model: "模型",
  chooseModel: "选择模型",
  /** What each kind of model counts its work in. */
  units: { text: "按词元计", image: "按步计", upscale: "按图块计", speech: "按句计", transcription: "按声音秒数计", composition: "按小节计", inbetween: "按帧计" },
  seed: "运气",
  seedTerm: "种子",
  seedRandom: "每次不同",
  seedHelp: "同一个数字会得到同样的结果。留空：每次都是新的运气。",
  seedDice: "掷骰子",
  seedKeep: (seed) => `留住上一次的运气：${seed}`,
  seedClear: "每次都用新的运气",
  more: "更多设置",
  stop: "停止",
  stopping: "正在停止…",
  about: (time) => `约 ${time}`,
  notTimed: "还没有测过用时",
  examples: "示例",
  save: "保存",
  formats: "保存为其他格式",
  saved: (path) => `已保存到 ${path}，并标明由 AI 生成。`,
  copyFailed: "这里不能复制，请保存",
  again: "原样重做",
  againHelp: "同样的话、同样的运气：得到同样的结果",
  another: "换一个",
  anotherHelp: "同样的话、新的运气：得到不同的结果",
  menu: "还能用它做什么",
};
