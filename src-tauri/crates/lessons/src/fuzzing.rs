//! A way into the parser of strangers' lessons, as `quartet_studio::fuzzing`.

#![expect(
    clippy::missing_panics_doc,
    reason = "a panic is how a target says that it found something"
)]

use crate::{check::check_text, lesson::Lesson};

/// A `lesson.toml`: what is accepted of it is accepted again, and what is refused is refused with lines.
pub fn lesson(input: &[u8]) {
    let Ok(text) = std::str::from_utf8(input) else {
        return;
    };
    let checked = check_text(text, None);
    let lines = text.lines().count() as u32 + 1;
    for finding in &checked.findings {
        assert!((1..=lines).contains(&finding.line), "{finding:?}");
        let words = finding.problem.words();
        assert!(!words.en.is_empty() && !words.zh.is_empty());
    }
    assert_eq!(checked.lesson.is_none(), !checked.findings.is_empty());
    if let Some(lesson) = checked.lesson {
        let Ok(written) = serde_json::to_value(&lesson) else {
            panic!("a lesson can be written");
        };
        let read: Result<Lesson, _> = serde_json::from_value(written);
        assert_eq!(read.ok(), Some(lesson));
    }
}

#[cfg(test)]
mod tests {
    use std::{fs, path::Path};

    use super::*;

    #[test]
    fn lessons_that_fuzzing_made() {
        let corpus = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../fuzz/corpus/lesson");
        let mut count = 0;
        for entry in fs::read_dir(corpus).unwrap() {
            lesson(&fs::read(entry.unwrap().path()).unwrap());
            count += 1;
        }
        assert!(count > 0);
    }
}
