//! Which reader a voice's language takes, and what a text's own language asks of the voice.

use std::{
    ops::Range,
    path::{Path, PathBuf},
};

use quartet_g2p::{Accent, Mandarin, ReadWord, is_chinese};
use quartet_runtime::{Cancel, Runtime, SessionOptions};

use super::{english::English, phonemizer::Phonemizer, types::VoiceInfo};
use crate::{Error, Result, folder::ModelFolder};

/// The readers of a model's voices: that of the first voice is opened with the model, another when a
/// voice first needs it, for that of Mandarin takes longer to load, and more memory, than a network.
#[derive(Debug)]
pub(super) struct G2pSet {
    runtime: Runtime,
    options: SessionOptions,
    /// Where tables are looked for, the model's own folder first.
    folders: Vec<PathBuf>,
    english: Vec<(Accent, English)>,
    mandarin: Option<Mandarin>,
}

impl G2pSet {
    /// # Errors
    /// `UnsupportedGraph` where a voice speaks a language that is not read here, and those of the
    /// readers.
    pub(super) fn open(
        runtime: &Runtime,
        folders: Vec<PathBuf>,
        voices: &[VoiceInfo],
        options: &SessionOptions,
        cancel: &Cancel,
    ) -> Result<Self> {
        let mut readers = Self {
            runtime: runtime.clone(),
            options: options.clone(),
            folders,
            english: Vec::new(),
            mandarin: None,
        };
        for voice in voices {
            accent(&voice.language)?;
        }
        if let Some(first) = voices.first() {
            readers.of(first, cancel)?;
        }
        Ok(readers)
    }

    /// The reader of a voice's language.
    ///
    /// # Errors
    /// `UnsupportedGraph` where it is not read here, and those of the readers.
    pub(super) fn of(
        &mut self,
        voice: &VoiceInfo,
        cancel: &Cancel,
    ) -> Result<Box<dyn Phonemizer + '_>> {
        let accent = accent(&voice.language)?;
        let known = self.english.iter().position(|(known, _)| *known == accent);
        let index = if let Some(index) = known {
            index
        } else {
            let english = English::open(
                &self.runtime,
                self.folder("english"),
                accent,
                &self.options,
                cancel,
            )?;
            self.english.push((accent, english));
            self.english.len() - 1
        };
        if speaks_chinese(voice) && self.mandarin.is_none() {
            self.mandarin = Some(open_mandarin(self.folder("mandarin"))?);
            cancel.check()?;
        }
        let (_, english) = &mut self.english[index];
        if !speaks_chinese(voice) {
            return Ok(Box::new(english));
        }
        let mandarin = self.mandarin.as_mut();
        let mandarin = mandarin.ok_or_else(|| unread(&voice.language))?;
        Ok(Box::new(Mixed { mandarin, english }))
    }

    /// The first folder that has tables for a language; where none has, the model's own, which is
    /// then reported to lack them.
    fn folder(&self, language: &str) -> &Path {
        let mut folders = self.folders.iter();
        let found = folders.clone().find(|one| one.join(language).is_dir());
        found
            .or(folders.next())
            .map_or(Path::new(""), PathBuf::as_path)
    }
}

/// Reads the folder `mandarin` of a model.
///
/// # Errors
/// `MissingPart`, `ModelFile`, `EscapingPath`.
pub fn open_mandarin(folder: &Path) -> Result<Mandarin> {
    Mandarin::open(&ModelFolder::new(folder))
}

/// A text of Mandarin with English in it: the runs of each go to its reader.
struct Mixed<'a> {
    mandarin: &'a mut Mandarin,
    english: &'a mut English,
}

impl Phonemizer for Mixed<'_> {
    fn sentences(&self, text: &str) -> Vec<Range<usize>> {
        Mandarin::sentences(text).unwrap_or_else(|| self.english.sentences(text))
    }

    fn read(&mut self, sentence: &str, start: u32, cancel: &Cancel) -> Result<Vec<ReadWord>> {
        let english = &mut *self.english;
        self.mandarin.read(sentence, start, |text, place| {
            english.read(text, place, cancel)
        })
    }
}

/// The voice that says a text when none is named: the first, or the first that speaks Chinese where
/// the text is Chinese.
pub(super) fn voice_for<'v>(text: &str, voices: &'v [VoiceInfo]) -> Option<&'v VoiceInfo> {
    let chinese = voices.iter().find(|voice| speaks_chinese(voice));
    chinese.filter(|_| is_chinese(text)).or(voices.first())
}

/// # Errors
/// `VoiceLanguage` where the text is Chinese and the voice does not speak it.
pub(super) fn check_language(text: &str, voice: &VoiceInfo, voices: &[VoiceInfo]) -> Result<()> {
    if speaks_chinese(voice) || !is_chinese(text) {
        return Ok(());
    }
    let able = voices.iter().filter(|voice| speaks_chinese(voice));
    Err(Error::VoiceLanguage {
        voice: voice.id.clone(),
        able: able.map(|voice| voice.id.clone()).collect(),
    })
}

/// Of the English that a voice reads: a Chinese voice has American words in its text.
fn accent(language: &str) -> Result<Accent> {
    if is_mandarin(language) {
        return Ok(Accent::American);
    }
    Accent::of_language(language).ok_or_else(|| unread(language))
}

fn speaks_chinese(voice: &VoiceInfo) -> bool {
    is_mandarin(&voice.language)
}

fn is_mandarin(language: &str) -> bool {
    let language = language.to_ascii_lowercase();
    language == "zh" || language.starts_with("zh-") || language.starts_with("cmn")
}

fn unread(language: &str) -> Error {
    Error::unsupported(format!("a voice speaks {language}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn voice(id: &str, language: &str) -> VoiceInfo {
        VoiceInfo {
            id: id.to_owned(),
            language: language.to_owned(),
            gender: "female".to_owned(),
        }
    }

    #[test]
    fn the_text_chooses_the_voice_where_nobody_does() {
        let voices = [voice("heart", "en-US"), voice("xiaobei", "zh-CN")];
        let chosen =
            |text, voices| voice_for(text, voices).map(|voice: &VoiceInfo| voice.id.as_str());
        assert_eq!(chosen("Hello 你好 to all", &voices[..]), Some("heart"));
        assert_eq!(chosen("你好 Hello", &voices[..]), Some("xiaobei"));
        assert_eq!(chosen("你好", &voices[..1]), Some("heart"));
        assert_eq!(chosen("你好", &[]), None);
    }

    #[test]
    fn a_chinese_text_needs_a_voice_that_speaks_it() {
        let voices = [voice("heart", "en-US"), voice("xiaobei", "zh-CN")];
        assert_eq!(
            check_language("Hi 你好 all of you", &voices[0], &voices),
            Ok(())
        );
        assert_eq!(check_language("你好", &voices[1], &voices), Ok(()));
        let refused = |voices: &[VoiceInfo]| check_language("你好！", &voices[0], voices);
        assert_eq!(
            refused(&voices),
            Err(Error::VoiceLanguage {
                voice: "heart".to_owned(),
                able: vec!["xiaobei".to_owned()],
            })
        );
        assert!(
            matches!(refused(&voices[..1]), Err(Error::VoiceLanguage { able, .. }) if able.is_empty())
        );
    }

    #[test]
    fn languages_are_recognised_by_their_tags() {
        assert_eq!(accent("zh-CN"), Ok(Accent::American));
        assert_eq!(accent("en-GB"), Ok(Accent::British));
        assert!(accent("ja").is_err());
    }
}
