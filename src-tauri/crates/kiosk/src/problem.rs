//! What is wrong with a `kiosk.toml`: where, and what to write instead, in English and Chinese.

use quartet_lessons::LessonProblem;
use quartet_studio::LocalText;

use crate::passcode::MIN_PASSCODE;

/// One thing that is wrong.
#[derive(Debug, Clone, PartialEq)]
pub struct Finding {
    /// Counted from 1.
    pub line: u32,
    pub problem: Problem,
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

#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum Problem {
    /// What any such file may have wrong: names, kinds of values, limits.
    Shape(quartet_lessons::Problem),
    /// Made for a later Quartet.
    SchemaTooNew {
        found: i64,
        known: u32,
    },
    TooLarge {
        most: u64,
    },
    /// Something stands twice in a list.
    Twice {
        field: &'static str,
        found: String,
    },
    /// Neither a place nor a lesson.
    NothingToDo,
    /// No argon2id hash, or one that takes too much to check.
    Passcode,
    UnknownLesson {
        id: String,
    },
    UnknownModel {
        id: String,
        known: Vec<String>,
    },
    Time {
        field: &'static str,
        found: String,
    },
    NotLater {
        from: String,
        to: String,
    },
    /// Only cards and lessons are left to press, and there are neither.
    NothingToPress,
}

impl Problem {
    /// What is wrong, in a sentence without an end.
    pub fn words(&self) -> LocalText {
        let (en, zh) = match self {
            Self::Shape(problem) => return problem.words(),
            Self::SchemaTooNew { found, known } => (
                format!(
                    "the file is of format {found}, made for a newer Quartet; this one reads {known}. Install the newer Quartet, or write schema = {known}"
                ),
                format!(
                    "文件的格式版本是 {found}，需要更新的 Quartet；当前版本只能读 {known}。请安装更新的 Quartet，或写 schema = {known}"
                ),
            ),
            Self::TooLarge { most } => (
                format!("the file is larger than {} kB, which no kiosk.toml is", most / 1000),
                format!("文件超过 {} kB，不可能是 kiosk.toml", most / 1000),
            ),
            Self::Twice { field, found } => (
                format!("`{field}` names \"{found}\" twice: take one out"),
                format!("`{field}` 中“{found}”出现了两次：请删去一个"),
            ),
            Self::NothingToDo => (
                "there is neither a place nor a lesson: write, for example, places = [\"image\"]".to_owned(),
                "既没有面板也没有课程：请写上，例如 places = [\"image\"]".to_owned(),
            ),
            Self::NothingToPress => (
                "with freeWords = false and cards = false, there is nothing to press in the places: set one of them to true, or leave places empty and name lessons".to_owned(),
                "freeWords = false 且 cards = false 时，面板里没有可点的东西：请把其中一个改为 true，或让 places 为空并列出课程".to_owned(),
            ),
            Self::Passcode => (
                format!(
                    "`passcode` is no argon2id hash that can be checked here: run `quartet kiosk passcode`, type a passcode of at least {MIN_PASSCODE} characters, and put the line that it prints between the quotes"
                ),
                format!(
                    "`passcode` 不是这里能核对的 argon2id 哈希：请运行 `quartet kiosk passcode`，输入至少 {MIN_PASSCODE} 个字符的口令，再把输出的那一行放进引号里"
                ),
            ),
            Self::UnknownLesson { id } => (
                format!("there is no lesson \"{id}\" here: see the ids with `quartet lessons list`"),
                format!("这里没有课程“{id}”：用 `quartet lessons list` 查看已有的 id"),
            ),
            Self::UnknownModel { id, known } => (
                format!(
                    "there is no model \"{id}\" on this computer; there are: {}",
                    known.join(", ")
                ),
                format!("这台电脑上没有模型“{id}”；现有的是：{}", known.join("、")),
            ),
            Self::Time { field, found } => (
                format!("`{field}` is \"{found}\"; write a time as 09:00"),
                format!("`{field}` 的值是“{found}”；请写成 09:00 这样的时间"),
            ),
            Self::NotLater { from, to } => (
                format!(
                    "it closes at {to}, which is not later than {from}: over midnight, write two entries, until 24:00 and from 00:00"
                ),
                format!("关闭时间 {to} 不晚于开放时间 {from}：若要过午夜，请写两条，到 24:00 以及从 00:00 起"),
            ),
        };
        let shown = |text: String| quartet_studio::escaped(&text).replace(['\n', '\t'], " ");
        LocalText {
            en: shown(en),
            zh: shown(zh),
        }
    }
}
