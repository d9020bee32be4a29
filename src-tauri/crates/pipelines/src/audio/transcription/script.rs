//! Chinese in the characters that are asked for: Whisper writes either kind.

use quartet_g2p::Simplified;
use zhhz::{Config, Converter};

use super::types::ChineseScript;

pub(super) enum ScriptConverter {
    AsWritten,
    Simplified(Simplified),
    Traditional(Converter),
}

impl ScriptConverter {
    /// Leaves every text as it is where `script` is none.
    pub(super) fn new(script: Option<ChineseScript>) -> Self {
        match script {
            None => Self::AsWritten,
            Some(ChineseScript::Simplified) => Self::Simplified(Simplified::new()),
            Some(ChineseScript::Traditional) => Self::Traditional(Converter::new(Config::S2t)),
        }
    }

    pub(super) fn convert(&self, text: String) -> String {
        match self {
            Self::AsWritten => text,
            Self::Simplified(tables) => tables.convert(&text),
            Self::Traditional(tables) => tables.convert(&text),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn converted(script: Option<ChineseScript>, text: &str) -> String {
        ScriptConverter::new(script).convert(text.to_owned())
    }

    #[test]
    fn either_script_becomes_the_one_that_is_asked_for() {
        let simplified = Some(ChineseScript::Simplified);
        assert_eq!(
            converted(simplified, "圖書館裡有書, OK"),
            "图书馆里有书, OK"
        );
        let traditional = Some(ChineseScript::Traditional);
        assert_eq!(converted(traditional, "头发和发现"), "頭髮和發現");
        assert_eq!(converted(None, "圖书"), "圖书");
    }
}
