//! The help in Chinese: clap takes its words from the arguments' descriptions, which are English.

use clap::Command;

/// Descriptions by the place of what they describe: a command, then its arguments. `*` stands for every command
/// whose own place is not here.
const WORDS: &[(&str, &str)] = &[
    ("", "离线的生成式 AI 工作室，在终端中使用。"),
    (".language", "提示信息的语言 [默认：LANG 的语言]"),
    (
        "*.model",
        "模型的 id [默认：窗口中选择的模型，否则为默认模型]",
    ),
    ("*.json", "输出 JSON 文档：文件和各项数值"),
    ("*.no_keep", "不在作品库中留下任何痕迹"),
    ("*.play", "边生成边播放"),
    (
        "*.captions",
        "把所说的内容和时间写入这个文件：.txt、.srt、.vtt 或 .json",
    ),
    ("text", "回答一个提示词"),
    ("text.prompt", "要回答的内容；`-` 表示从标准输入读取"),
    ("text.system", "系统消息：模型在对话之前读到的内容"),
    ("text.seed", "随机种子：种子相同，文本就相同 [默认：随机]"),
    ("text.max_tokens", "写到这么多个词元就停止"),
    (
        "text.temperature",
        "创造性：0 总是取最可能的词元 [默认：模型自己的值，以下各项也是]",
    ),
    ("text.top_k", "从最可能的这么多个词元中选择；0 表示全部"),
    (
        "text.top_p",
        "从合计达到这个概率的最可能词元中选择；1 表示全部",
    ),
    (
        "text.min_p",
        "去掉概率低于最可能词元这一比例的词元；0 表示不去掉",
    ),
    ("text.repetition_penalty", "大于 1 时，用词较少重复"),
    ("text.stop", "写到这段文本之前停止；可以给出多次"),
    (
        "text.json",
        "输出 JSON 文档；与 --stream 一起使用时，每行一个 JSON 事件",
    ),
    ("text.stream", "边写边输出 [标准输出是终端时默认如此]"),
    (
        "text.alternatives",
        "与 --json 一起使用：每个词元列出这么多个候选，最多 10 个",
    ),
    ("speak", "朗读一段文本"),
    (
        "speak.text",
        "要说的内容；`-` 表示从标准输入读取。`[word](/fəˈnɛtɪks/)` 指定一个词的读音",
    ),
    ("speak.voice", "模型的声音之一 [默认：第一个]"),
    ("speak.speed", "1 是这个声音本来的语速，2 是两倍快"),
    ("speak.seed", "随机种子：种子相同，声音就相同 [默认：随机]"),
    ("speak.out", "把带标识的声音写入这个文件：.wav 或 .flac"),
    (
        "speak.audible_label",
        "在文件末尾加上“短长短短”的节奏，说明由 AI 生成",
    ),
    ("speak.json", "输出 JSON 文档：何时说了什么，以及各项数值"),
    ("transcribe", "把录音转写成文字"),
    (
        "transcribe.file",
        "WAV、MP3、FLAC、Ogg（Vorbis、Opus）、Matroska 或 M4A 文件",
    ),
    ("transcribe.model", "用于聆听的模型的 id [默认：默认模型]"),
    (
        "transcribe.spoken",
        "录音中说的语言的代码：en、zh…… [默认：逐段听辨]",
    ),
    ("transcribe.translate", "译成英文"),
    (
        "transcribe.script",
        "中文的字形 [默认：普通话用简体，粤语按模型所写]",
    ),
    ("transcribe.minutes", "随后写出会议纪要"),
    (
        "transcribe.text_model",
        "写会议纪要的文本模型的 id [默认：默认模型]",
    ),
    ("transcribe.format", "输出的格式"),
    (
        "transcribe.out",
        "改为写入这个文件：.txt、.srt、.vtt 或 .json；会议纪要：.md",
    ),
    ("transcribe.json", "输出 JSON 文档：片段、概率和各项数值"),
    ("compose", "创作并播放一首曲子"),
    (
        "compose.mood",
        "情绪：cheerful（欢快）、calm（平静）、wistful（惆怅）、solemn（庄重）、dance（舞曲）或 lullaby（摇篮曲）",
    ),
    ("compose.metre", "拍号：2/4、3/4、4/4 或 6/8"),
    (
        "compose.mode",
        "调式：major（大调）、minor（小调）、dorian（多利亚）、mixolydian（混合利底亚）或 pentatonic（五声）",
    ),
    ("compose.key", "主音：C、F#、Bb……"),
    ("compose.bars", "小节数，4 到 64"),
    (
        "compose.form",
        "哪些部分重复：free、AABA、AABB 或 ABAB [默认：小节数允许时为 AABA]",
    ),
    ("compose.tempo", "每分钟拍数，40 到 220 [默认：由情绪决定]"),
    ("compose.instrument", "模型的乐器之一 [默认：第一个]"),
    (
        "compose.accompaniment",
        "伴奏：auto（自动）、none（无）、held（长音）、rhythm（节奏）、broken（分解和弦）或 drone（持续音）",
    ),
    (
        "compose.temperature",
        "大胆程度：0 总是取最可能的音符，最大 2 [默认：模型自己的值]",
    ),
    (
        "compose.seed",
        "随机种子：种子相同，曲子就相同 [默认：随机]",
    ),
    ("compose.title", "曲名 [默认：由内容得出]"),
    ("compose.model", "模型的 id [默认：默认模型]"),
    (
        "compose.out",
        "把带标识的曲子写入这个文件：.mid、.wav 或 .flac",
    ),
    ("compose.json", "输出 JSON 文档：音符和各项数值"),
    ("image", "画一张图片"),
    ("image.prompt", "要画的内容；`-` 表示从标准输入读取"),
    (
        "image.model",
        "模型的 id，或 diffusers 导出的 ONNX 文件夹 [默认：窗口中选择的模型，否则为默认模型]",
    ),
    ("image.negative", "引导要避开的内容"),
    (
        "image.init",
        "以这张图片为起点：PNG、JPEG、WebP、GIF、BMP 或 TIFF",
    ),
    ("image.mask", "在哪里重画：一张图片，白色处重画，黑色处不变"),
    (
        "image.strength",
        "允许改变多少：接近 0 几乎不变，1 全部改变",
    ),
    ("image.style", "模型的风格之一 [默认：第一个]"),
    ("image.seed", "随机种子：种子相同，图片就相同 [默认：随机]"),
    ("image.steps", "从噪声到图片的步数 [默认：模型自己的值]"),
    (
        "image.guidance",
        "多严格地遵循提示词；1 表示由网络决定 [默认：模型自己的值]",
    ),
    ("image.scheduler", "改用另一种采样方法"),
    (
        "image.size",
        "尺寸（像素），按模型能画的：512 或 512x768 [默认：模型自己的尺寸]",
    ),
    (
        "image.enlarge",
        "画完后放大的倍数 [默认：Glyph 的图片较小，为 4，其他为 1]",
    ),
    ("image.count", "图片张数，最多 4 张"),
    (
        "image.out",
        "把带标识的图片写入这个文件：.png、.jpg 或 .webp；多张时加编号",
    ),
    ("upscale", "放大一张图片"),
    ("upscale.file", "PNG、JPEG、WebP、GIF、BMP 或 TIFF 文件"),
    ("upscale.factor", "宽和高放大的倍数"),
    (
        "upscale.out",
        "把带标识的图片写入这个文件：.png、.jpg 或 .webp",
    ),
    ("video", "用提示词制作影片，或让片段更流畅、更慢、更清晰"),
    (
        "video.files",
        "要变得更流畅、更慢或更清晰的片段：GIF、APNG、WebP、Y4M，H.264 的 MP4、MOV 或 MKV，Motion JPEG 的 AVI 或 MOV，\
         图片文件夹，或多张图片",
    ),
    (
        "video.scene",
        "影片经过的场景，`提示词@秒数`；每个场景给出一次 [秒数默认为 2]",
    ),
    (
        "video.storyboard",
        "从 JSON 文件读取场景：{\"scenes\": [{\"prompt\": …, \"seconds\": …}], \"parameters\": {…}}",
    ),
    (
        "video.story",
        "关于这个主题的故事：由文本模型写句子，配上声音、图片和字幕",
    ),
    (
        "video.model",
        "绘图模型的 id [默认：窗口中选择的模型，否则为默认模型]",
    ),
    ("video.size", "边长（像素）：256 或 512"),
    (
        "video.fps",
        "每秒帧数：12 到 30；由图片组成的片段为 1 到 60 [默认：24，图片为 12]",
    ),
    (
        "video.keys",
        "每秒绘制的图片数，1 到 12；其余的在它们之间生成",
    ),
    ("video.seed", "随机种子：种子相同，影片就相同 [默认：随机]"),
    ("video.drift", "噪声每秒变化多少：0 不变，1 全部更换"),
    ("video.circle", "在开始的地方结束"),
    ("video.style", "模型的风格之一"),
    ("video.steps", "从噪声到每张图片的步数"),
    ("video.guidance", "多严格地遵循提示词"),
    ("video.camera", "镜头怎样移动"),
    ("video.camera_strength", "移动多远，0 到 1"),
    (
        "video.narrate",
        "为影片配上这段旁白 [默认：没有；故事则朗读它的句子]",
    ),
    ("video.voice", "声音之一"),
    ("video.sound", "为影片配上这个保存过的声音：作品的 id"),
    (
        "video.smoother",
        "片段：时长不变，帧数变为几倍：2、4 或 8 [默认：没有其他要求时为 2]",
    ),
    ("video.slower", "片段：时长变为几倍：2、4 或 8"),
    ("video.sharpen", "片段：宽和高变为几倍：2 或 4"),
    ("video.soft", "用算术而不是网络放大画出的图片"),
    ("video.inbetween", "补帧网络的 id [默认：默认网络]"),
    ("video.blend", "改为让相邻帧淡入淡出"),
    (
        "video.format",
        "保存的格式 [默认：--out 的格式，否则为 webp]",
    ),
    (
        "video.out",
        "把带标识的影片写入这个文件：.webp、.gif、.png 或 .mp4",
    ),
    ("doctor", "上课之前：检查这台电脑上的一切，以及速度如何"),
    (
        "doctor.json",
        "输出 JSON 文档：每项检查、各项数值、同一种子的代码",
    ),
    ("models", "已有的模型"),
    ("models list", "列出模型及其位置"),
    ("models list.json", "输出 JSON"),
    ("models verify", "用校验值核对模型文件"),
    (
        "models verify.models",
        "模型的 id [默认：所有带校验值的模型]",
    ),
    ("models add", "把你的一个文件夹列入，文件留在原处"),
    ("models add.folder", "模型的文件夹"),
    ("models remove", "把你的一个文件夹移出列表；不删除任何文件"),
    ("models remove.model", "模型的 id"),
    ("works", "作品库：生成过的所有作品"),
    ("works list", "列出作品，最新的在前"),
    (
        "works list.search",
        "标题、提示词、文本或模型中必须都出现的词",
    ),
    ("works list.limit", "最多列出多少个"),
    ("works list.offset", "跳过多少个"),
    (
        "works list.deleted",
        "改为列出回收站：最近 30 天内移除的作品",
    ),
    ("works list.json", "输出 JSON"),
    ("works show", "显示一个作品"),
    ("works show.recipe", "改为以 JSON 显示它是怎样生成的"),
    ("works show.json", "以 JSON 显示全部内容"),
    ("works export", "把作品的带标识副本写入文件"),
    ("works export.file", "要写入的文件"),
    (
        "works export.with_recipe",
        "把完整的配方写入文件；其中含有提示词",
    ),
    ("works remove", "把作品放入回收站，保留 30 天"),
    ("works restore", "把作品从回收站取回"),
    ("decks", "演示流程：把课程、卡片和作品按演示顺序排好"),
    ("decks list", "列出演示流程；有问题的会列出问题"),
    ("decks list.json", "输出 JSON"),
    ("decks check", "检查一个演示流程：列出所有问题及行号"),
    ("decks check.folder", "演示流程的文件夹，其中有 deck.toml"),
    ("decks check.json", "输出 JSON"),
    ("kiosk", "给访客用的展台：检查文件、生成口令"),
    ("kiosk check", "检查 kiosk.toml：列出所有问题及行号"),
    ("kiosk check.file", "要检查的文件"),
    ("kiosk check.json", "输出 JSON"),
    (
        "kiosk passcode",
        "询问两次口令，输出写入 kiosk.toml 的哈希；从管道读取时只读一行",
    ),
    ("lessons", "课程：内置的和你自己的"),
    ("lessons list", "列出课程；有问题的自编课程会列出问题"),
    ("lessons list.json", "输出 JSON"),
    ("lessons check", "检查一堂课：列出所有问题及行号"),
    ("lessons check.folder", "课程文件夹，其中有 lesson.toml"),
    ("lessons check.json", "输出 JSON"),
    ("lessons run", "不打开窗口运行一堂课，并测量它的论断"),
    ("lessons run.lesson", "课程文件夹，或课程的 id"),
    ("*.spoken_language", "以哪种语言运行 [默认：两种都运行]"),
    ("lessons run.seeds", "用多少组种子测量论断，1 到 10"),
    (
        "*.max_tokens",
        "回答最多写到这么多个词元 [默认：课程自己的值]",
    ),
    (
        "lessons run.json",
        "输出 JSON 文档：每一步的结果和论断的数值",
    ),
    (
        "lessons record",
        "运行一堂课，并把每一步的结果录制到课程文件夹中",
    ),
    ("lessons record.folder", "课程文件夹，其中有 lesson.toml"),
    ("pack", "课堂包：一个 U 盘文件夹，包含上课所需的一切"),
    (
        "pack make",
        "制作课堂包：包含模型、课程和程序的一个文件夹，用于 U 盘",
    ),
    ("pack make.out", "要制作的文件夹：一个新文件夹"),
    (
        "pack make.models",
        "模型的 id，用逗号分隔；all 表示全部，none 表示不放",
    ),
    (
        "pack make.lessons",
        "课程文件夹，或包含课程的文件夹；数据文件夹中你自己的课程和演示总会放入",
    ),
    ("pack make.no_own", "不放入数据文件夹中的课程和演示"),
    ("pack make.packages", "要放入的安装包"),
    ("pack make.portable", "放入本应用，使它能直接从 U 盘运行"),
    (
        "pack make.data",
        "便携版应用把作品保存在哪里：beside（U 盘上）或 nowhere（不保存）",
    ),
    (
        "pack make.app",
        "放入其他系统的便携版应用，取自另一个课堂包：它的文件夹，如 app/windows-x64",
    ),
    (
        "pack make.json",
        "输出 JSON 文档：位置、大小、没有放入的内容",
    ),
    ("pack verify", "读取课堂包，把每个文件与清单比较"),
    ("pack verify.folder", "课堂包文件夹，其中有 pack.toml"),
    (
        "pack verify.json",
        "输出 JSON 文档：包含的内容、有问题的文件、不在清单中的文件",
    ),
    (
        "pack install",
        "为自己安装课堂包，不需要管理员权限，先装文本模型",
    ),
    ("pack install.folder", "课堂包文件夹，其中有 pack.toml"),
    (
        "pack install.shared",
        "只把模型放到这台电脑所有账户都能读取的文件夹，如 /usr/local/share/quartet/models",
    ),
    ("pack install.no_app", "不安装应用"),
    (
        "pack install.json",
        "输出 JSON 文档：每项内容的结果、有问题的文件",
    ),
    (
        "lessons results",
        "读取全班的作业：把一个文件夹里的 HTML 文件合成一张表",
    ),
    (
        "lessons results.folder",
        "存放“提交作业”所写文件的文件夹，或其中一个文件",
    ),
    (
        "lessons results.json",
        "输出 JSON 文档：每份作业、全班的预测，以及没能读取的文件",
    ),
    ("lessons results.csv", "输出电子表格用的 CSV"),
    (
        "lessons schema",
        "输出 lesson.toml 的 JSON Schema，供编辑器使用",
    ),
    ("*.id", "作品的 id"),
];

const AFTER: &str = "\
退出码：
  0    完成
  1    Quartet 内部或输出时出错
  2    命令行有误
  3    模型或 ONNX Runtime 缺失、损坏或过大
  4    输入有误：提示词为空或过长、参数超出范围、未知的作品、读不出来的文本、无法读写的文件类型，
       结果的位置不可用、会覆盖正在读取的文件，或课程有问题、其论断不成立
  5    作品库无法读写；所要的内容仍会生成
  130  用 Ctrl-C 停止

环境变量：
  QUARTET_HOME    数据文件夹：作品库和设置
  QUARTET_MODELS  存放模型文件夹的文件夹，分隔方式同 PATH
  QUARTET_ORT     ONNX Runtime 库
  QUARTET_PORTABLE  以其中的 portable.toml 为准的文件夹 [默认：程序所在的文件夹]
  LANG            以 zh 开头时，提示信息为中文";

/// What a place is described by in Chinese.
fn words(command: &str, argument: Option<&str>) -> Option<&'static str> {
    let place = argument.map_or_else(
        || command.to_owned(),
        |argument| format!("{command}.{argument}"),
    );
    let shared = argument.map(|argument| format!("*.{argument}"));
    let find = |place: &str| WORDS.iter().find(|(one, _)| *one == place);
    let found = find(&place).or_else(|| find(&shared?));
    found.map(|(_, words)| *words)
}

/// The command line with its descriptions in Chinese.
pub fn in_chinese(command: Command) -> Command {
    described(command, "").after_help(AFTER)
}

fn described(command: Command, place: &str) -> Command {
    let command = match words(place, None) {
        Some(about) => command.about(about).long_about(None::<&str>),
        None => command,
    };
    let command =
        command.mut_args(
            |argument| match words(place, Some(argument.get_id().as_str())) {
                Some(help) => argument.help(help).long_help(None::<&str>),
                None => argument,
            },
        );
    command.mut_subcommands(|inner| {
        let name = inner.get_name();
        let place = match place {
            "" => name.to_owned(),
            place => format!("{place} {name}"),
        };
        described(inner, &place)
    })
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory as _;

    use super::*;
    use crate::arguments::Arguments;

    /// The places of commands and their arguments.
    fn places(command: &Command, place: &str, found: &mut Vec<(String, Option<String>)>) {
        found.push((place.to_owned(), None));
        let arguments = command.get_arguments();
        let arguments = arguments.map(|argument| argument.get_id().to_string());
        found.extend(arguments.map(|argument| (place.to_owned(), Some(argument))));
        for inner in command.get_subcommands() {
            let place = format!("{place} {}", inner.get_name());
            places(inner, place.trim(), found);
        }
    }

    #[test]
    fn every_command_and_argument_has_a_chinese_description() {
        let mut found = Vec::new();
        places(&Arguments::command(), "", &mut found);
        assert!(found.len() > 100);
        let missing: Vec<_> = found
            .iter()
            .filter(|(place, argument)| words(place, argument.as_deref()).is_none())
            .collect();
        assert!(missing.is_empty(), "{missing:?}");
        // And nothing is described that is not there.
        for (place, _) in WORDS.iter().filter(|(place, _)| !place.starts_with('*')) {
            let is_there = |one: &(String, Option<String>)| match &one.1 {
                Some(argument) => format!("{}.{argument}", one.0) == *place,
                None => one.0 == *place,
            };
            assert!(found.iter().any(is_there), "{place}");
        }
    }
}
