//! A way into the parser of strangers' kiosk files, as `quartet_lessons::fuzzing`.

#![expect(
    clippy::missing_panics_doc,
    reason = "a panic is how a target says that it found something"
)]

use crate::{check::check_text, format::written};

/// A `kiosk.toml`: what is accepted of it is accepted again as it is written, and what is refused is refused with
/// lines.
pub fn kiosk(input: &[u8]) {
    let Ok(text) = std::str::from_utf8(input) else {
        return;
    };
    let checked = check_text(text, &crate::Here::default());
    let lines = text.lines().count() as u32 + 1;
    for finding in &checked.findings {
        assert!((1..=lines).contains(&finding.line), "{finding:?}");
        let words = finding.problem.words();
        assert!(!words.en.is_empty() && !words.zh.is_empty());
    }
    assert_eq!(checked.kiosk.is_none(), !checked.findings.is_empty());
    if let Some(kiosk) = checked.kiosk {
        let Ok(text) = written(&kiosk) else {
            panic!("a kiosk can be written");
        };
        let again = check_text(&text, &crate::Here::default());
        assert_eq!(again.kiosk, Some(kiosk));
    }
}

#[cfg(test)]
mod tests {
    use std::{fs, path::Path};

    use super::*;

    #[test]
    fn files_that_fuzzing_made() {
        let corpus = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../fuzz/corpus/kiosk");
        let mut count = 0;
        for entry in fs::read_dir(corpus).unwrap() {
            kiosk(&fs::read(entry.unwrap().path()).unwrap());
            count += 1;
        }
        assert!(count > 0);
    }
}
