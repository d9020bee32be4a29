//! Words that people read: plain, but for `**bold**`.

use crate::problem::Problem;

/// What is wrong with a text that people read.
pub fn problems(text: &str, field: &str) -> Vec<Problem> {
    let field = || field.to_owned();
    let tag = tag(text).map(|tag| Problem::Html {
        field: field(),
        tag: tag.to_owned(),
    });
    let bold = (text.matches("**").count() % 2 == 1).then(|| Problem::Bold { field: field() });
    tag.into_iter().chain(bold).collect()
}

/// A character of any text that acts on what is around it; line breaks and tabs do not.
pub fn control(text: &str, field: &str) -> Option<Problem> {
    if quartet_studio::escaped(text) == text {
        return None;
    }
    let acts = |c: &char| quartet_studio::escaped(c.encode_utf8(&mut [0; 4])) != c.to_string();
    let code = text.chars().find(acts).map_or(0, u32::from);
    let field = field.to_owned();
    Some(Problem::Control { field, code })
}

/// The first tag: `<b>`, `</p>`, `<!-- -->`, `<img src=x>`; `a < b` is none.
fn tag(text: &str) -> Option<&str> {
    let mut from = 0;
    while let Some(found) = text[from..].find('<') {
        let start = from + found;
        let rest = &text[start + 1..];
        let name = rest.strip_prefix('/').unwrap_or(rest);
        if name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '!')
            && let Some(end) = rest.find('>')
        {
            return Some(&text[start..start + end + 2]);
        }
        from = start + 1;
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tags_are_found_and_comparisons_are_none() {
        for (text, found) in [
            ("a <b>bold</b> word", Some("<b>")),
            ("x</p>", Some("</p>")),
            (
                "<img src=x onerror=alert(1)>",
                Some("<img src=x onerror=alert(1)>"),
            ),
            ("<!-- no -->", Some("<!-- no -->")),
            ("< < <i>", Some("<i>")),
            ("1 < 2 and 3 > 2", None),
            ("温度 <0.5 时 >", None),
            ("a <b", None),
        ] {
            assert_eq!(tag(text), found, "{text}");
        }
    }

    #[test]
    fn bold_is_closed_and_nothing_acts_on_what_is_around_it() {
        assert!(problems("a **b** c", "say").is_empty());
        assert_eq!(problems("a **b c", "say").len(), 1);
        assert!(control("a\tb\n中文", "say").is_none());
        for (text, code) in [("a\u{7}", 7), ("中\u{202e}", 0x202e), ("\u{1b}[31m", 0x1b)] {
            let field = "say".to_owned();
            assert_eq!(control(text, "say"), Some(Problem::Control { field, code }));
        }
    }
}
