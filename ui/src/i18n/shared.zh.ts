// The Chinese words of what every place shows.
import { number } from "./numbers.zh";
import type * as english from "./shared.en";

export const app: typeof english.app = {
  name: "Quartet",
  skipToStage: "跳到主画面",
  rail: "导航",
  compose: "输入栏",
  composeOpen: "打开输入栏",
  composeClose: "收起输入栏",
  stage: "主画面",
  inside: "这次运行的内部",
  statusStrip: "状态",
  resizeCompose: "调整输入栏的宽度",
  resizeInside: "调整内部栏的宽度",
  loadingPlace: "正在打开…",
  placeFailed: "窗口的这一部分打不开。",
  generatedByAi: "由 AI 生成 · AI-generated",
};

export const units: typeof english.units = {
  seconds: (value) => `${value} 秒`,
  minutes: (value) => `${value} 分`,
};

export const marks: typeof english.marks = {
  colon: "：",
  comma: "、",
  sentence: "",
  beside: (words, term) => `${words}（${term}）`,
};

export const places: typeof english.places = {
  start: "开始",
  text: "文字",
  image: "图片",
  audio: "音频",
  video: "视频",
  library: "作品库",
  models: "模型",
  settings: "设置",
};

export const actions: typeof english.actions = {
  copy: "复制",
  copied: "已复制",
  close: "关闭",
  undo: "撤销",
  tryAgain: "重试",
  openModels: "打开“模型”",
  openSettings: "打开“设置”",
  newConversation: "新对话",
  cancel: "取消",
  more: "更多",
  details: "技术细节",
  copyDetails: "复制细节",
  reset: "恢复",
  help: "帮助与快捷键",
  copyCode: "复制代码",
  codeOf: (language) => `代码（${language}）`,
};

export const failure: typeof english.failure = {
  title: "没有成功",
  warning: "启动时发现的问题",
  notKept: "你写的内容暂时无法保存。",
  next: "可以这样做",
  code: (code) => `错误代码：${code}`,
};

export const phases: typeof english.phases = {
  idle: "",
  loading: "正在加载模型",
  queued: "正在排队",
  prompt: "正在阅读提示词",
  writing: "正在写",
  stopping: "正在停止",
  done: "完成",
  stopped: "已停止",
  failed: "失败",
  ahead: (count) => `前面还有 ${number(count)} 个任务`,
  left: (time) => `还需 ${time}`,
  atMostLeft: (time) => `最多还需 ${time}`,
  ofTokens: (done, total) => `${done} / ${total} 个词元`,
  tokens: (count) => `${number(count)} 个词元`,
  reused: (count) => `其中 ${number(count)} 个词元之前已记住`,
  announceStart: "模型开始运行。",
  announceDone: (count, time) => `回答完成：${number(count)} 个词元，用时 ${time}。`,
  announceStopped: "已停止，写好的部分会保留。",
  announceFailed: (message) => `失败：${message}`,
};

export const inside: typeof english.inside = {
  open: "看内部",
  openTitle: "看看这次运行的内部（I）",
  closed: "关闭内部栏",
  statistics: "这次运行的数据",
  noRun: "运行一次，数据就会出现在这里。",
  numbers: "数据",
  promised: "事先估计",
};

export const player: typeof english.player = {
  name: "播放器",
  play: "播放",
  pause: "暂停",
  volume: "音量",
  place: "播放位置",
  placeOf: (at, all) => `${at}，共 ${all}`,
  device: "播放设备",
  systemDevice: "系统默认设备",
  waiting: "正在等待下一句…",
  noSound: "这里无法播放声音",
  waveform: "声音的波形",
};

export const notDrawn: typeof english.notDrawn = {
  nearest: (words, thing) => `模型不认识“${words}”，画的是最接近的：${thing}。`,
  kind: (words, thing) => `“${words}”是一类事物，画的是其中典型的一个：${thing}。`,
  leftOut: (thing, words) => `一次只画一样东西：${thing}。没有画出：${words}。`,
  several: (words) => `多个（${words}）`,
  other: (thing, words) => `${thing}（${words}）`,
  quoted: (words) => `“${words}”`,
  negation: (words, thing) => `“${words}”不起作用：模型只画提到的东西，不会去掉什么。画的是：${thing}。`,
};

export const cards: typeof english.cards = {
  sections: { mine: "我的卡片", favourites: "收藏", class: "课堂上用", work: "工作中用" },
  surprise: "给我一个惊喜",
  surprised: (name) => `惊喜：${name}。`,
  keep: "存为卡片",
  kept: "已存为你的卡片，给它起个名字吧。",
  name: "卡片名称",
  rename: (name) => `给卡片改名：${name}`,
  remove: (name) => `删除卡片：${name}`,
  removed: (name) => `卡片“${name}”已删除。`,
  star: (name) => `收藏：${name}`,
  starred: "以后会排在前面。",
  unstarred: "已取消收藏。",
};
