//! Whether what was written is in what it was written from: each claim is looked for in the passages of
//! the source.
//!
//! A small model turns sentences round, mixes two into one, and says who asked for what where nobody did, all in
//! words that were said. So a claim stands only where it is one passage in its own words and their order, with
//! nothing left out that carries sense. Where it is less, the passages that it is most likely about are named:
//! they can stand in its place.

mod numbers;
mod terms;
mod words;

use std::collections::BTreeSet;

use numbers::numbers;
pub(crate) use terms::is_chinese;
use terms::terms;
use words::is_shortened;

/// So much of a claim's words, or of what of them is not found yet, must be in a passage that it is about.
const LEAST_SHARE: f32 = 0.5;
/// A word by chance is in any passage.
const LEAST_TERMS: usize = 2;
/// Of a claim that puts several passages into one.
const MOST_PASSAGES: usize = 3;

/// What claims are held against, in passages: sentences of a talk, paragraphs of a document.
#[derive(Debug, Clone, PartialEq)]
pub struct Source {
    passages: Vec<Passage>,
}

#[derive(Debug, Clone, PartialEq)]
struct Passage {
    text: String,
    /// Its words, and its numbers as digits.
    terms: BTreeSet<String>,
}

/// What became of a claim.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verdict {
    /// This passage says so.
    Said(usize),
    /// It is about these passages, the likeliest first, but no passage says just that.
    Near(Vec<usize>),
    /// Nothing of the kind is in the source.
    Unsupported,
}

impl Source {
    pub fn new<'a>(passages: impl IntoIterator<Item = &'a str>) -> Self {
        let passage = |text: &str| Passage {
            text: text.to_owned(),
            terms: marks(text),
        };
        Self {
            passages: passages.into_iter().map(passage).collect(),
        }
    }

    /// Looks for one claim, a line or a sentence.
    pub fn check(&self, claim: &str) -> Verdict {
        let says = |passage: &Passage| is_shortened(claim, &passage.text);
        if let Some(place) = self.passages.iter().position(says) {
            return Verdict::Said(place);
        }
        let near = self.near(claim);
        if near.is_empty() {
            Verdict::Unsupported
        } else {
            Verdict::Near(near)
        }
    }

    /// How many of a passage's words carry sense.
    pub fn weight(&self, place: usize) -> usize {
        self.passages
            .get(place)
            .map_or(0, |passage| passage.terms.len())
    }

    /// How much a passage shares with all others: of each its share of the shorter one's words, added up.
    pub fn kinship(&self, place: usize) -> f32 {
        let Some(Passage { terms, .. }) = self.passages.get(place) else {
            return 0.0;
        };
        let shares = self.passages.iter().map(|other| {
            let shared = terms.intersection(&other.terms).count();
            shared as f32 / terms.len().min(other.terms.len()).max(1) as f32
        });
        shares.sum()
    }

    /// Passages that together hold most of the claim's words, each of them what the ones before do not.
    fn near(&self, claim: &str) -> Vec<usize> {
        let mut wanted = marks(claim);
        let mut near = Vec::new();
        while near.len() < MOST_PASSAGES {
            let shared = |place: &usize| self.passages[*place].terms.intersection(&wanted).count();
            // Of several the first.
            let best = (0..self.passages.len()).rev().max_by_key(shared);
            let Some(best) = best.filter(|best| {
                let count = shared(best);
                count >= LEAST_TERMS.min(wanted.len()).max(1)
                    && count as f32 >= LEAST_SHARE * wanted.len() as f32
            }) else {
                break;
            };
            near.push(best);
            wanted.retain(|term| !self.passages[best].terms.contains(term));
        }
        near
    }
}

/// Whether a text says how much, how many or when.
pub fn has_numbers(text: &str) -> bool {
    !numbers(text).is_empty()
}

fn marks(text: &str) -> BTreeSet<String> {
    terms(text).into_iter().chain(numbers(text)).collect()
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
            "王老师负责买水果。",
            "春游定在四月十二号，费用每人三十元。",
            "Please bring your own water bottle.",
        ])
    }

    #[test]
    fn what_a_passage_says_is_said() {
        for (claim, place) in [
            ("Tom brings the projector on Friday", 1),
            (
                "The budget for the summer concert is four hundred pounds",
                2,
            ),
            ("王老师：买水果", 4),
        ] {
            assert_eq!(talk().check(claim), Verdict::Said(place), "{claim}");
        }
    }

    #[test]
    fn what_is_put_otherwise_is_near_what_was_said() {
        for (claim, places) in [
            ("The concert's budget is 400 pounds.", &[2][..]),
            ("The bus leaves at 9:30", &[0]),
            ("Anna brings the projector on Friday", &[1]),
            (
                "The committee requested that all attendees bring a water bottle",
                &[6],
            ),
            ("春游定在4月12号，每人30元", &[5]),
            (
                "Tom brings the projector; the concert has a budget of four hundred pounds",
                &[2, 1],
            ),
        ] {
            assert_eq!(
                talk().check(claim),
                Verdict::Near(places.to_vec()),
                "{claim}"
            );
        }
    }

    #[test]
    fn what_nobody_said_is_unsupported() {
        for claim in [
            "The school will buy new computers next year",
            "大家要阅读三本关于历史的小说",
            "同学们要提交作业和报告",
            "The committee thanks all attendees",
            "",
        ] {
            assert_eq!(talk().check(claim), Verdict::Unsupported, "{claim}");
        }
        assert_eq!(Source::new([]).check("Tom: tea"), Verdict::Unsupported);
    }

    #[test]
    fn passages_about_one_thing_are_kin_and_greetings_weigh_little() {
        let source = Source::new([
            "Hello there.",
            "The bus leaves early.",
            "The bus is red.",
            "Tea is hot.",
        ]);
        assert!(source.kinship(1) > source.kinship(3));
        assert!(source.weight(0) < source.weight(1));
        assert_eq!(source.weight(9), 0);
    }
}
