//! What the words of a prompt were taken for, where that is not what they say.

use quartet_studio::{
    Language,
    audio::is_chinese,
    image::{NotDrawn, Subject, TakenBy, Thing},
};

/// What is drawn instead of what is not known, and what is not drawn: a line each, none where all is as it was said.
pub fn told(subject: &Subject, language: Language) -> Vec<String> {
    let thing = name(&subject.thing, language);
    let words = plain(&subject.words);
    let mut lines = Vec::new();
    let instead = match (subject.by, language) {
        (TakenBy::Nearness, Language::En) => Some(format!(
            "the model knows no such thing: \"{words}\"; the nearest is drawn: {thing}"
        )),
        (TakenBy::Nearness, Language::Zh) => {
            Some(format!("模型不认识“{words}”；画的是最接近的：{thing}"))
        }
        (TakenBy::Kind, Language::En) => Some(format!(
            "\"{words}\" is a kind; a typical one is drawn: {thing}"
        )),
        (TakenBy::Kind, Language::Zh) => Some(format!(
            "“{words}”是一类事物；画的是其中典型的一个：{thing}"
        )),
        (TakenBy::Name | TakenBy::Choice, _) => None,
    };
    lines.extend(instead);
    let left_out = subject.left_out.iter();
    let left_out: Vec<_> = left_out.filter_map(|one| shown(one, language)).collect();
    if !left_out.is_empty() {
        lines.push(match language {
            Language::En => format!(
                "Draws one thing: {thing}. Left out: {}.",
                left_out.join(", ")
            ),
            Language::Zh => format!(
                "一次只画一样东西：{thing}。没有画出：{}。",
                left_out.join("、")
            ),
        });
    }
    let negations = subject.left_out.iter().filter_map(|one| match one {
        NotDrawn::Negation { words } => Some(plain(words)),
        NotDrawn::Number { .. } | NotDrawn::Thing { .. } => None,
    });
    lines.extend(negations.map(|words| match language {
        Language::En => format!(
            "\"{words}\" has no effect: the model draws what is named and cannot leave things out. It draws: {thing}."
        ),
        Language::Zh => format!(
            "“{words}”不起作用：模型只画提到的东西，不会去掉什么。画的是：{thing}。"
        ),
    }));
    lines
}

/// Of a film: with the number of the scene, where there are several.
pub fn told_of_scenes(subjects: &[Option<Subject>], language: Language) -> Vec<String> {
    let mut lines = Vec::new();
    for (index, subject) in subjects.iter().enumerate() {
        let told = subject.as_ref().map(|subject| told(subject, language));
        for line in told.unwrap_or_default() {
            lines.push(match (subjects.len(), language) {
                (1, _) => line,
                (_, Language::En) => format!("Scene {}: {line}", index + 1),
                (_, Language::Zh) => format!("第 {} 个场景：{line}", index + 1),
            });
        }
    }
    lines
}

/// None for what was not wanted, which is told apart.
fn shown(one: &NotDrawn, language: Language) -> Option<String> {
    let words = plain(one.words());
    let is_own = is_chinese(&words) == matches!(language, Language::Zh)
        || !words.chars().any(char::is_alphabetic);
    Some(match (one, language) {
        (NotDrawn::Negation { .. }, _) => return None,
        (NotDrawn::Number { .. }, Language::En) => format!("more than one ({words})"),
        (NotDrawn::Number { .. }, Language::Zh) => format!("多个（{words}）"),
        (NotDrawn::Thing { .. }, _) if is_own => words,
        (
            NotDrawn::Thing {
                thing: Some(thing), ..
            },
            Language::En,
        ) => {
            format!("{} ({words})", name(thing, language))
        }
        (
            NotDrawn::Thing {
                thing: Some(thing), ..
            },
            Language::Zh,
        ) => {
            format!("{}（{words}）", name(thing, language))
        }
        (NotDrawn::Thing { thing: None, .. }, _) => format!("“{words}”"),
    })
}

fn name(thing: &Thing, language: Language) -> &str {
    match language {
        Language::Zh if !thing.chinese.is_empty() => &thing.chinese,
        Language::En | Language::Zh => &thing.english,
    }
}

/// Words of a prompt, without what a terminal obeys.
fn plain(words: &str) -> String {
    words.chars().filter(|c| !c.is_control()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn thing(english: &str, chinese: &str) -> Thing {
        Thing {
            english: english.to_owned(),
            chinese: chinese.to_owned(),
        }
    }

    fn subject(left_out: Vec<NotDrawn>) -> Subject {
        Subject {
            thing: thing("dog", "狗"),
            by: TakenBy::Name,
            words: "dogs".to_owned(),
            colour: None,
            others: Vec::new(),
            left_out,
        }
    }

    #[test]
    fn what_a_picture_leaves_out_is_said_in_the_readers_language() {
        let words = |words: &str| words.to_owned();
        let all = subject(vec![
            NotDrawn::Number {
                words: words("dogs"),
            },
            NotDrawn::Thing {
                words: words("two cats"),
                thing: Some(thing("cat", "猫")),
            },
            NotDrawn::Thing {
                words: words("wooden table"),
                thing: None,
            },
            NotDrawn::Negation {
                words: words("no people"),
            },
        ]);
        assert_eq!(
            told(&all, Language::En),
            [
                "Draws one thing: dog. Left out: more than one (dogs), two cats, wooden table.",
                "\"no people\" has no effect: the model draws what is named and cannot leave things out. It draws: dog.",
            ]
        );
        assert_eq!(
            told(&all, Language::Zh),
            [
                "一次只画一样东西：狗。没有画出：多个（dogs）、猫（two cats）、“wooden table”。",
                "“no people”不起作用：模型只画提到的东西，不会去掉什么。画的是：狗。",
            ]
        );
        assert!(told(&subject(Vec::new()), Language::En).is_empty());
    }

    #[test]
    fn scenes_are_told_apart_where_there_are_several() {
        let two = subject(vec![NotDrawn::Number {
            words: "two".to_owned(),
        }]);
        let one = told_of_scenes(&[Some(two.clone())], Language::En);
        assert_eq!(
            one,
            ["Draws one thing: dog. Left out: more than one (two)."]
        );
        let second = told_of_scenes(&[None, Some(two)], Language::Zh);
        assert_eq!(
            second,
            ["第 2 个场景：一次只画一样东西：狗。没有画出：多个（two）。"]
        );
    }
}
