//! Typed errors of the layers below, as failures.

use std::{io, path::Path};

use quartet_pipelines::Error as PipelineError;
use quartet_runtime::Error as RuntimeError;

use super::{Code, Failure};

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
            PipelineError::BrokenFile { path, .. } => Self::at(Code::ModelBroken, &path, detail),
            PipelineError::EscapingPath { path } => Self::at(Code::ModelEscapes, &path, detail),
            PipelineError::UnsupportedGraph { .. } => Self::new(Code::ModelUnsupported, detail),
            PipelineError::Template { .. } => Self::new(Code::ModelTemplate, detail),
            PipelineError::EmptyPrompt => Self::new(Code::PromptEmpty, detail),
            PipelineError::NothingToSay => Self::new(Code::NothingToSay, detail),
            PipelineError::VoiceLanguage { able, .. } if able.is_empty() => {
                Self::with(Code::SpeechLanguage, &[("models", "Kokoro")], detail)
            }
            PipelineError::VoiceLanguage { voice, able } => {
                let able = able.join(", ");
                let values = [("voice", voice.as_str()), ("able", able.as_str())];
                Self::with(Code::VoiceLanguage, &values, detail)
            }
            PipelineError::NotSound { .. } => Self::new(Code::SoundUnreadable, detail),
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
            } => {
                let values = [("name", name), ("found", &found), ("allowed", allowed)];
                Self::with(Code::ParameterOutOfRange, &values, detail)
            }
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
            PipelineError::NotAFilm { .. } => Self::new(Code::FilmUnreadable, detail),
            PipelineError::FilmEncoding { codec } => {
                Self::with(Code::FilmEncoding, &[("codec", &codec)], detail)
            }
            PipelineError::UnreadablePicture { .. } => Self::new(Code::PictureUnreadable, detail),
            PipelineError::PictureTooLarge {
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
        }
    }
}

impl From<quartet_runtime::Cancelled> for Failure {
    fn from(_: quartet_runtime::Cancelled) -> Self {
        Self::new(Code::Cancelled, "")
    }
}

impl Failure {
    /// A disk that refused the library: full, read-only, or something else.
    pub(crate) fn library_io(folder: &Path, error: &io::Error) -> Self {
        let code = match error.kind() {
            io::ErrorKind::StorageFull
            | io::ErrorKind::QuotaExceeded
            | io::ErrorKind::FileTooLarge => Code::LibraryFull,
            io::ErrorKind::ReadOnlyFilesystem | io::ErrorKind::PermissionDenied => {
                Code::LibraryReadOnly
            }
            _ => Code::LibraryFailed,
        };
        Self::at(code, folder, error)
    }

    /// The same for the database's own errors.
    pub(crate) fn library_sql(folder: &Path, error: &rusqlite::Error) -> Self {
        use rusqlite::ErrorCode;
        let code = match error.sqlite_error_code() {
            Some(ErrorCode::DiskFull) => Code::LibraryFull,
            Some(ErrorCode::ReadOnly | ErrorCode::PermissionDenied) => Code::LibraryReadOnly,
            Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => Code::LibraryBusy,
            Some(ErrorCode::CannotOpen) => Code::LibraryUnavailable,
            _ => Code::LibraryFailed,
        };
        Self::at(code, folder, error)
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
            PipelineError::BrokenFile {
                path: path.clone(),
                reason: text(),
            },
            PipelineError::EscapingPath { path: path.clone() },
            PipelineError::UnsupportedGraph { reason: text() },
            PipelineError::Template { reason: text() },
            PipelineError::EmptyPrompt,
            PipelineError::NothingToSay,
            PipelineError::NotSound { reason: text() },
            PipelineError::PromptTooLong {
                tokens: 5000,
                context_length: 4096,
            },
            PipelineError::Parameter {
                name: "temperature",
                found: text(),
                allowed: "0 to 5",
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
            PipelineError::UnreadablePicture { reason: text() },
            PipelineError::PictureTooLarge {
                width: 20_000,
                height: 9,
                limit: 8192,
            },
        ];
        let failures = runtime
            .map(Failure::from)
            .into_iter()
            .chain(pipelines.map(Failure::from));
        for failure in failures {
            for words in [&failure.message, &failure.next_step] {
                assert!(!words.en.contains('{'), "{failure:?}");
                assert!(!words.zh.contains('{'), "{failure:?}");
            }
        }
    }

    #[test]
    fn a_full_disk_and_a_read_only_one_are_told_apart() {
        let folder = Path::new("/home/x");
        let code = |kind| Failure::library_io(folder, &io::Error::from(kind)).code;
        assert_eq!(code(io::ErrorKind::StorageFull), Code::LibraryFull);
        assert_eq!(
            code(io::ErrorKind::ReadOnlyFilesystem),
            Code::LibraryReadOnly
        );
        assert_eq!(code(io::ErrorKind::Other), Code::LibraryFailed);
    }
}
