//! What is wrong with a lesson that is being written, each beside the field that it is about, for people who never
//! see the file.

use quartet_studio::LocalText;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use specta::Type;

use crate::{
    check::check_document,
    folder::Folder,
    lesson::Lesson,
    node,
    problem::{Finding, Problem},
};

/// Something that is wrong, or still missing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct FieldProblem {
    /// Names and places from the lesson inwards: `steps/2/say/zh`; empty: of the whole.
    pub field: String,
    pub message: LocalText,
}

impl FieldProblem {
    pub(crate) fn of_whole(problem: &Problem) -> Self {
        Self {
            field: String::new(),
            message: problem.words(),
        }
    }
}

/// What the check says of a lesson in which words may be missing; of its pictures too, where it has a folder.
pub(crate) fn problems(lesson: &Lesson, folder: Option<&Folder>) -> Vec<FieldProblem> {
    // By way of text, so that a number of 32 bits keeps its few digits.
    let value = serde_json::to_string(lesson).and_then(|text| serde_json::from_str(&text));
    let Ok(value) = value else {
        return vec![FieldProblem::of_whole(&Problem::Internal(String::new()))];
    };
    let (document, places) = node::numbered(&without_gaps(value));
    let findings = check_document(&document, folder).findings;
    findings
        .iter()
        .map(|finding| told(finding, &places))
        .collect()
}

fn told(Finding { line, problem }: &Finding, places: &[String]) -> FieldProblem {
    let at = (*line as usize).checked_sub(1);
    let place = at.and_then(|at| places.get(at)).map_or("", String::as_str);
    let missing = match problem {
        Problem::MissingLanguage { language, .. } => Some(*language),
        Problem::MissingField { field } => field.rsplit('.').next(),
        _ => None,
    };
    let field = match missing {
        Some(name) if place.is_empty() => name.to_owned(),
        Some(name) => format!("{place}/{name}"),
        None => place.to_owned(),
    };
    let message = words(problem).unwrap_or_else(|| problem.words());
    FieldProblem { field, message }
}

/// Texts of which both languages may be missing.
const OPTIONAL: [&str; 5] = ["system", "voice", "notes", "answer", "right"];

/// What nobody wrote is not there, and what may be left out is none.
fn without_gaps(value: Value) -> Value {
    match value {
        Value::Array(items) => Value::Array(items.into_iter().map(without_gaps).collect()),
        Value::Object(fields) => {
            let local = is_local(&fields);
            let fields = fields.into_iter().filter_map(|(name, value)| {
                let value = if local && is_gap(&value) {
                    return None;
                } else {
                    without_gaps(value)
                };
                let is_none = match &value {
                    Value::Null => true,
                    Value::Array(items) => name == "compare" && items.is_empty(),
                    Value::Object(fields) => OPTIONAL.contains(&name.as_str()) && fields.is_empty(),
                    _ => false,
                };
                (!is_none).then_some((name, value))
            });
            Value::Object(fields.collect())
        }
        other => other,
    }
}

fn is_local(fields: &Map<String, Value>) -> bool {
    fields.len() == 2 && fields.contains_key("en") && fields.contains_key("zh")
}

fn is_gap(value: &Value) -> bool {
    match value {
        Value::String(text) => text.trim().is_empty(),
        Value::Array(items) => items.is_empty(),
        _ => false,
    }
}

fn text(en: impl Into<String>, zh: impl Into<String>) -> LocalText {
    LocalText {
        en: en.into(),
        zh: zh.into(),
    }
}

/// What the editor calls it; none where the check's own words do.
fn words(problem: &Problem) -> Option<LocalText> {
    Some(match problem {
        Problem::MissingLanguage { language: "en", .. } => text("Missing in English", "还缺英文"),
        Problem::MissingLanguage { .. } => text("Missing in Chinese", "还缺中文"),
        Problem::MissingField { .. } | Problem::EmptyWords { .. } => {
            text("Still missing", "还没有填写")
        }
        Problem::TooLong { found, most, .. } => text(
            format!("{found} characters; at most {most} can be read from the back of a room"),
            format!("现有 {found} 个字符；最多 {most} 个，后排才看得清"),
        ),
        Problem::TooFew { least, .. } => text(
            format!("There must be at least {least}"),
            format!("至少要有 {least} 项"),
        ),
        Problem::TooMany { found, most, .. } => text(
            format!("There are {found}; at most {most} are allowed"),
            format!("现有 {found} 项，最多 {most} 项"),
        ),
        Problem::OutOfRange { from, to, .. } => text(
            format!("It must be from {from} to {to}"),
            format!("应在 {from} 到 {to} 之间"),
        ),
        Problem::Html { tag, .. } => text(
            format!("Words are plain text: take out {tag}"),
            format!("这里只能写纯文字：请删掉 {tag}"),
        ),
        Problem::Bold { .. } => text(
            "Bold words stand between ** and **: one of them is missing",
            "加粗的文字写在两个 ** 之间：这里少了一个",
        ),
        Problem::PartLacks { field, .. } => lacks(field),
        Problem::NeverGoes { go: "done", .. } => text(
            "It waits for something to be done, but nothing is done here: choose what it does, or go on by a press",
            "这一步要等动作完成，却没有动作：请选择要做什么，或改为按键继续",
        ),
        Problem::NeverGoes { .. } => text(
            "It waits for an answer, but asks nothing: write a question, or go on by a press",
            "这一步要等回答，却没有问题：请写一个问题，或改为按键继续",
        ),
        Problem::NothingToChange => text(
            "Nothing in what it does could be changed by a learner: choose something with words",
            "这个动作里没有学生可以修改的文字：请选择带文字的动作",
        ),
        Problem::RightChoice { .. } => text(
            "The right answer is none of the choices",
            "正确答案不在选项中",
        ),
        Problem::LeadsBack { .. } => text(
            "It leads back: choose a later step",
            "不能往回走：请选择后面的步骤",
        ),
        Problem::UnknownStep { .. } => text("That step is gone", "所指的步骤已不存在"),
        Problem::NotYet { .. } => text(
            "That step comes later: only earlier ones can be compared",
            "所指的步骤在后面：只能比较前面的步骤",
        ),
        Problem::RightAndAnswer => text(
            "Either right answers or one given answer: not both",
            "“正确答案”和“给定的回答”只能选一种",
        ),
        Problem::ClaimNoBound => text("Say at least, or at most", "请填写“至少”或“至多”"),
        _ => return None,
    })
}

/// What a part needs.
fn lacks(field: &str) -> LocalText {
    match field {
        "predict" => text(
            "“Say what will happen” needs a question with choices",
            "“先说会怎样”需要一个带选项的问题",
        ),
        "compare" => text(
            "“Compare” needs the steps to compare",
            "“比一比”需要选择要比较的步骤",
        ),
        "break" => text(
            "“Break it” needs words that say what to change",
            "“难倒它”需要说明改什么",
        ),
        "keep" => text(
            "“Take away” needs a question to answer in a sentence",
            "“带走什么”需要一个用一句话回答的问题",
        ),
        _ => text(
            "This step needs something that is done",
            "这一步需要一个动作",
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::check::check;

    fn whole() -> Lesson {
        let folder = Folder::BuiltIn("next-word".to_owned());
        check(&folder).whole(&folder).unwrap()
    }

    fn paths(lesson: &Lesson) -> Vec<String> {
        let problems = problems(lesson, None);
        problems.into_iter().map(|one| one.field).collect()
    }

    #[test]
    fn nothing_is_wrong_with_what_is_built_in() {
        for folder in Folder::built_in() {
            let lesson = check(&folder).whole(&folder).unwrap();
            assert_eq!(problems(&lesson, Some(&folder)), [], "{}", lesson.id);
        }
    }

    #[test]
    fn what_is_missing_is_told_beside_its_field() {
        let mut lesson = whole();
        lesson.title.zh = String::new();
        lesson.steps[1].say.en = "  ".to_owned();
        lesson.steps[0].predict.as_mut().unwrap().choices[2].text.zh = String::new();
        let found = paths(&lesson);
        for path in [
            "title/zh",
            "steps/1/say/en",
            "steps/0/predict/choices/2/text/zh",
        ] {
            assert!(found.iter().any(|one| one == path), "{path}: {found:?}");
        }
        assert_eq!(found.len(), 3, "{found:?}");
        let told = problems(&lesson, None);
        assert!(
            told.iter()
                .any(|one| one.message.en == "Missing in Chinese")
        );
        // What may be left out is no gap.
        let mut lesson = whole();
        lesson.teacher.as_mut().unwrap().notes = Some(LocalText::default());
        assert_eq!(paths(&lesson), Vec::<String>::new());
    }

    #[test]
    fn how_steps_fit_together_is_told_at_the_step() {
        let mut lesson = whole();
        lesson.steps[4].compare = Some(Vec::new());
        lesson.steps[1].act = None;
        lesson.steps[0].predict.as_mut().unwrap().right = Some(4);
        let found = paths(&lesson);
        assert!(found.contains(&"steps/4/part".to_owned()), "{found:?}");
        assert!(found.contains(&"steps/1/go".to_owned()), "{found:?}");
        assert!(
            found.contains(&"steps/0/predict/right".to_owned()),
            "{found:?}"
        );
        let words = "<b>bold</b>".to_owned();
        lesson.steps[3].say = LocalText::same(words);
        let found = paths(&lesson);
        assert!(found.contains(&"steps/3/say/en".to_owned()), "{found:?}");
    }
}
