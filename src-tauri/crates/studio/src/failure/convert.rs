//! Typed errors of the layers below, as failures.

use quartet_library::Error as LibraryError;
use quartet_media::{Error as MediaError, UnknownFormat};
use quartet_pipelines::{Allowed, Error as PipelineError};
use quartet_runtime::Error as RuntimeError;

use super::{Code, Failure, parameters};
use crate::shown;

impl From<RuntimeError> for Failure {
    fn from(error: RuntimeError) -> Self {
        let detail = error.to_string();
        match error {
            RuntimeError::Cancelled => Self::new(Code::Cancelled, ""),
            RuntimeError::LibraryMissing { path } => Self::at(Code::RuntimeMissing, &path, detail),
            RuntimeError::LibraryArchitecture { found, needed, .. } => {
                let values = [("found", found.as_str()), ("needed", needed)];
                Self::with(Code::RuntimeArchitecture, &values, detail)
            }
            RuntimeError::LibraryTooOld { found, needed, .. } => {
                let values = [("found", found.as_str()), ("needed", needed.as_str())];
                Self::with(Code::RuntimeTooOld, &values, detail)
            }
            RuntimeError::LibraryReports { path, endpoint } => {
                let path = path.display().to_string();
                let values = [("path", path.as_str()), ("endpoint", endpoint)];
                Self::with(Code::RuntimeReports, &values, detail)
            }
            RuntimeError::LibraryUnusable { path, .. } => {
                Self::at(Code::RuntimeUnusable, &path, detail)
            }
            RuntimeError::DeviceUnavailable { device } => {
                Self::with(Code::DeviceUnavailable, &[("device", &device)], detail)
            }
            RuntimeError::ModelMissing { path } => {
                let part = path.display().to_string();
                Self::with(Code::ModelIncomplete, &[("part", &part)], detail)
            }
            RuntimeError::ModelUnusable { path, .. } => Self::at(Code::ModelBroken, &path, detail),
            RuntimeError::UnknownName { .. }
            | RuntimeError::ElementMismatch { .. }
            | RuntimeError::ShapeMismatch { .. } => Self::new(Code::ModelUnsupported, detail),
            RuntimeError::Run { .. } => Self::new(Code::RunFailed, detail),
            RuntimeError::OutOfMemory { .. } => Self::new(Code::OutOfMemory, detail),
        }
    }
}

impl From<PipelineError> for Failure {
    fn from(error: PipelineError) -> Self {
        let detail = error.to_string();
        match error {
            PipelineError::Runtime(error) => error.into(),
            PipelineError::Cancelled => Self::new(Code::Cancelled, ""),
            PipelineError::MissingPart { what, .. } => {
                Self::with(Code::ModelIncomplete, &[("part", what)], detail)
            }
            PipelineError::ModelFile { path, .. } => Self::at(Code::ModelBroken, &path, detail),
            PipelineError::EscapingPath { path } => Self::at(Code::ModelEscapes, &path, detail),
            PipelineError::UnsupportedGraph { .. } => Self::new(Code::ModelUnsupported, detail),
            PipelineError::Template { .. } => Self::new(Code::ModelTemplate, detail),
            PipelineError::EmptyPrompt => Self::new(Code::PromptEmpty, detail),
            PipelineError::NothingToDraw => Self::new(Code::NothingToDraw, detail),
            PipelineError::ResultTooLarge {
                width,
                height,
                factor,
                limit,
                fitting,
                side,
            } => {
                let numbers = [width, height, limit, factor];
                too_large(numbers, fitting, side, &detail)
            }
            PipelineError::NothingToSay => Self::new(Code::NothingToSay, detail),
            PipelineError::VoiceLanguage { able, .. } if able.is_empty() => {
                let values = [("models", "Kokoro"), ("id", "kokoro")];
                Self::with(Code::SpeechLanguage, &values, detail)
            }
            PipelineError::VoiceLanguage { voice, able } => {
                let able = able.join(", ");
                let values = [("voice", voice.as_str()), ("able", able.as_str())];
                Self::with(Code::VoiceLanguage, &values, detail)
            }
            PipelineError::Input(error) => error.into(),
            PipelineError::PromptTooLong {
                tokens,
                context_length,
            } => {
                let (tokens, limit) = (tokens.to_string(), context_length.to_string());
                let values = [("tokens", tokens.as_str()), ("limit", limit.as_str())];
                Self::with(Code::PromptTooLong, &values, detail)
            }
            PipelineError::Parameter {
                name,
                found,
                allowed,
            } => parameters::refused(name, &found, &allowed),
            PipelineError::UnknownToken { id, .. } => {
                let token = id.to_string();
                Self::with(Code::TokenUnknown, &[("token", &token)], detail)
            }
            PipelineError::NotFinite => Self::new(Code::ModelNotFinite, detail),
            PipelineError::NotFiniteIn { half: true, .. } => Self::new(Code::ModelOverflow, detail),
            PipelineError::NotFiniteIn { half: false, .. } => {
                Self::new(Code::ModelNotFinite, detail)
            }
            PipelineError::UnknownScheduler { name, .. } => {
                Self::with(Code::SchedulerUnknown, &[("scheduler", &name)], detail)
            }
        }
    }
}

/// What is said of a picture that cannot be made so many times as large: the factor that fits, or else the side
/// that would.
fn too_large(numbers: [u32; 4], fitting: Option<u32>, side: u32, detail: &str) -> Failure {
    let [width, height, limit, factor] = numbers;
    let own = |side: u32| side.checked_div(factor).unwrap_or(side);
    let code = match fitting {
        Some(_) => Code::ResultTooLarge,
        None => Code::PictureTooLargeToEnlarge,
    };
    let values = [
        ("width", width),
        ("height", height),
        ("limit", limit),
        ("own_width", own(width)),
        ("own_height", own(height)),
        ("factor", fitting.unwrap_or(factor)),
        ("side", side),
        ("smallest", limit.checked_div(side).unwrap_or(limit)),
    ];
    let values = values.map(|(name, number)| (name, number.to_string()));
    let values = values.each_ref().map(|(name, text)| (*name, text.as_str()));
    Failure::with(code, &values, detail)
}

impl From<MediaError> for Failure {
    fn from(error: MediaError) -> Self {
        let detail = error.to_string();
        match error {
            MediaError::Missing { path, .. } => Self::at(Code::InputMissing, &path, detail),
            MediaError::Folder { path, .. } => Self::at(Code::InputFolder, &path, ""),
            MediaError::NoPictures { path } => Self::at(Code::FilmFolder, &path, ""),
            MediaError::NotRegular { path } => Self::at(Code::InputNotRegular, &path, ""),
            MediaError::Empty { path } => Self::at(Code::InputEmpty, &path, ""),
            MediaError::UnreadablePicture { .. } => Self::new(Code::PictureUnreadable, detail),
            MediaError::PictureEncoding { kind } => {
                Self::with(Code::PictureEncoding, &[("kind", kind)], detail)
            }
            MediaError::FilmPicture { path, .. } => Self::at(Code::FilmPicture, &path, detail),
            MediaError::PictureTooLarge {
                width,
                height,
                limit,
            } => {
                let values = [width, height, limit].map(|pixels| pixels.to_string());
                let [width, height, limit] = &values;
                let values = [
                    ("width", width.as_str()),
                    ("height", height),
                    ("limit", limit),
                ];
                Self::with(Code::PictureTooLarge, &values, detail)
            }
            MediaError::NotAFilm { .. } => Self::new(Code::FilmUnreadable, detail),
            MediaError::FilmEncoding { codec } => {
                Self::with(Code::FilmEncoding, &[("codec", &codec)], detail)
            }
            MediaError::FilmContainer { container } => {
                Self::with(Code::FilmContainer, &[("container", &container)], detail)
            }
            MediaError::FrameRate { found } => {
                let allowed = Allowed::Range {
                    from: "1".to_owned(),
                    to: "60".to_owned(),
                };
                parameters::refused("fps", &found.to_string(), &allowed)
            }
            MediaError::NotSound { .. } => Self::new(Code::SoundUnreadable, detail),
            MediaError::SoundEncoding { codec } => {
                Self::with(Code::SoundEncoding, &[("codec", &codec)], detail)
            }
        }
    }
}

impl From<UnknownFormat> for Failure {
    fn from(unknown: UnknownFormat) -> Self {
        let name = unknown.path.file_name().unwrap_or_default();
        let name = name.to_string_lossy();
        let code = match unknown.path.extension() {
            Some(kind) if !kind.is_empty() => Code::ExportFormat,
            None if name.starts_with('.') => Code::OutputOnlyEnding,
            _ => Code::OutputNoEnding,
        };
        let allowed = unknown.allowed.as_str();
        // An ending that stands alone is the one that was meant.
        let mut endings = allowed.split(", ");
        let own = name.trim_start_matches('.');
        let first = endings.clone().find(|ending| *ending == own);
        let first = first.or_else(|| endings.next()).unwrap_or_default();
        let values = [
            ("kind", unknown.kind.as_str()),
            ("name", &name),
            ("stem", name.trim_end_matches('.')),
            ("first", first),
            ("allowed", allowed),
        ];
        // The words of the others name it.
        let detail = match code {
            Code::ExportFormat => unknown.to_string(),
            _ => String::new(),
        };
        Self::with(code, &values, detail)
    }
}

impl From<quartet_runtime::Cancelled> for Failure {
    fn from(_: quartet_runtime::Cancelled) -> Self {
        Self::new(Code::Cancelled, "")
    }
}

impl From<LibraryError> for Failure {
    fn from(error: LibraryError) -> Self {
        match error {
            LibraryError::Unavailable { home, reason } => {
                Self::at(Code::LibraryUnavailable, &home, reason)
            }
            LibraryError::ReadOnly { home, reason } => {
                Self::at(Code::LibraryReadOnly, &home, reason)
            }
            LibraryError::Full { home, reason } => Self::at(Code::LibraryFull, &home, reason),
            LibraryError::Busy { home, reason } => Self::at(Code::LibraryBusy, &home, reason),
            LibraryError::Failed { home, reason } => Self::at(Code::LibraryFailed, &home, reason),
            LibraryError::Newer { ref home, .. } => Self::at(Code::LibraryNewer, home, &error),
            LibraryError::Rebuilt { aside, reason } => {
                Self::at(Code::LibraryRebuilt, &aside, reason)
            }
            LibraryError::WorkUnknown { id } => Self::new(Code::WorkUnknown, id),
            LibraryError::CollectionUnknown { id } => Self::new(Code::CollectionUnknown, id),
            LibraryError::CollectionName { name } => {
                let name = shown::one_line(&name, shown::NAME);
                Self::with(Code::CollectionName, &[("name", &name)], "")
            }
            LibraryError::FileMissing { path, reason } => {
                Self::at(Code::WorkFileMissing, &path, reason)
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::path::PathBuf;

    use super::*;

    #[test]
    fn every_error_of_the_layers_below_fills_all_gaps() {
        let path = PathBuf::from("/models/x");
        let text = || "x".to_owned();
        let runtime = [
            RuntimeError::LibraryMissing { path: path.clone() },
            RuntimeError::LibraryArchitecture {
                path: path.clone(),
                found: text(),
                needed: "y",
            },
            RuntimeError::LibraryTooOld {
                path: path.clone(),
                found: text(),
                needed: text(),
            },
            RuntimeError::LibraryReports {
                path: path.clone(),
                endpoint: "y",
            },
            RuntimeError::LibraryUnusable {
                path: path.clone(),
                reason: text(),
            },
            RuntimeError::DeviceUnavailable { device: text() },
            RuntimeError::ModelMissing { path: path.clone() },
            RuntimeError::ModelUnusable {
                path: path.clone(),
                reason: text(),
            },
            RuntimeError::Run { reason: text() },
            RuntimeError::OutOfMemory { reason: text() },
            RuntimeError::Cancelled,
        ];
        let pipelines = [
            PipelineError::MissingPart {
                folder: path.clone(),
                what: "tokenizer.json",
            },
            PipelineError::ModelFile {
                path: path.clone(),
                reason: text(),
            },
            PipelineError::EscapingPath { path: path.clone() },
            PipelineError::UnsupportedGraph { reason: text() },
            PipelineError::Template { reason: text() },
            PipelineError::EmptyPrompt,
            PipelineError::NothingToDraw,
            PipelineError::ResultTooLarge {
                width: 9000,
                height: 9,
                factor: 4,
                limit: 8192,
                fitting: Some(2),
                side: 4096,
            },
            PipelineError::ResultTooLarge {
                width: 9000,
                height: 9,
                factor: 4,
                limit: 8192,
                fitting: None,
                side: 4096,
            },
            PipelineError::NothingToSay,
            PipelineError::PromptTooLong {
                tokens: 5000,
                context_length: 4096,
            },
            PipelineError::Parameter {
                name: "temperature",
                found: text(),
                allowed: Vec::new().into(),
            },
            PipelineError::UnknownToken {
                id: 9,
                vocabulary_size: 4,
            },
            PipelineError::VoiceLanguage {
                voice: text(),
                able: Vec::new(),
            },
            PipelineError::VoiceLanguage {
                voice: text(),
                able: vec![text()],
            },
            PipelineError::NotFinite,
            PipelineError::NotFiniteIn {
                part: "denoiser",
                half: true,
            },
            PipelineError::UnknownScheduler {
                name: text(),
                reason: text(),
            },
        ];
        assert_filled(runtime.map(Failure::from));
        assert_filled(pipelines.map(Failure::from));
    }

    #[test]
    fn every_error_about_a_persons_file_fills_all_gaps() {
        let path = PathBuf::from("/home/x/clip.mp4");
        let text = || "x".to_owned();
        let media = [
            MediaError::Missing {
                path: path.clone(),
                reason: text(),
            },
            MediaError::Folder {
                path: path.clone(),
                reason: text(),
            },
            MediaError::NoPictures { path: path.clone() },
            MediaError::NotRegular { path: path.clone() },
            MediaError::Empty { path: path.clone() },
            MediaError::UnreadablePicture { reason: text() },
            MediaError::PictureEncoding { kind: "HEIC" },
            MediaError::FilmPicture {
                path: path.clone(),
                error: Box::new(MediaError::PictureEncoding { kind: "HEIC" }),
            },
            MediaError::PictureTooLarge {
                width: 20_000,
                height: 9,
                limit: 8192,
            },
            MediaError::NotAFilm { reason: text() },
            MediaError::FilmEncoding { codec: text() },
            MediaError::FilmContainer { container: text() },
            MediaError::FrameRate { found: 0 },
            MediaError::NotSound { reason: text() },
            MediaError::SoundEncoding { codec: text() },
        ];
        assert_filled(media.clone().map(PipelineError::Input).map(Failure::from));
        assert_filled(media.map(Failure::from));
    }

    #[test]
    fn every_error_of_the_library_fills_all_gaps() {
        let path = || PathBuf::from("/home/x");
        let text = || "x".to_owned();
        let refusals: [fn(PathBuf, String) -> LibraryError; 5] = [
            |home, reason| LibraryError::Unavailable { home, reason },
            |home, reason| LibraryError::ReadOnly { home, reason },
            |home, reason| LibraryError::Full { home, reason },
            |home, reason| LibraryError::Busy { home, reason },
            |home, reason| LibraryError::Failed { home, reason },
        ];
        let others = [
            LibraryError::Newer {
                home: path(),
                found: 9,
                known: 3,
            },
            LibraryError::Rebuilt {
                aside: path(),
                reason: text(),
            },
            LibraryError::WorkUnknown { id: text() },
            LibraryError::CollectionUnknown { id: 7 },
            LibraryError::CollectionName { name: text() },
            LibraryError::FileMissing {
                path: path(),
                reason: text(),
            },
        ];
        let refusals = refusals.map(|refusal| refusal(path(), text()));
        assert_filled(refusals.map(Failure::from));
        assert_filled(others.map(Failure::from));
    }

    fn assert_filled(failures: impl IntoIterator<Item = Failure>) {
        for failure in failures {
            for words in [&failure.message, &failure.next_step] {
                assert!(!words.en.contains('{'), "{failure:?}");
                assert!(!words.zh.contains('{'), "{failure:?}");
            }
        }
    }

    #[test]
    fn a_missing_file_of_a_person_is_no_broken_model() {
        let missing = quartet_media::Error::Missing {
            path: PathBuf::from("/home/x/talk.wav"),
            reason: "os error 2".to_owned(),
        };
        let failure = Failure::from(PipelineError::from(missing));
        assert_eq!(failure.code, Code::InputMissing);
        assert!(failure.message.en.contains("talk.wav"), "{failure:?}");
    }
}
