//! Prompts with weights: `a (red:1.3) apple` minds "red" 1.3 times as much.
//!
//! Only parentheses that end in a colon and a number weigh; all others are text. They nest, and
//! the weights multiply. `\(` and `\)` are parentheses that never weigh.

/// Beyond these a word drowns the others or is as good as absent.
const WEIGHTS: std::ops::RangeInclusive<f32> = 0.0..=4.0;

/// Some text of a prompt that is minded alike.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Span {
    pub(super) text: String,
    pub(super) weight: f32,
}

/// The prompt's spans in order; all of the text in one where nothing is weighted.
pub(super) fn spans(prompt: &str) -> Vec<Span> {
    let mut spans = Vec::new();
    read(prompt, 1.0, &mut spans);
    let mut joined: Vec<Span> = Vec::new();
    for span in spans {
        match joined.last_mut() {
            Some(last) if (last.weight - span.weight).abs() < 1e-6 => {
                last.text.push_str(&span.text);
            }
            _ => joined.push(span),
        }
    }
    joined
}

fn read(text: &str, weight: f32, spans: &mut Vec<Span>) {
    let mut plain = String::new();
    let mut rest = text;
    while let Some(character) = rest.chars().next() {
        if let Some(escaped) = rest.strip_prefix('\\')
            && escaped.starts_with(['(', ')'])
        {
            plain.push_str(&escaped[..1]);
            rest = &escaped[1..];
            continue;
        }
        if character == '('
            && let Some((inside, factor, after)) = weighted(&rest[1..])
        {
            push(&mut plain, weight, spans);
            read(inside, weight * factor, spans);
            rest = after;
            continue;
        }
        plain.push(character);
        rest = &rest[character.len_utf8()..];
    }
    push(&mut plain, weight, spans);
}

fn push(plain: &mut String, weight: f32, spans: &mut Vec<Span>) {
    if !plain.is_empty() {
        let text = std::mem::take(plain);
        spans.push(Span { text, weight });
    }
}

/// What follows an opening parenthesis, up to its own closing one, if it ends in a weight: the
/// text inside, the weight, and the text after.
fn weighted(text: &str) -> Option<(&str, f32, &str)> {
    let mut depth = 0_usize;
    let mut escaped = false;
    for (at, character) in text.char_indices() {
        match character {
            _ if escaped => {}
            '(' => depth += 1,
            ')' if depth > 0 => depth -= 1,
            ')' => {
                let (inside, number) = text[..at].rsplit_once(':')?;
                let weight: f32 = number.trim().parse().ok()?;
                let usable = WEIGHTS.contains(&weight) && !inside.is_empty();
                return usable.then_some((inside, weight, &text[at + 1..]));
            }
            _ => {}
        }
        escaped = character == '\\' && !escaped;
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(prompt: &str) -> Vec<(String, f32)> {
        let spans = spans(prompt).into_iter();
        spans.map(|span| (span.text, span.weight)).collect()
    }

    fn one(text: &str) -> Vec<(String, f32)> {
        vec![(text.to_owned(), 1.0)]
    }

    #[test]
    fn weights_are_read_and_nest() {
        assert_eq!(
            parsed("a (red:1.5) apple"),
            [
                ("a ".into(), 1.0),
                ("red".into(), 1.5),
                (" apple".into(), 1.0)
            ]
        );
        assert_eq!(
            parsed("(big (red:2) apple:0.5)"),
            [
                ("big ".into(), 0.5),
                ("red".into(), 1.0),
                (" apple".into(), 0.5)
            ]
        );
        assert_eq!(parsed("(红苹果:1.2)"), [("红苹果".into(), 1.2)]);
    }

    #[test]
    fn parentheses_without_a_weight_are_text() {
        for prompt in [
            "a (nice) cat",
            "f(x",
            "a) b",
            "(x:)",
            "(:1.2)",
            "(ratio a:b)",
            "(x:99)",
        ] {
            assert_eq!(parsed(prompt), one(prompt));
        }
        assert_eq!(parsed(r"\(x:1.2\)"), one("(x:1.2)"));
        assert!(parsed("").is_empty());
    }

    #[test]
    fn a_number_that_is_none_weighs_nothing() {
        for prompt in ["(x:nan)", "(x:inf)", "(x:-1)", "(x:1e30)"] {
            assert_eq!(parsed(prompt), one(prompt));
        }
    }

    #[test]
    fn a_thousand_open_parentheses_end_at_once() {
        let prompt = "(".repeat(1000);
        assert_eq!(parsed(&prompt), one(&prompt));
    }
}
