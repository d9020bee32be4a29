//! A parameter that is out of its range, as people call it.

use quartet_pipelines::Allowed;

use super::{Code, Failure, Result};

/// Names as pipelines have them, in English and in Chinese.
const NAMES: &[(&str, &str, &str)] = &[
    ("temperature", "temperature", "温度"),
    ("top_p", "top-p", "top-p"),
    ("min_p", "min-p", "min-p"),
    ("repetition_penalty", "repetition penalty", "重复惩罚"),
    ("max_tokens", "number of tokens", "词元数上限"),
    ("stop", "number of texts to stop at", "停止文本的个数"),
    ("localTime", "local time", "当地时间"),
    ("text", "length of the text in bytes", "文本的字节数"),
    ("speed", "speed", "语速"),
    ("voice", "voice", "声音"),
    ("phonemes", "phonemes", "音素"),
    ("language", "language", "语言"),
    ("translate", "translation", "翻译"),
    ("instrument", "instrument", "乐器"),
    ("bars", "number of bars", "小节数"),
    ("key", "key", "调"),
    ("tempo", "tempo", "速度"),
    ("start", "beginning of the tune", "曲子的开头"),
    ("prompt", "length of the prompt", "提示词的字数"),
    (
        "negative prompt",
        "length of the negative prompt",
        "反向提示词的字数",
    ),
    ("steps", "number of steps", "步数"),
    ("guidance", "guidance", "引导强度"),
    ("guidance rescale", "rescaling of guidance", "引导重缩放"),
    ("count", "number of pictures", "图片张数"),
    ("strength", "strength", "强度"),
    ("style", "style", "风格"),
    ("mask", "mask", "蒙版"),
    ("size", "size in pixels", "尺寸（像素）"),
    ("width", "width in pixels", "宽度（像素）"),
    ("height", "height in pixels", "高度（像素）"),
    ("factor", "factor", "倍数"),
    ("sharpen", "factor of enlarging", "放大倍数"),
    ("subject", "thing to draw", "要画的事物"),
    ("scenes", "number of scenes", "场景数"),
    ("seconds", "length in seconds", "秒数"),
    ("fps", "number of frames a second", "每秒帧数"),
    (
        "keysPerSecond",
        "number of pictures drawn a second",
        "每秒绘制的图片数",
    ),
    ("drift", "drift", "漂移"),
    ("frame", "frame", "画面"),
    ("rows", "number of rows", "行数"),
    ("seeds", "number of seeds", "种子的个数"),
];

/// Values that are words.
const FOUND: &[(&str, &str)] = &[
    ("alone", "单独的蒙版"),
    ("empty", "空白的蒙版"),
    ("", "（空）"),
];

pub(super) fn refused(name: &str, found: &str, allowed: &Allowed) -> Failure {
    let known = NAMES.iter().find(|(one, ..)| *one == name);
    let (en, zh) = known.map_or((name, name), |(_, en, zh)| (*en, *zh));
    let found_zh = FOUND.iter().find(|(one, _)| *one == found);
    let found_zh = found_zh.map_or(found, |(_, zh)| *zh);
    let (allowed_en, allowed_zh) = (allowed.in_english(), allowed.in_chinese());
    Failure::in_both(
        Code::ParameterOutOfRange,
        [
            &[("name", en), ("found", found), ("allowed", &allowed_en)],
            &[("name", zh), ("found", found_zh), ("allowed", &allowed_zh)],
        ],
        "",
    )
}

impl Failure {
    /// Refuses a count that is out of its range, both ends included.
    pub(crate) fn check_count(name: &str, found: usize, least: usize, most: usize) -> Result<()> {
        if (least..=most).contains(&found) {
            return Ok(());
        }
        let allowed = Allowed::Range {
            from: least.to_string(),
            to: most.to_string(),
        };
        Err(refused(name, &found.to_string(), &allowed))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_refused_parameter_names_its_choices_in_both_languages() {
        let choices = ["noto", "fluent"].map(str::to_owned).to_vec();
        let style = refused("style", "x", &Allowed::OneOf(choices)).message;
        assert_eq!(style.en, "The style is x; it must be one of: noto, fluent.");
        assert_eq!(style.zh, "“x”不能用作风格；可以是：noto、fluent。");
        let range = Allowed::Range {
            from: "1".to_owned(),
            to: "200".to_owned(),
        };
        let steps = refused("steps", "500", &range).message;
        assert_eq!(
            steps.en,
            "The number of steps is 500; it must be from 1 to 200."
        );
        assert_eq!(steps.zh, "“500”不能用作步数；可以是：1 到 200。");
        let multiple = Allowed::Multiple { step: 8, near: 504 };
        let width = refused("width", "500", &multiple).message;
        assert_eq!(
            width.zh,
            "“500”不能用作宽度（像素）；可以是：8 的倍数，例如 504。"
        );
        let none = refused("style", "x", &Allowed::OneOf(Vec::new())).message;
        assert_eq!(
            none.zh,
            "“x”不能用作风格；可以是：不填（这个模型没有可选项）。"
        );
    }
}
