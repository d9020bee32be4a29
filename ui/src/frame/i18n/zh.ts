// The Chinese words of the frame.
import { number } from "../../i18n/numbers.zh";
import type * as english from "./en";

export const status: typeof english.status = {
  noModel: "没有模型",
  modelNotLoaded: "未加载",
  modelLoading: "加载中…",
  modelReady: "就绪",
  modelFailed: "无法加载",
  device: "设备",
  memory: (used) => `内存 ${used}`,
  memoryTitle: (models, budget) => `模型已占用 ${models}，上限 ${budget}`,
  offline: (connections) => `离线：${number(connections)} 个连接`,
  offlineUncounted: "离线",
  online: (connections) => `有 ${number(connections)} 个连接`,
  language: "切换为英文",
  unreachable: "连不上引擎",
};

export const keys: typeof english.keys = {
  title: "快捷键",
  lead: "所有操作都可以用键盘完成。不在输入文字时，单字母快捷键有效。",
  panels: "文字、图片、音频、视频、作品库、模型、设置",
  generate: "生成",
  tokens: "沿着词元移动（打开概率之后）",
  tokensKeys: "← → Enter",
  film: "播放影片，逐帧移动；在时间线上按关键帧跳转",
  filmKeys: "空格 ← → PgUp PgDn",
  close: "关闭已打开的部分",
};

export * from "./stage.zh";
