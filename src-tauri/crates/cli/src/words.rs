//! What the terminal says of its own, in English and Simplified Chinese.

use quartet_studio::Language;

/// (English, Simplified Chinese)
pub type Words = (&'static str, &'static str);

pub const ERROR: Words = ("error", "错误");
pub const WARNING: Words = ("warning", "注意");
pub const NEXT: Words = ("what to do", "解决办法");
/// Technical causes are in English.
pub const DETAIL: Words = ("detail", "详细信息（英文）");
pub const LOADING: Words = ("Loading", "正在加载");
pub const READING: Words = ("Reading the prompt", "正在读取提示词");
pub const WAITING: Words = ("Waiting", "正在等待");
pub const VERIFYING: Words = ("Verifying", "正在校验");
pub const WHOLE: Words = ("whole", "完好");
pub const NOT_WHOLE: Words = ("NOT whole", "不完好");
pub const PACK_WHOLE: Words = (
    "the class pack is whole: every file is the one that was packed",
    "课堂包完好：每个文件都与打包时相同",
);
pub const NOT_LISTED: Words = ("not listed, and not used", "不在清单中，不会使用");
pub const PACKING: Words = ("Packing", "正在打包");
pub const INSTALLING: Words = ("Installing", "正在安装");
pub const FILES: Words = ("files", "个文件");
pub const NOT_PACKED: Words = ("left out", "没有放入");
pub const INSTALLED: Words = ("installed", "已安装");
pub const ALREADY_THERE: Words = ("there already", "已经有了");
pub const KEPT_YOURS: Words = ("kept yours", "保留了你自己的");
pub const REFUSED: Words = ("REFUSED", "已拒绝");
pub const NOT_TRUSTED: Words = (
    "not installed: something in the pack is wrong",
    "没有安装：课堂包中有问题",
);
pub const NOT_FOR_HERE: Words = ("not for here", "不用于这里");
pub const NO_CHECKSUMS: Words = ("no checksums", "没有校验值");
pub const NOT_KEPT: Words = (
    "the text above is whole, but was not kept in the library",
    "上面的文本是完整的，但没有存入作品库",
);
pub const SOUND_NOT_KEPT: Words = (
    "the sound was made, but not kept in the library",
    "声音已经生成，但没有存入作品库",
);
pub const PICTURE_NOT_KEPT: Words = (
    "the picture was made, but not kept in the library",
    "图片已经生成，但没有存入作品库",
);
pub const FILM_NOT_KEPT: Words = (
    "the film was made, but not kept in the library",
    "影片已经生成，但没有存入作品库",
);
pub const WRITING_STORY: Words = ("Writing the story", "正在写故事");
pub const FILMING: Words = ("Frames", "画面");
pub const FINISHING: Words = ("Finishing the file", "正在完成文件");
pub const DRAWING: Words = ("Drawing", "正在绘制");
pub const ENLARGING: Words = ("Enlarging", "正在放大");
pub const SPEAKING: Words = ("Speaking", "正在朗读");
pub const COMPOSING: Words = ("Composing", "正在作曲");
pub const PLAYING: Words = ("Playing", "正在播放");
pub const TAKING_NOTES: Words = ("Taking notes", "正在记要点");
pub const WRITING_MINUTES: Words = ("Writing the minutes", "正在写会议纪要");
pub const LISTENING: Words = ("Listening", "正在听");
pub const SOUND_CUT_SHORT: Words = (
    "The sound file is cut short: what it still holds was written down. Copy or download it again if you need the rest.",
    "声音文件不完整：只写下了其中现有的部分。如果需要其余部分，请重新复制或下载该文件。",
);
pub const NOTHING_HEARD: Words = (
    "Nothing was heard in this recording: nobody speaks, or too quietly. Check that the microphone was on.",
    "录音中没有听到任何话语：没有人说话，或者声音太小。请检查麦克风是否打开。",
);
pub const CHECKING: Words = ("Checking", "正在检查");
pub const SAME_SEED: Words = (
    "The same seed gives, to compare with other computers:",
    "同一个种子得到的代码，可与其他电脑比较：",
);
pub const ALL_FINE: Words = ("All is ready.", "一切就绪。");
pub const FINE_BUT: Words = (
    "All works; see the lines with ! for what could be better.",
    "都能用；带 ! 的行说明哪里还可以更好。",
);
pub const NOT_FINE: Words = (
    "Not all works; see the lines with ✗.",
    "有的功能不能用，请看带 ✗ 的行。",
);
pub const STEP: Words = ("Step", "步骤");
pub const NOTHING_WRONG: Words = ("nothing is wrong", "没有问题");
pub const NEW_PASSCODE: Words = (
    "New passcode, at least 6 characters: ",
    "新口令，至少 6 个字符：",
);
pub const PASSCODE_AGAIN: Words = ("Once more: ", "再输入一次：");
pub const CLAIM: Words = ("claim", "论断");
pub const HOLDS: Words = ("holds", "成立");
pub const HOLDS_NOT: Words = ("does not hold", "不成立");
pub const NOTHING_CLAIMED: Words = (
    "the lesson claims nothing that could be measured",
    "这堂课没有可以测量的论断",
);
pub const FAILED_AT: Words = ("This failed:", "出错的是：");
pub const LEFT_OUT: Words = (
    "left out, no voice here says it",
    "已跳过，这个声音读不出来",
);
pub const LOADED_SECONDS: Words = ("s", "秒");

pub fn say(words: Words, language: Language) -> &'static str {
    match language {
        Language::En => words.0,
        Language::Zh => words.1,
    }
}
