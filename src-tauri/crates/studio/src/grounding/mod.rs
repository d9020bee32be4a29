//! Whether what was written is in what it was written from: each claim is looked for in the passages of
//! the source, its names and numbers one by one.
//!
//! A check of words, not of meaning: what is put quite differently is held to be unsupported, and a
//! sentence that turns the words of the source round passes.

mod names;
mod numbers;
mod terms;

use std::{collections::BTreeSet, ops::Range};

use names::names;
use numbers::numbers;
pub use terms::likeness;
use terms::terms;

/// So much of a claim's words must be in the passages that support it.
const LEAST_SHARE: f32 = 0.6;
/// A claim may draw on so many passages that follow each other.
const MOST_PASSAGES: usize = 3;

/// What claims are held against, in passages: sentences of a talk, paragraphs of a document.
#[derive(Debug, Clone, PartialEq)]
pub struct Source {
    passages: Vec<Passage>,
}

#[derive(Debug, Clone, PartialEq)]
struct Passage {
    text: String,
    terms: BTreeSet<String>,
    numbers: BTreeSet<String>,
}

/// What became of a claim.
#[derive(Debug, Clone, PartialEq)]
pub enum Verdict {
    /// It is in these passages, by their places in the source.
    Supported(Range<usize>),
    Unsupported(Missing),
}

/// What of a claim is not in the source.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Missing {
    /// A name that nobody mentioned.
    Name(String),
    /// A number that stands nowhere, or not where the rest stands.
    Number(String),
    /// Too many of its words.
    Words,
}

impl Source {
    pub fn new<'a>(passages: impl IntoIterator<Item = &'a str>) -> Self {
        let passage = |text: &str| Passage {
            text: text.to_lowercase(),
            terms: terms(text),
            numbers: numbers(text),
        };
        Self {
            passages: passages.into_iter().map(passage).collect(),
        }
    }

    /// Looks for one claim, a line or a sentence.
    pub fn check(&self, claim: &str) -> Verdict {
        for name in names(claim) {
            let lower = name.to_lowercase();
            if !self
                .passages
                .iter()
                .any(|passage| passage.text.contains(&lower))
            {
                return Verdict::Unsupported(Missing::Name(name));
            }
        }
        let claimed = numbers(claim);
        let stands = |number: &&String| {
            let said = |passage: &Passage| passage.numbers.contains(*number);
            !self.passages.iter().any(said)
        };
        if let Some(number) = claimed.iter().find(stands) {
            return Verdict::Unsupported(Missing::Number(number.clone()));
        }
        let wanted = terms(claim);
        if wanted.is_empty() {
            return Verdict::Unsupported(Missing::Words);
        }
        let (share, place) = self.best(&wanted, &claimed);
        let missing = |number: &&String| {
            let near = self.passages.get(place.clone()).unwrap_or_default();
            !near.iter().any(|passage| passage.numbers.contains(*number))
        };
        if share < LEAST_SHARE {
            Verdict::Unsupported(Missing::Words)
        } else if let Some(number) = claimed.iter().find(missing) {
            Verdict::Unsupported(Missing::Number(number.clone()))
        } else {
            Verdict::Supported(place)
        }
    }

    /// The fewest passages that hold most of the terms and numbers, and which share of the terms.
    fn best(&self, wanted: &BTreeSet<String>, claimed: &BTreeSet<String>) -> (f32, Range<usize>) {
        let mut best = (0.0, 0.0, 0..0);
        for length in 1..=MOST_PASSAGES {
            for from in 0..(self.passages.len() + 1).saturating_sub(length) {
                let place = from..from + length;
                let near = &self.passages[place.clone()];
                let found = |term: &&String| near.iter().any(|one| one.terms.contains(*term));
                let told = |number: &&String| near.iter().any(|one| one.numbers.contains(*number));
                let share = wanted.iter().filter(found).count() as f32 / wanted.len() as f32;
                let numbers = claimed.iter().filter(told).count() as f32;
                // More passages must bring more than a word by chance.
                let worth = share + numbers - 0.1 * (length - 1) as f32;
                if worth > best.0 {
                    best = (worth, share, place);
                }
            }
        }
        (best.1, best.2)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn talk() -> Source {
        Source::new([
            "Good morning everyone, the bus leaves at half past nine.",
            "Tom will bring the projector on Friday.",
            "The budget for the summer concert is four hundred pounds.",
            "大家好，今天我们讨论读书会的安排。",
            "王老师负责买水果，小李负责打印通知。",
            "春游定在四月十二号，费用每人三十元。",
        ])
    }

    #[test]
    fn what_was_said_is_found_where_it_was_said() {
        for (claim, place) in [
            ("Tom brings the projector on Friday", 1..2),
            ("The concert's budget is 400 pounds.", 2..3),
            ("The bus leaves at 9:30", 0..1),
            ("王老师：买水果", 4..5),
            ("春游定在4月12号，每人30元", 5..6),
            (
                "Tom brings the projector; the concert has a budget of four hundred pounds",
                1..3,
            ),
        ] {
            assert_eq!(talk().check(claim), Verdict::Supported(place), "{claim}");
        }
    }

    #[test]
    fn names_numbers_and_words_that_nobody_said_are_missing() {
        let name = |name: &str| Verdict::Unsupported(Missing::Name(name.to_owned()));
        let number = |number: &str| Verdict::Unsupported(Missing::Number(number.to_owned()));
        for (claim, verdict) in [
            ("Anna brings the projector on Friday", name("Anna")),
            ("Tom and Peter bring the projector", name("Peter")),
            ("张三负责买水果", name("张三")),
            ("The budget for the concert is 500 pounds", number("500")),
            ("Tom brings 12 projectors on Friday", number("12")),
            ("春游定在五月十二号", number("5")),
            (
                "The school will buy new computers next year",
                Verdict::Unsupported(Missing::Words),
            ),
            ("大家要阅读三本关于历史的小说", number("3")),
            (
                "同学们要提交作业和报告",
                Verdict::Unsupported(Missing::Words),
            ),
            ("", Verdict::Unsupported(Missing::Words)),
        ] {
            assert_eq!(talk().check(claim), verdict, "{claim}");
        }
        assert_eq!(Source::new([]).check("Tom: tea"), name("Tom"));
    }
}
