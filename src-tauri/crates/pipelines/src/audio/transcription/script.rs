//! Chinese in the characters that are asked for, with its own marks: Whisper writes either kind, and
//! often the marks of English or spaces.

use std::cell::OnceCell;

use quartet_g2p::Simplified;
use zhhz::{Config, Converter};

use super::types::ChineseScript;

/// What Whisper reads before Mandarin, so that it writes whole sentences in the characters asked for.
pub(super) const CUE: &str = "以下是普通话的句子。";
pub(super) const TRADITIONAL_CUE: &str = "以下是普通話的句子。";

pub(super) struct ScriptConverter {
    asked: Option<ChineseScript>,
    simplified: OnceCell<Simplified>,
    traditional: OnceCell<Converter>,
}

impl ScriptConverter {
    /// Mandarin is written in simplified characters, Cantonese as it comes, where `asked` is none.
    pub(super) fn new(asked: Option<ChineseScript>) -> Self {
        Self {
            asked,
            simplified: OnceCell::new(),
            traditional: OnceCell::new(),
        }
    }

    /// `text` of a language, by its code; what is not Chinese stays as it is.
    pub(super) fn convert(&self, text: String, language: &str) -> String {
        let script = match (language, self.asked) {
            ("zh", None) => Some(ChineseScript::Simplified),
            ("zh" | "yue", asked) => asked,
            _ => return text,
        };
        let text = match script {
            None => text,
            Some(ChineseScript::Simplified) => {
                let tables = self.simplified.get_or_init(Simplified::new);
                tables.convert(&text)
            }
            Some(ChineseScript::Traditional) => {
                let tables = self.traditional.get_or_init(|| Converter::new(Config::S2t));
                tables.convert(&text)
            }
        };
        punctuated(&text)
    }
}

fn is_chinese(c: char) -> bool {
    ('\u{3400}'..='\u{9fff}').contains(&c)
}

/// Chinese marks after Chinese characters, character for character.
fn punctuated(text: &str) -> String {
    let mut marked = String::with_capacity(text.len());
    let mut before = None;
    let mut rest = text.chars().peekable();
    while let Some(c) = rest.next() {
        let next = rest.peek().copied();
        let after = before.is_some_and(is_chinese);
        let mark = match c {
            ',' if after => '，',
            '?' if after => '？',
            '!' if after => '！',
            ':' if after => '：',
            ';' if after => '；',
            '.' if after && next.is_none_or(|next| is_chinese(next) || next == ' ') => '。',
            ' ' if after && next.is_some_and(is_chinese) => '，',
            c => c,
        };
        marked.push(mark);
        before = Some(mark);
    }
    marked
}

#[cfg(test)]
mod tests {
    use super::*;

    fn converted(script: Option<ChineseScript>, language: &str, text: &str) -> String {
        ScriptConverter::new(script).convert(text.to_owned(), language)
    }

    #[test]
    fn either_script_becomes_the_one_that_is_asked_for() {
        let simplified = Some(ChineseScript::Simplified);
        assert_eq!(
            converted(simplified, "zh", "圖書館裡有書, OK"),
            "图书馆里有书， OK"
        );
        let traditional = Some(ChineseScript::Traditional);
        assert_eq!(converted(traditional, "zh", "头发和发现"), "頭髮和發現");
        assert_eq!(converted(None, "yue", "圖书"), "圖书");
        assert_eq!(converted(simplified, "ja", "圖書, です"), "圖書, です");
    }

    #[test]
    fn mandarin_is_simplified_with_its_own_marks_where_nothing_is_asked_for() {
        assert_eq!(
            converted(None, "zh", "王老師負責買水果 小李負責通知,好嗎?"),
            "王老师负责买水果，小李负责通知，好吗？"
        );
        assert_eq!(
            converted(None, "zh", "用Python 3.10, 很好."),
            "用Python 3.10, 很好。"
        );
        assert_eq!(converted(None, "en", "Yes, it is."), "Yes, it is.");
    }
}
