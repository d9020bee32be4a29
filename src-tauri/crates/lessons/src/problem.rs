//! What is wrong with a lesson: where, and in words for those who write lessons, in English and Chinese.

use quartet_studio::LocalText;
use serde::{Deserialize, Serialize};
use specta::Type;

/// One thing that is wrong.
#[derive(Debug, Clone, PartialEq)]
pub struct Finding {
    /// Counted from 1.
    pub line: u32,
    pub problem: Problem,
}

/// A finding as people meet it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct LessonProblem {
    /// Path of the file.
    pub file: String,
    /// Counted from 1.
    pub line: u32,
    pub message: LocalText,
}

#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum Problem {
    /// The file is not there or cannot be read.
    Unreadable(String),
    FileTooLarge {
        most: u64,
    },
    NotText,
    /// As the parser says it, in English.
    NotToml(String),
    /// Made for a later Quartet.
    SchemaTooNew {
        found: i64,
        known: u32,
    },
    UnknownField {
        field: String,
        known: Vec<String>,
    },
    MissingField {
        field: String,
    },
    WrongType {
        field: String,
        wanted: Wanted,
    },
    /// A word that is none of those that there are: an act, a topic, a place.
    UnknownValue {
        field: String,
        found: String,
        known: Vec<String>,
    },
    OutOfRange {
        field: String,
        found: String,
        from: String,
        to: String,
    },
    TooMany {
        field: String,
        found: usize,
        most: u64,
    },
    TooFew {
        field: String,
        least: u64,
    },
    WrongName {
        field: String,
        found: String,
        rule: Rule,
    },
    MissingLanguage {
        field: String,
        language: &'static str,
    },
    EmptyWords {
        field: String,
    },
    TooLong {
        field: String,
        found: usize,
        most: u64,
    },
    /// A tag of HTML where people read words.
    Html {
        field: String,
        tag: String,
    },
    /// A character that acts on what is around it.
    Control {
        field: String,
        code: u32,
    },
    /// `**` that nothing closes.
    Bold {
        field: String,
    },
    WrongId {
        id: String,
        folder: String,
    },
    /// An own lesson that has the id of one that is built in.
    TakenId {
        id: String,
    },
    DuplicateId {
        id: String,
    },
    UnknownStep {
        field: &'static str,
        id: String,
    },
    /// What may only lead on leads back, or to itself.
    LeadsBack {
        field: &'static str,
        id: String,
    },
    /// What is looked at beside each other has not happened yet.
    NotYet {
        id: String,
    },
    /// A part of a lesson lacks what makes it that part.
    PartLacks {
        part: &'static str,
        field: &'static str,
    },
    /// What the step waits for cannot happen.
    NeverGoes {
        go: &'static str,
        field: &'static str,
    },
    NothingToChange,
    RightChoice {
        found: u32,
        choices: usize,
    },
    NeedMissing {
        act: &'static str,
        need: String,
    },
    UnknownGroup {
        id: String,
    },
    UnusedGroup {
        id: String,
    },
    RightAndAnswer,
    ClaimNoExperiment {
        id: String,
    },
    ClaimNoBound,
    ClaimNever,
    ClaimSameGroup {
        id: String,
    },
    ClaimUnmeasured {
        measure: String,
        group: String,
        field: &'static str,
    },
    PictureMissing {
        path: String,
    },
    /// It lies outside the folder, or is a link.
    PictureOutside {
        path: String,
    },
    PictureTooLarge {
        path: String,
        most: u64,
    },
    PictureTooWide {
        path: String,
        width: u32,
        height: u32,
        most: u32,
    },
    PictureKind {
        path: String,
    },
    /// Further findings that are not told.
    More {
        count: usize,
    },
    /// Quartet's own mistake.
    Internal(String),
}

/// What a value should have been.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Wanted {
    Text,
    LocalText,
    Integer,
    Number,
    Bool,
    List,
    Table,
}

/// What a name must look like.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Rule {
    Id,
    Picture,
    Anchor,
}

impl Wanted {
    fn words(self) -> (&'static str, &'static str) {
        match self {
            Self::Text => ("a text in quotes", "带引号的文本"),
            Self::LocalText => (
                "a text in both languages, { en = \"…\", zh = \"…\" }",
                "两种语言的文本 { en = \"…\", zh = \"…\" }",
            ),
            Self::Integer => ("a whole number", "整数"),
            Self::Number => ("a number", "数字"),
            Self::Bool => ("true or false", "true 或 false"),
            Self::List => ("a list, [ … ]", "列表 [ … ]"),
            Self::Table => ("a table, { … }", "表 { … }"),
        }
    }
}

impl Rule {
    fn words(self) -> (&'static str, &'static str) {
        match self {
            Self::Id => (
                "an id has 1 to 40 of the characters a-z, 0-9 and -",
                "id 由 1 到 40 个 a-z、0-9 或 - 组成",
            ),
            Self::Picture => (
                "a picture is a file in the lesson's folder, of letters, digits, - and _, that ends in .png, .jpg or .webp",
                "图片是课程文件夹中的文件，名称由字母、数字、- 和 _ 组成，以 .png、.jpg 或 .webp 结尾",
            ),
            Self::Anchor => (
                "a place of the page is written as text.answer",
                "页面位置的写法如 text.answer",
            ),
        }
    }
}

fn list(words: &[String], between: &str) -> String {
    words.join(between)
}

impl Finding {
    pub fn new(line: u32, problem: Problem) -> Self {
        Self { line, problem }
    }

    /// For people, with the file that it was found in.
    pub fn told(&self, file: &str) -> LessonProblem {
        LessonProblem {
            file: file.to_owned(),
            line: self.line,
            message: self.problem.words(),
        }
    }
}

impl Problem {
    /// What is wrong, in a sentence without an end; strangers' words in it are escaped.
    pub fn words(&self) -> LocalText {
        let (en, zh) = self
            .file_words()
            .or_else(|| self.value_words())
            .unwrap_or_else(|| self.text_words().unwrap_or_else(|| self.lesson_words()));
        let shown = |text: String| quartet_studio::escaped(&text).replace(['\n', '\t'], " ");
        LocalText {
            en: shown(en),
            zh: shown(zh),
        }
    }

    /// Of the file as a whole.
    fn file_words(&self) -> Option<(String, String)> {
        Some(match self {
            Self::Unreadable(reason) => (
                format!("the file cannot be read: {reason}"),
                format!("无法读取文件：{reason}"),
            ),
            Self::FileTooLarge { most } => (
                format!(
                    "the file is larger than {} kB; words take far less",
                    most / 1000
                ),
                format!("文件超过 {} kB；文字远小于此", most / 1000),
            ),
            Self::NotText => (
                "the file is no text: save it as UTF-8".to_owned(),
                "文件不是文本：请以 UTF-8 保存".to_owned(),
            ),
            Self::NotToml(reason) => (
                format!("this is not TOML: {reason}"),
                format!("不符合 TOML 语法：{reason}"),
            ),
            Self::SchemaTooNew { found, known } => (
                format!(
                    "the file is of format {found}, made for a newer Quartet; this one reads {known}. Install the newer Quartet"
                ),
                format!(
                    "文件的格式版本是 {found}，需要更新的 Quartet；当前版本只能读 {known}。请安装更新的 Quartet"
                ),
            ),
            Self::More { count } => (
                format!("{count} more findings are not listed: mend these first"),
                format!("另有 {count} 处问题未列出：请先改正以上问题"),
            ),
            Self::Internal(reason) => (
                format!("Quartet made a mistake while it read this: {reason}"),
                format!("Quartet 读取时内部出错：{reason}"),
            ),
            _ => return None,
        })
    }

    /// Of one value: what the schema says of it.
    fn value_words(&self) -> Option<(String, String)> {
        Some(match self {
            Self::UnknownField { field, known } => (
                format!(
                    "there is no field `{field}` here; there are: {}",
                    list(known, ", ")
                ),
                format!("这里没有字段 `{field}`；可用的有：{}", list(known, "、")),
            ),
            Self::MissingField { field } => (
                format!("the field `{field}` is missing"),
                format!("缺少字段 `{field}`"),
            ),
            Self::WrongType { field, wanted } => {
                let (en, zh) = wanted.words();
                (
                    format!("`{field}` must be {en}"),
                    format!("`{field}` 应为{zh}"),
                )
            }
            Self::UnknownValue {
                field,
                found,
                known,
            } => (
                format!(
                    "`{field}` is \"{found}\", which is none of: {}",
                    list(known, ", ")
                ),
                format!(
                    "`{field}` 的值“{found}”不存在；可用的有：{}",
                    list(known, "、")
                ),
            ),
            Self::OutOfRange {
                field,
                found,
                from,
                to,
            } => (
                format!("`{field}` is {found}; it must be from {from} to {to}"),
                format!("`{field}` 是 {found}，应在 {from} 到 {to} 之间"),
            ),
            Self::TooMany { field, found, most } => (
                format!("`{field}` has {found} entries; at most {most} are allowed"),
                format!("`{field}` 有 {found} 项，最多允许 {most} 项"),
            ),
            Self::TooFew { field, least } => (
                format!("`{field}` must have at least {least} entries"),
                format!("`{field}` 至少要有 {least} 项"),
            ),
            Self::WrongName { field, found, rule } => {
                let (en, zh) = rule.words();
                (
                    format!("`{field}` is \"{found}\", but {en}"),
                    format!("`{field}` 的值“{found}”不可用：{zh}"),
                )
            }
            _ => return None,
        })
    }

    /// Of words and pictures.
    fn text_words(&self) -> Option<(String, String)> {
        Some(match self {
            Self::MissingLanguage { field, language } => {
                let (en, zh) = match *language {
                    "en" => ("English", "英文"),
                    _ => ("Chinese", "中文"),
                };
                (
                    format!("`{field}` is missing in {en}: add `{language}`"),
                    format!("`{field}` 缺少{zh}：请添加 `{language}`"),
                )
            }
            Self::EmptyWords { field } => {
                (format!("`{field}` is empty"), format!("`{field}` 是空的"))
            }
            Self::TooLong { field, found, most } => (
                format!("`{field}` has {found} characters; at most {most} are allowed"),
                format!("`{field}` 有 {found} 个字符，最多 {most} 个"),
            ),
            Self::Html { field, tag } => (
                format!(
                    "`{field}` holds HTML, {tag}: words are plain text, and only **bold** is marked"
                ),
                format!("`{field}` 中有 HTML 标签 {tag}：文字应为纯文本，只能用 **加粗** 标记"),
            ),
            Self::Control { field, code } => (
                format!("`{field}` holds the control character U+{code:04X}: take it out"),
                format!("`{field}` 中有控制字符 U+{code:04X}：请删除"),
            ),
            Self::Bold { field } => (
                format!("`{field}` has a ** that nothing closes"),
                format!("`{field}` 中的 ** 没有成对"),
            ),
            Self::PictureMissing { path } => (
                format!("there is no picture {path} in the lesson's folder"),
                format!("课程文件夹中没有图片 {path}"),
            ),
            Self::PictureOutside { path } => (
                format!(
                    "the picture {path} lies outside the lesson's folder or is a link: copy it into the folder"
                ),
                format!("图片 {path} 在课程文件夹之外，或者是链接：请把它复制到文件夹中"),
            ),
            Self::PictureTooLarge { path, most } => (
                format!(
                    "the picture {path} is larger than {} MB: save it smaller",
                    most / 1_000_000
                ),
                format!(
                    "图片 {path} 超过 {} MB：请另存为较小的文件",
                    most / 1_000_000
                ),
            ),
            Self::PictureTooWide {
                path,
                width,
                height,
                most,
            } => (
                format!(
                    "the picture {path} is {width} × {height} pixels; at most {most} on a side are allowed"
                ),
                format!("图片 {path} 为 {width} × {height} 像素，每边最多 {most} 像素"),
            ),
            Self::PictureKind { path } => (
                format!(
                    "{path} is no PNG, JPEG or WebP picture, or not the one that its name says"
                ),
                format!("{path} 不是 PNG、JPEG 或 WebP 图片，或与扩展名不符"),
            ),
            _ => return None,
        })
    }

    /// Of how the lesson's parts fit together.
    fn lesson_words(&self) -> (String, String) {
        self.step_words().unwrap_or_else(|| self.experiment_words())
    }

    fn step_words(&self) -> Option<(String, String)> {
        Some(match self {
            Self::WrongId { id, folder } => (
                format!(
                    "the id is \"{id}\", but the folder is called {folder}: give both one name"
                ),
                format!("id 是“{id}”，而文件夹名是 {folder}：两者应当相同"),
            ),
            Self::TakenId { id } => (
                format!(
                    "a built-in lesson has the id \"{id}\": choose another, for the folder too"
                ),
                format!("内置课程已使用 id“{id}”：请为 id 和文件夹另取名称"),
            ),
            Self::DuplicateId { id } => (
                format!("another step has the id \"{id}\""),
                format!("已有其他步骤使用 id“{id}”"),
            ),
            Self::UnknownStep { field, id } => (
                format!("`{field}` names the step \"{id}\", which is not there"),
                format!("`{field}` 指向不存在的步骤“{id}”"),
            ),
            Self::LeadsBack { field, id } => (
                format!(
                    "`{field}` leads to \"{id}\", which does not come later: a lesson only leads on"
                ),
                format!("`{field}` 指向“{id}”，但它不在后面：课程只能向前"),
            ),
            Self::NotYet { id } => (
                format!("`compare` names \"{id}\", which does not come before this step"),
                format!("`compare` 指向“{id}”，但它不在本步骤之前"),
            ),
            Self::PartLacks { part, field } => (
                format!("a step of part \"{part}\" needs `{field}`"),
                format!("“{part}”步骤需要 `{field}`"),
            ),
            Self::NeverGoes { go, field } => (
                format!("the step waits for \"{go}\", but has no `{field}`: nobody could go on"),
                format!("步骤在等待“{go}”，却没有 `{field}`：无法继续"),
            ),
            Self::NothingToChange => (
                "the act of a `break` step has no prompt that could be changed".to_owned(),
                "`break` 步骤的动作没有可以修改的提示词".to_owned(),
            ),
            Self::RightChoice { found, choices } => (
                format!("`right` is {found}, but the {choices} choices count from 0"),
                format!("`right` 是 {found}，而 {choices} 个选项从 0 开始计数"),
            ),
            Self::NeedMissing { act, need } => (
                format!("the act {act} needs a model for \"{need}\": add it to `needs`"),
                format!("动作 {act} 需要能做“{need}”的模型：请写入 `needs`"),
            ),
            _ => return None,
        })
    }

    fn experiment_words(&self) -> (String, String) {
        match self {
            Self::UnknownGroup { id } => (
                format!("the experiment has no group \"{id}\""),
                format!("实验中没有分组“{id}”"),
            ),
            Self::UnusedGroup { id } => (
                format!("no row is in the group \"{id}\""),
                format!("没有任何行属于分组“{id}”"),
            ),
            Self::RightAndAnswer => (
                "a row has either `right` or `answer`: nothing is generated for a given answer"
                    .to_owned(),
                "一行只能有 `right` 或 `answer`：给定答案时不会生成文本".to_owned(),
            ),
            Self::ClaimNoExperiment { id } => (
                format!(
                    "`claim.step` names \"{id}\", whose act is no experiment: nothing is measured there"
                ),
                format!("`claim.step` 指向“{id}”，但它的动作不是实验，没有可测量的数据"),
            ),
            Self::ClaimNoBound => (
                "a claim needs `atLeast` or `atMost`".to_owned(),
                "claim 需要 `atLeast` 或 `atMost`".to_owned(),
            ),
            Self::ClaimNever => (
                "`atLeast` is larger than `atMost`, or is no number: the claim could never hold"
                    .to_owned(),
                "`atLeast` 大于 `atMost`，或者不是数字：这个论断永远不成立".to_owned(),
            ),
            Self::ClaimSameGroup { id } => (
                format!("`group` and `minus` are both \"{id}\": the difference is always 0"),
                format!("`group` 和 `minus` 都是“{id}”：差永远为 0"),
            ),
            Self::ClaimUnmeasured {
                measure,
                group,
                field,
            } => (
                format!(
                    "\"{measure}\" cannot be measured in the group \"{group}\": each of its rows needs `{field}`"
                ),
                format!("分组“{group}”无法测量“{measure}”：其中每一行都需要 `{field}`"),
            ),
            other => (format!("{other:?}"), format!("{other:?}")),
        }
    }
}
