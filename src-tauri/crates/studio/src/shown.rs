//! Words of strangers as people may be shown them: names of models, of files, of works.
//!
//! A name may hold what moves a terminal's cursor, what turns the direction of the text around it, what
//! is not seen at all, or a book.

/// Of a name.
pub(crate) const NAME: usize = 120;
/// Of a sentence or a few.
pub(crate) const SENTENCES: usize = 600;

/// Whether a character acts on what is around it: controls (tabs and line breaks too), separators of
/// lines, embeddings, overrides and isolates of direction.
fn acts(character: char) -> bool {
    character.is_control()
        || matches!(
            character,
            '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{206f}' | '\u{fff9}'..='\u{fffb}'
        )
}

/// Whether nobody sees a character, and it does not join letters or emoji either.
fn is_invisible(character: char) -> bool {
    matches!(
        character,
        '\u{ad}'
            | '\u{61c}'
            | '\u{180e}'
            | '\u{200b}'
            | '\u{200e}'..='\u{200f}'
            | '\u{2060}'..='\u{2065}'
            | '\u{feff}'
            | '\u{e0000}'..='\u{e007f}'
    )
}

/// One line of at most `most` characters, all of them to be seen.
pub fn one_line(text: &str, most: usize) -> String {
    let mut line = String::new();
    let mut count = 0;
    let mut gap = false;
    for character in text.chars() {
        if character.is_whitespace() {
            gap = !line.is_empty();
            continue;
        }
        if acts(character) || is_invisible(character) {
            continue;
        }
        if count + usize::from(gap) + 1 > most {
            line.push('\u{2026}');
            break;
        }
        if std::mem::take(&mut gap) {
            line.push(' ');
            count += 1;
        }
        line.push(character);
        count += 1;
    }
    line
}

/// A text with what would act on a terminal written out: `\u{1b}`. Line breaks and tabs stay.
pub fn escaped(text: &str) -> String {
    escape_with(text, |character, out| {
        use std::fmt::Write as _;
        // Writing to a String cannot fail.
        let _ = write!(out, "{}", character.escape_unicode());
    })
}

/// A JSON document with what would act on a terminal as `\u001b`: the same document.
pub fn escaped_json(json: &str) -> String {
    escape_with(json, |character, out| {
        use std::fmt::Write as _;
        for unit in character.encode_utf16(&mut [0; 2]) {
            let _ = write!(out, "\\u{unit:04x}");
        }
    })
}

fn escape_with(text: &str, escape: impl Fn(char, &mut String)) -> String {
    let mut out = String::with_capacity(text.len());
    for character in text.chars() {
        if acts(character) && !matches!(character, '\n' | '\t') {
            escape(character, &mut out);
        } else {
            out.push(character);
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_become_one_line_without_what_acts_on_others() {
        assert_eq!(one_line("a\u{1b}[31mb\u{7}", 99), "a[31mb");
        assert_eq!(one_line("fdp\u{202e}exe.\u{2066}x", 99), "fdpexe.x");
        assert_eq!(
            one_line("  two\r\nlines\u{2028}and\tmore ", 99),
            "two lines and more"
        );
        assert_eq!(one_line("\u{200b}\u{feff}\u{e0041}", 99), "");
        // What joins letters and emoji is part of them.
        assert_eq!(
            one_line("\u{1f469}\u{200d}\u{1f52c} می\u{200c}خواهم", 99)
                .chars()
                .count(),
            12
        );
        assert_eq!(one_line("模型 一", 99), "模型 一");
        assert_eq!(one_line(&"x".repeat(4_000_000), 5), "xxxxx\u{2026}");
        assert_eq!(one_line("abc de", 4), "abc\u{2026}");
    }

    #[test]
    fn what_is_printed_does_not_act_on_a_terminal() {
        assert_eq!(
            escaped("a\u{1b}]0;x\u{7}\u{9b}2J\n\tb\u{202e}"),
            "a\\u{1b}]0;x\\u{7}\\u{9b}2J\n\tb\\u{202e}"
        );
        let hostile = "\u{9b}2J \u{202e} \u{2069} \u{7f}";
        let json = serde_json::to_string(hostile).unwrap();
        let escaped = escaped_json(&json);
        assert!(escaped.is_ascii(), "{escaped}");
        assert_eq!(serde_json::from_str::<String>(&escaped).unwrap(), hostile);
    }
}
