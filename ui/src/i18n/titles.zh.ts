// What the app itself calls works, in Chinese.
import type { titles as english } from "./titles.en";

export const titles: typeof english = {
  moods: { cheerful: "欢快", calm: "宁静", wistful: "惆怅", solemn: "庄重", dance: "舞曲", lullaby: "摇篮曲" },
  modes: { major: "大调", minor: "小调", dorian: "多利亚", mixolydian: "混合利底亚", pentatonic: "五声" },
  instruments: {
    piano: "钢琴",
    "music-box": "八音盒",
    vibraphone: "颤音琴",
    guitar: "尼龙弦吉他",
    bass: "原声贝斯",
    violin: "小提琴",
    harp: "竖琴",
    strings: "弦乐组",
    flute: "长笛",
    koto: "日本筝",
  },
  metre: (metre) => `${metre} 拍`,
  minutes: (recording) => `会议纪要：${recording}`,
};
