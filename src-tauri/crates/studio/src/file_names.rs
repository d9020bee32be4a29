//! Names for files that every system takes.

use std::{ffi::OsStr, path::Path};

/// Characters of a title; of a name without its ending; of an ending.
const TITLE: usize = 40;
const STEM: usize = 80;
const ENDING: usize = 5;

/// A title as a file's name without an ending; `otherwise` where nothing is left of it.
pub(crate) fn file_name(title: &str, otherwise: &str) -> String {
    let name = clean(title, TITLE, |c| matches!(c, ' ' | '-' | '_'));
    let name = if name.is_empty() { otherwise } else { &name };
    unreserved(name)
}

/// A file's name, which may be a whole path, as one of those; it keeps its ending.
pub fn portable_name(name: &str, otherwise: &str) -> String {
    // A page may name either system's folders.
    let name = name.rsplit(['/', '\\']).next().unwrap_or_default();
    let path = Path::new(name);
    let text = |part: Option<&OsStr>| part.unwrap_or_default().to_string_lossy().into_owned();
    let stem = clean(&text(path.file_stem()), STEM, |c| {
        matches!(c, ' ' | '-' | '_' | '.' | ',' | '(' | ')')
    });
    // A name that begins with a dot is hidden, one that ends with it loses it on Windows.
    let stem = stem.trim_matches(['.', ' ']);
    let stem = unreserved(if stem.is_empty() { otherwise } else { stem });
    let ending = clean(&text(path.extension()), ENDING, |_| false);
    if ending.is_empty() {
        stem
    } else {
        format!("{stem}.{ending}")
    }
}

fn clean(text: &str, most: usize, also: impl Fn(char) -> bool) -> String {
    let kept = text.chars().filter(|&c| c.is_alphanumeric() || also(c));
    let kept: String = kept.take(most).collect();
    kept.trim().to_owned()
}

/// A name that is not a device's on Windows, where `con.txt` and `COM1 .png` are devices too.
fn unreserved(name: &str) -> String {
    let start = name.split('.').next().unwrap_or_default().trim_end();
    let lower = start.to_ascii_lowercase();
    let numbered = ["com", "lpt"].iter().any(|device| {
        let number = lower.strip_prefix(device);
        number.is_some_and(|number| {
            matches!(number, "\u{b9}" | "\u{b2}" | "\u{b3}")
                || number.len() == 1 && number.as_bytes()[0].is_ascii_digit()
        })
    });
    let named = ["con", "prn", "aux", "nul", "conin", "conout", "clock"];
    if numbered || named.contains(&lower.as_str()) {
        let (start, rest) = name.split_at(start.len());
        return format!("{start}_{rest}");
    }
    name.to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_title_becomes_a_name_that_every_system_takes() {
        assert_eq!(file_name("a/b: \"red\" 红苹果?", "x"), "ab red 红苹果");
        assert_eq!(file_name("../..", "picture"), "picture");
        assert_eq!(file_name(&"x".repeat(99), "x").len(), 40);
    }

    #[test]
    fn names_of_devices_get_a_mark() {
        for device in [
            "con",
            "CON",
            "Prn",
            "aux",
            "nul",
            "com1",
            "LPT9",
            "com0",
            "COM\u{b9}",
        ] {
            assert_eq!(file_name(device, "x"), format!("{device}_"));
            let path = format!("{device}.tar.gz");
            assert_eq!(portable_name(&path, "x"), format!("{device}_.tar.gz"));
        }
        assert_eq!(file_name("con?", "x"), "con_");
        assert_eq!(portable_name("C:\\x\\aux .png", "x"), "aux_.png");
        for plain in ["contrast", "com", "com10", "console", "nullable", "a con"] {
            assert_eq!(file_name(plain, "x"), plain);
        }
    }

    #[test]
    fn a_suggested_name_is_a_name_and_no_path() {
        assert_eq!(portable_name("/home/ada/.bashrc", "work"), "bashrc");
        assert_eq!(portable_name("../../x.md", "work"), "x.md");
        assert_eq!(portable_name("a tune (2).mid", "work"), "a tune (2).mid");
        assert_eq!(portable_name("red\u{202e}gnp.exe", "work"), "redgnp.exe");
        assert_eq!(portable_name("", "work"), "work");
        assert_eq!(portable_name("...", "work"), "work");
        assert_eq!(portable_name("会议:录音?.m4a", "work"), "会议录音.m4a");
    }
}
