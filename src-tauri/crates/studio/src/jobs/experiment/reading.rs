//! What is read in an answer: words, questions, whether it is right.

use crate::grounding::is_chinese;

/// Words in lower case and in their order; of Chinese, characters. `1,200` and `3.5` are one word each.
pub(super) fn words(text: &str) -> Vec<String> {
    let mut words = Vec::new();
    let mut word = String::new();
    let characters: Vec<char> = text.chars().chain([' ']).collect();
    for (at, &c) in characters.iter().enumerate() {
        let next = characters.get(at + 1).copied().unwrap_or(' ');
        let joins = match c {
            '\'' | '’' | '-' => !word.is_empty() && next.is_alphanumeric() && !is_chinese(next),
            '.' | ',' => {
                word.ends_with(|last: char| last.is_ascii_digit()) && next.is_ascii_digit()
            }
            _ => c.is_alphanumeric() && !is_chinese(c),
        };
        if joins {
            word.extend(c.to_lowercase());
            continue;
        }
        if !word.is_empty() {
            words.push(std::mem::take(&mut word));
        }
        if is_chinese(c) {
            words.push(c.to_string());
        }
    }
    words
}

/// Whether one of the accepted answers stands in it, in whole words; numbers are held against each other as
/// numbers.
pub(super) fn is_right(answer: &str, accepted: &[String]) -> bool {
    let said = words(answer);
    accepted.iter().any(|right| {
        let right = words(right);
        !right.is_empty()
            && said.windows(right.len()).any(|run| {
                run.iter()
                    .zip(&right)
                    .all(|(one, other)| one == other || equal_numbers(one, other))
            })
    })
}

fn equal_numbers(one: &str, other: &str) -> bool {
    let number = |word: &str| word.replace(',', "").parse::<f64>().ok();
    number(one).is_some_and(|value| number(other) == Some(value))
}

/// Whether it asks its reader: a question outside of quotation marks that is not the prompt's own, said again.
pub(super) fn asks(answer: &str, prompt: &str) -> bool {
    let asked = words(prompt);
    let mut quoted = false;
    let mut sentence = String::new();
    for c in answer.chars() {
        match c {
            '“' | '「' => quoted = true,
            '”' | '」' => quoted = false,
            '"' => quoted = !quoted,
            '?' | '？' if !quoted => {
                let question = words(&sentence);
                if !question.is_empty() && !asked.windows(question.len()).any(|run| run == question)
                {
                    return true;
                }
                sentence.clear();
            }
            '.' | '!' | '。' | '！' | '\n' => sentence.clear(),
            _ => sentence.push(c),
        }
    }
    false
}

/// The share of its runs of three words that stand in it more than once.
pub(super) fn repeated(words: &[String]) -> f32 {
    let runs: Vec<&[String]> = words.windows(3).collect();
    let again = runs
        .iter()
        .filter(|run| runs.iter().filter(|other| other == run).count() > 1)
        .count();
    again as f32 / runs.len().max(1) as f32
}

#[cfg(test)]
mod tests {
    use super::*;

    fn right(answer: &str, accepted: &[&str]) -> bool {
        let accepted: Vec<_> = accepted.iter().map(|&one| one.to_owned()).collect();
        is_right(answer, &accepted)
    }

    #[test]
    fn words_are_counted_in_both_languages() {
        assert_eq!(
            words("Don't stop: 1,200 well-known birds."),
            ["don't", "stop", "1,200", "well-known", "birds"]
        );
        assert_eq!(words("猫坐在 mat 上。"), ["猫", "坐", "在", "mat", "上"]);
        assert!(words(" … — ").is_empty());
    }

    #[test]
    fn an_answer_is_right_in_whole_words() {
        assert!(right("It is Paris, of course.", &["paris"]));
        assert!(!right("The comparison fails.", &["paris"]));
        assert!(right("法国的首都是巴黎。", &["巴黎"]));
        assert!(right("about 8,848 metres", &["8848"]));
        assert!(right("The sum is 68.0", &["68"]));
        assert!(!right("168", &["68"]));
        assert!(right("the Nile River", &["Amazon", "Nile river"]));
        assert!(!right("anything", &[]));
        assert!(!right("anything", &["…"]));
    }

    #[test]
    fn asking_back_is_a_question_of_its_own() {
        let prompt = "Can you book it for me?";
        assert!(asks("Sure! Which day do you mean?", prompt));
        assert!(asks("请问你想订哪一天？", prompt));
        assert!(!asks("“Can you book it?” is a question.", prompt));
        assert!(!asks("Can you book it for me? Yes.", prompt));
        assert!(!asks("It is booked.", prompt));
    }

    #[test]
    fn phrases_that_come_again_are_counted() {
        let of = |text| repeated(&words(text));
        assert!(of("a b c d e f").abs() < f32::EPSILON);
        assert!((of("a b c a b c") - 0.5).abs() < 1e-6);
        assert!(of("a").abs() < f32::EPSILON);
    }
}
