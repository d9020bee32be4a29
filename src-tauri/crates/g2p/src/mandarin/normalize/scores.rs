//! Scores of matches, `21-19`: what is a range elsewhere is none in a sentence about a match.

use fancy_regex::Error;

use super::{super::numbers::number, rules::MEASURED};
use crate::{
    normalized_text::NormalizedText,
    rule::{Found, Rule},
};

/// What a sentence about a match has.
const MATCH: [&str; 29] = [
    "比赛",
    "决赛",
    "小组赛",
    "预赛",
    "联赛",
    "淘汰赛",
    "友谊赛",
    "球赛",
    "赛果",
    "比分",
    "局分",
    "羽毛球",
    "乒乓球",
    "排球",
    "网球",
    "篮球",
    "足球",
    "女排",
    "男排",
    "国乒",
    "女足",
    "男足",
    "一局",
    "二局",
    "三局",
    "首局",
    "一盘",
    "二盘",
    "夺冠",
];

/// A number has these behind it where it counts something.
const COUNTS: &str = "%|年|月|日|号|分|度|队|级|班|楼|层|页|支|轮|米|点|时|[A-Za-z]|°|℃";

#[derive(Debug)]
pub(super) struct Scores(Rule);

impl Scores {
    pub(super) fn new() -> Result<Self, Error> {
        let pattern = format!(
            r"(?<![\d:：.\-第/])(\d{{1,3}})\s?([:：\-])\s?(\d{{1,3}})(?![\d:：.\-/]|\s?(?:{MEASURED}|{COUNTS}))"
        );
        Ok(Self(Rule::new(&pattern)?))
    }

    pub(super) fn apply(&self, text: &mut NormalizedText) {
        if MATCH.iter().any(|word| text.text().contains(word)) {
            self.0.apply_within(text, score);
        }
    }
}

/// With a colon it may be a time of day too: `比赛14:30开始`.
fn score(found: &Found<'_>) -> Option<String> {
    let (first, second) = (found.group(1), found.group(3));
    let timed = second.len() == 2
        && second.parse::<u32>().is_ok_and(|minute| minute < 60)
        && first.parse::<u32>().is_ok_and(|hour| hour < 25);
    let sure = found.group(2) == "-" || !timed || follows_score(found.before());
    sure.then(|| format!("{}比{}", number(first), number(second)))
}

/// Whether a round or another score stands directly before.
fn follows_score(before: &str) -> bool {
    let before = before.trim_end();
    if ["局", "盘", "节", "结果", "比分", "结果是", "结果为"]
        .iter()
        .any(|word| before.ends_with(word))
    {
        return true;
    }
    let separators = |c: char| "，、,；; 和".contains(c);
    let behind = before.trim_end_matches(separators);
    let digits = behind.trim_end_matches(|c: char| c.is_ascii_digit());
    behind.len() < before.len() && digits.len() < behind.len() && digits.ends_with('-')
}
