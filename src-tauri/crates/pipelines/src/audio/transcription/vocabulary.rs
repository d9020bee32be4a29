//! What Whisper's control tokens mean: languages, tasks, times.

use serde::Deserialize;

use crate::{Error, Result, text::TokenId};

/// Seconds between two time tokens.
pub(super) const TICK: f64 = 0.02;
/// `<|0.00|>` to `<|30.00|>`
const TICKS: TokenId = 1501;

/// What `generation_config.json` says, as far as it is needed; old folders leave some of it out.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct GenerationConfig {
    suppress_tokens: Option<Vec<i64>>,
    begin_suppress_tokens: Option<Vec<i64>>,
    max_initial_timestamp_index: Option<TokenId>,
    no_timestamps_token_id: Option<TokenId>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Vocabulary {
    pub(super) start: TokenId,
    pub(super) end: TokenId,
    pub(super) transcribe: Option<TokenId>,
    pub(super) translate: Option<TokenId>,
    pub(super) no_timestamps: TokenId,
    pub(super) no_speech: Option<TokenId>,
    /// Opens what was said before the window.
    pub(super) before: Option<TokenId>,
    /// `en`, …; empty in a model of English alone.
    pub(super) languages: Vec<(String, TokenId)>,
    /// May never be written: marks of noise and music, control tokens.
    pub(super) suppressed: Vec<TokenId>,
    /// May not be written first: a space, the end.
    pub(super) suppressed_at_first: Vec<TokenId>,
    /// The latest time that may be written first, in ticks.
    pub(super) latest_first: TokenId,
}

impl Vocabulary {
    /// Of a tokenizer's control tokens: pairs of id and text.
    ///
    /// # Errors
    /// `UnsupportedGraph` where the tokenizer is not Whisper's.
    pub(super) fn new(control: &[(TokenId, String)], config: &GenerationConfig) -> Result<Self> {
        let find = |text: &str| {
            let found = control.iter().find(|(_, token)| token == text);
            found.map(|(id, _)| *id)
        };
        let need = |text: &str| {
            find(text).ok_or_else(|| Error::unsupported(format!("its tokenizer has no {text}")))
        };
        let start = need("<|startoftranscript|>")?;
        let no_timestamps = match config.no_timestamps_token_id {
            Some(id) => id,
            None => need("<|notimestamps|>")?,
        };
        let transcribe = find("<|transcribe|>");
        let translate = find("<|translate|>");
        let languages = control
            .iter()
            .filter(|(id, _)| *id > start && translate.is_some_and(|translate| *id < translate))
            .filter_map(|(id, token)| {
                let code = token.strip_prefix("<|")?.strip_suffix("|>")?;
                Some((code.to_owned(), *id))
            })
            .collect();
        let ids = |list: &Option<Vec<i64>>| -> Vec<TokenId> {
            let listed = list.iter().flatten();
            // -1 stands for "the usual ones" in some files.
            listed
                .filter_map(|&id| TokenId::try_from(id).ok())
                .collect()
        };
        let end = need("<|endoftext|>")?;
        let mut suppressed = ids(&config.suppress_tokens);
        // Nothing between the end and the first time is text.
        suppressed.extend(end + 1..=no_timestamps);
        Ok(Self {
            start,
            end,
            transcribe,
            translate,
            no_timestamps,
            no_speech: find("<|nospeech|>").or_else(|| find("<|nocaptions|>")),
            before: find("<|startofprev|>"),
            languages,
            suppressed,
            suppressed_at_first: ids(&config.begin_suppress_tokens),
            latest_first: config.max_initial_timestamp_index.unwrap_or(50),
        })
    }

    /// `<|0.00|>`
    pub(super) fn first_time(&self) -> TokenId {
        self.no_timestamps + 1
    }

    /// The seconds that a time token stands for.
    pub(super) fn time(&self, id: TokenId) -> Option<f64> {
        let ticks = id.checked_sub(self.first_time())?;
        (ticks < TICKS).then(|| f64::from(ticks) * TICK)
    }

    /// The codes of its languages.
    pub(super) fn codes(&self) -> Vec<String> {
        self.languages
            .iter()
            .map(|(code, _)| code.clone())
            .collect()
    }

    pub(super) fn language(&self, code: &str) -> Option<TokenId> {
        let found = self.languages.iter().find(|(known, _)| known == code);
        found.map(|(_, id)| *id)
    }

    /// How many tokens there are, times included.
    #[cfg(test)]
    pub(super) fn len(&self) -> usize {
        (self.first_time() + TICKS) as usize
    }
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    /// Ten letters, then `<|endoftext|>` = 10, … `<|0.00|>` = 17.
    pub(in super::super) fn small() -> Vocabulary {
        let names = [
            "endoftext",
            "startoftranscript",
            "en",
            "zh",
            "translate",
            "transcribe",
            "notimestamps",
        ];
        let control: Vec<_> = names
            .iter()
            .zip(10..)
            .map(|(name, id)| (id, format!("<|{name}|>")))
            .collect();
        Vocabulary::new(&control, &GenerationConfig::default()).unwrap()
    }

    #[test]
    fn control_tokens_are_found_by_their_names() {
        let vocabulary = small();
        assert_eq!((vocabulary.start, vocabulary.end), (11, 10));
        assert_eq!(vocabulary.language("zh"), Some(13));
        assert_eq!(vocabulary.language("translate"), None);
        assert_eq!(vocabulary.first_time(), 17);
        assert_eq!(vocabulary.time(16), None);
        assert_eq!(vocabulary.time(17 + 50), Some(1.0));
        assert_eq!(vocabulary.time(17 + 1501), None);
        assert!(vocabulary.suppressed.contains(&11) && !vocabulary.suppressed.contains(&10));
    }

    #[test]
    fn another_tokenizer_is_refused() {
        let error = Vocabulary::new(&[(1, "<s>".to_owned())], &GenerationConfig::default());
        assert!(matches!(error, Err(Error::UnsupportedGraph { .. })));
    }
}
