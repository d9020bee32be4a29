//! The words of a text in their order, for telling whether a line is a sentence made shorter.

use super::terms::is_chinese;

/// Without these a line says the same: articles, and what leads from one sentence to the next.
const EMPTY: &str = " a an the that 的 ";
const LEADING: &str =
    " okay ok well then so also now yes and but hello hi everyone please 好 嗯 那 ";
/// What need not stand in the present: "Tom brings" for "Tom will bring".
const FUTURE: [&[&str]; 3] = [&["will"], &["shall"], &["将"]];
/// Nor this in a list of tasks, "Tom: the tea".
const DUTIES: [&[&str]; 9] = [
    &["is", "responsible", "for"],
    &["are", "responsible", "for"],
    &["needs", "to"],
    &["need", "to"],
    &["has", "to"],
    &["have", "to"],
    &["must"],
    &["负", "责"],
    &["要"],
];
/// In words; a line is not longer.
const LONGEST: usize = 200;
/// "Nobody has to come" is not "nobody comes".
const NEGATIONS: &str =
    " not no never none nobody nothing neither nor without hardly 不 没 别 未 无 非 勿 ";

/// Words in lower case, Chinese characters and numbers one by one: `don't` is two, `I'll` too.
pub(super) fn words(text: &str) -> Vec<String> {
    let mut words: Vec<String> = Vec::new();
    let mut word = String::new();
    let characters: Vec<char> = text.chars().chain(Some(' ')).collect();
    for (at, &c) in characters.iter().enumerate() {
        let next = characters.get(at + 1);
        let apostrophe = matches!(c, '\'' | '’') && next.is_some_and(|next| next.is_alphanumeric());
        // 9:30, 1,200 and 3.5 are one number each.
        let within_number = ".,:".contains(c)
            && word.ends_with(|last: char| last.is_ascii_digit())
            && next.is_some_and(char::is_ascii_digit);
        if is_chinese(c)
            || !(c.is_alphanumeric() || apostrophe || within_number || "$€£¥%".contains(c))
        {
            spell(&word, &mut words);
            word.clear();
            words.extend(is_chinese(c).then(|| c.to_string()));
        } else {
            word.extend(c.to_lowercase());
        }
    }
    words
}

/// Adds a word, contractions written out.
fn spell(word: &str, words: &mut Vec<String>) {
    let word = word.replace('’', "'");
    let (stem, rest) = match word.as_str() {
        "" => return,
        "can't" | "cannot" => ("can", "not"),
        "won't" => ("will", "not"),
        other => match other.rsplit_once('\'') {
            Some((stem, "t")) => (stem.strip_suffix('n').unwrap_or(stem), "not"),
            Some((stem, "ll")) => (stem, "will"),
            Some((stem, "ve")) => (stem, "have"),
            Some((stem, "re")) => (stem, "are"),
            Some((stem, "m")) => (stem, "am"),
            Some((stem, rest)) => (stem, rest),
            None => (other, ""),
        },
    };
    let parts = [stem, rest].into_iter().filter(|part| !part.is_empty());
    words.extend(parts.map(str::to_owned));
}

/// Whether `claim` says `said` in its own words and their order, and leaves nothing out but what is empty: who,
/// what, when, how much, under which condition and each "not" stay where they are.
pub(super) fn is_shortened(claim: &str, said: &str) -> bool {
    let is_list = claim.contains([':', '：']);
    let asks = said.contains(['?', '？']);
    let (claim, said) = (content(claim), content(said));
    let bars = asks || said.iter().any(|word| is_in(NEGATIONS, word));
    let duties = DUTIES.iter().take(if is_list { DUTIES.len() } else { 0 });
    let leave: Vec<&[&str]> = FUTURE.iter().chain(duties).copied().collect();
    (1..=LONGEST).contains(&claim.len()) && follows(&claim, &said, if bars { &[] } else { &leave })
}

fn is_in(list: &str, word: &str) -> bool {
    list.contains(&format!(" {word} "))
}

fn content(text: &str) -> Vec<String> {
    let words = words(text).into_iter();
    let rest = words.skip_while(|word| is_in(LEADING, word));
    rest.filter(|word| !is_in(EMPTY, word)).collect()
}

/// Whether the one is the other, word by word, but for what it may `leave` out.
fn follows(claim: &[String], said: &[String], leave: &[&[&str]]) -> bool {
    match (claim.split_first(), said.split_first()) {
        (None, None) => true,
        (Some((first, claim_rest)), Some((second, said_rest))) if first == second => {
            follows(claim_rest, said_rest, leave)
        }
        (Some(_), Some(_)) => leave.iter().any(|left| {
            let begins = said
                .iter()
                .map(String::as_str)
                .take(left.len())
                .eq(left.iter().copied());
            begins && {
                let rest = &said[left.len()..];
                follows(claim, rest, leave) || inflected(claim, rest, leave)
            }
        }),
        _ => false,
    }
}

/// "brings" for "will bring"
fn inflected(claim: &[String], said: &[String], leave: &[&[&str]]) -> bool {
    let (Some((first, claim)), Some((second, said))) = (claim.split_first(), said.split_first())
    else {
        return false;
    };
    let stem = second.strip_suffix('y').unwrap_or(second);
    let forms = [
        format!("{second}s"),
        format!("{second}es"),
        format!("{stem}ies"),
    ];
    forms.contains(first) && follows(claim, said, leave)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_may_leave_out_what_is_empty() {
        for (claim, said) in [
            (
                "Tom brings the projector on Friday",
                "Okay, so Tom will bring the projector on Friday.",
            ),
            (
                "Emma: call the supplier in Leeds",
                "Emma must call the supplier in Leeds.",
            ),
            (
                "Mr. Green: the lights",
                "Mr. Green is responsible for the lights.",
            ),
            ("We don't meet at 9:30.", "And we do not meet at 9:30"),
            ("王老师：买水果", "王老师负责买水果。"),
            ("I will test it", "I'll test it."),
        ] {
            assert!(is_shortened(claim, said), "{claim} / {said}");
        }
    }

    #[test]
    fn a_line_that_turns_mixes_drops_or_adds_says_something_else() {
        for (claim, said) in [
            (
                "Anna asked Tom to bring balls",
                "Tom asked Anna to bring balls.",
            ),
            (
                "Tom prints the notices",
                "Tom will bring tea and Anna will print the notices.",
            ),
            ("We decided on the date", "We have not decided on the date."),
            (
                "We will buy the tables",
                "We will buy the tables if the budget allows.",
            ),
            (
                "We should move to Friday",
                "Kevin thinks we should move to Friday.",
            ),
            ("The library is closed", "The library is closed on Monday."),
            (
                "The library was closed on Monday",
                "The library is closed on Monday.",
            ),
            ("Tom printed the notices", "Tom will print the notices."),
            (
                "The committee requested that all bring water",
                "Please bring water.",
            ),
            ("The tickets cost 8 pounds", "The tickets cost 7 pounds."),
            (
                "Tom brings the projector",
                "Tom will not bring the projector.",
            ),
            ("春游取消", "如果下雨，春游取消。"),
            ("张敏告诉刘强工具在仓库里", "刘强告诉张敏工具在仓库里。"),
            ("同意买新书", "不同意买新书。"),
            ("Nobody comes on Monday", "Nobody has to come on Monday."),
            ("Peter writes a report", "Peter has to write a report."),
            ("Match was lost", "First match was lost."),
            ("", "Tom will bring tea."),
        ] {
            assert!(!is_shortened(claim, said), "{claim} / {said}");
        }
    }

    #[test]
    fn words_keep_numbers_whole_and_contractions_apart() {
        assert_eq!(
            words("I can't pay $1,200 at 9:30. 我们走！"),
            [
                "i", "can", "not", "pay", "$1,200", "at", "9:30", "我", "们", "走"
            ]
        );
    }
}
