//! Ways into the parsers of untrusted files, for the targets in `fuzz/`; the tests replay what
//! fuzzing found worth keeping. A parser that is given anything must come back: no panic, no
//! endless work, no memory without bound.

#![expect(
    clippy::missing_panics_doc,
    reason = "a panic is how a target says that it found something"
)]

use jiff::civil::DateTime;
use serde_json::Value;

use super::{
    Message, Role,
    folder::TextFolder,
    template,
    tokenizer::{ControlTokens, Tokenizer},
};

/// Between the parts of an input that stands for several files.
pub const SEPARATOR: &str = "\n=====\n";

/// `config.json`, `generation_config.json` and `tokenizer_config.json`.
pub fn folder(input: &[u8]) {
    let Ok(input) = std::str::from_utf8(input) else {
        return;
    };
    let mut parts = input.split(SEPARATOR).map(serde_json::from_str::<Value>);
    let mut next = || parts.next().and_then(Result::ok).unwrap_or_default();
    let (config, generation, tokenizer_config) = (next(), next(), next());
    let described = TextFolder::described(config, &generation, &tokenizer_config);
    assert!(described.context_length > 0);
    assert!(super::sampler::check(&described.defaults).is_ok());
    template::named(&tokenizer_config);
}

/// A chat template, given a short conversation.
pub fn template(input: &[u8]) {
    let Ok(source) = std::str::from_utf8(input) else {
        return;
    };
    let token = |name: &str, token: &str| (name.to_owned(), token.to_owned());
    let tokens = [token("bos_token", "<s>"), token("eos_token", "</s>")];
    let Ok(template) = template::ChatTemplate::new(source, &tokens) else {
        return;
    };
    let message = |role, content: &str| Message {
        role,
        content: content.to_owned(),
    };
    let messages = [
        message(Role::System, "Be brief."),
        message(Role::User, "Hello, \u{4f60}\u{597d}!"),
        message(Role::Assistant, ""),
    ];
    let written = template
        .render(&messages, DateTime::constant(2026, 3, 1, 9, 15, 0, 0))
        .unwrap_or_default();
    assert!(written.len() < 64 << 20, "{} bytes", written.len());
}

/// A tokenizer.json, then texts in two scripts, and every token of a short range read back.
///
/// The library may panic, and the product then says that the file is broken: the target keeps
/// panics that are caught from ending the run.
pub fn tokenizer(input: &[u8]) {
    let Ok(mut tokenizer) = Tokenizer::from_bytes(input) else {
        return;
    };
    for text in [
        "<|im_start|>user\n The cat's 3 hats!",
        "\u{4f60}\u{597d}\u{ff0c}e\u{301}\u{200d}\u{1f469}",
    ] {
        for control in [ControlTokens::Recognised, ControlTokens::Spelled] {
            if let Ok(ids) = tokenizer.encode(text, control, true) {
                tokenizer.pieces(&ids);
                tokenizer.decode(&ids);
            }
        }
    }
    let ids: Vec<_> = (0..64).chain([u32::MAX]).collect();
    assert_eq!(tokenizer.pieces(&ids).len(), ids.len());
}

#[cfg(test)]
mod tests {
    use std::{fs, path::Path};

    /// Calls `target` with every input of its corpus.
    fn replay(name: &str, target: fn(&[u8])) {
        let corpus = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../fuzz/corpus");
        let mut count = 0;
        for entry in fs::read_dir(corpus.join(name)).unwrap() {
            target(&fs::read(entry.unwrap().path()).unwrap());
            count += 1;
        }
        assert!(count > 0, "no corpus for {name}");
    }

    #[test]
    fn tokenizers_that_fuzzing_made() {
        replay("tokenizer", super::tokenizer);
    }

    #[test]
    fn descriptions_that_fuzzing_made() {
        replay("folder", super::folder);
    }

    #[test]
    fn templates_that_fuzzing_made() {
        replay("template", super::template);
    }
}
