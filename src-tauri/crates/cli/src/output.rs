//! stdout for results, stderr for people, exit codes for scripts.

use std::{
    io::{self, Write},
    path::Path,
    process::ExitCode,
};

use quartet_studio::{Code, Failure, Language};
use serde::Serialize;

use crate::words::{self, say};

/// Why a command ended early.
#[derive(Debug)]
pub enum Stop {
    Failure(Failure),
    /// Whoever read stdout has read enough (`quartet … | head`): nothing to complain about.
    ReaderGone,
}

impl From<Failure> for Stop {
    fn from(failure: Failure) -> Self {
        Self::Failure(failure)
    }
}

pub type Result<T> = std::result::Result<T, Stop>;

pub struct Output {
    pub language: Language,
}

impl Output {
    pub fn new(language: Language) -> Self {
        Self { language }
    }

    /// Tells a person what happened and what to do, and gives the exit code for it.
    pub fn failure(&self, failure: &Failure) -> ExitCode {
        self.explain(words::ERROR, failure);
        exit_code(failure.code)
    }

    pub fn warning(&self, failure: &Failure) {
        self.explain(words::WARNING, failure);
    }

    fn explain(&self, kind: words::Words, failure: &Failure) {
        let language = self.language;
        let kind = say(kind, language);
        let code = serde_json::to_string(&failure.code).unwrap_or_default();
        let code = code.trim_matches('"');
        self.note(&format!(
            "{kind} [{code}]: {}",
            failure.message.of(language)
        ));
        self.note(&format!(
            "{}: {}",
            say(words::NEXT, language),
            failure.next_step.of(language)
        ));
        if !failure.detail.is_empty() {
            self.note(&format!(
                "{}: {}",
                say(words::DETAIL, language),
                failure.detail
            ));
        }
    }

    /// A line for people. That stderr is gone is nobody's concern.
    #[expect(
        clippy::unused_self,
        reason = "reads as what it is: this output's other stream"
    )]
    pub fn note(&self, line: &str) {
        let _ = writeln!(io::stderr(), "{line}");
    }

    /// A line of the result.
    #[expect(clippy::unused_self, reason = "the counterpart of `note`")]
    pub fn line(&self, line: &str) -> Result<()> {
        write(&format!("{line}\n"))
    }

    pub fn json(&self, value: &impl Serialize) -> Result<()> {
        let text = serde_json::to_string_pretty(value)
            .map_err(|error| Failure::new(Code::Internal, error))?;
        self.line(&text)
    }
}

/// Writes to stdout and sees to it that it arrives.
pub fn write(text: &str) -> Result<()> {
    let mut stdout = io::stdout().lock();
    stdout
        .write_all(text.as_bytes())
        .and_then(|()| stdout.flush())
        .map_err(|error| match error.kind() {
            io::ErrorKind::BrokenPipe => Stop::ReaderGone,
            _ => Failure::at(Code::ExportFailed, Path::new("stdout"), error).into(),
        })
}

/// As the help tells. Every code has its place here, so that a new one needs a decision.
pub fn exit_code(code: Code) -> ExitCode {
    ExitCode::from(match code {
        Code::Cancelled => 130,
        Code::RuntimeMissing
        | Code::RuntimeArchitecture
        | Code::RuntimeTooOld
        | Code::RuntimeReports
        | Code::RuntimeUnusable
        | Code::DeviceUnavailable
        | Code::OutOfMemory
        | Code::RunFailed
        | Code::ModelUnknown
        | Code::ModelNone
        | Code::ModelFolderMissing
        | Code::ModelNotRecognised
        | Code::ModelDescription
        | Code::ModelIncomplete
        | Code::ModelBroken
        | Code::ModelEscapes
        | Code::ModelUnsupported
        | Code::ModelTemplate
        | Code::ModelNotFinite
        | Code::ModelOverflow
        | Code::SchedulerUnknown
        | Code::ModelChanged
        | Code::ModelUnverifiable
        | Code::ModelTooLarge
        | Code::ModelWrongKind
        | Code::ModelBuiltIn => 3,
        Code::NothingToSay
        | Code::NothingToSumUp
        | Code::StoryEmpty
        | Code::SoundGone
        | Code::VoiceLanguage
        | Code::SpeechLanguage
        | Code::SoundUnreadable
        | Code::TextTooLong
        | Code::ExportFormat
        | Code::PromptEmpty
        | Code::PromptNotText
        | Code::PromptTooLong
        | Code::ParameterOutOfRange
        | Code::TokenUnknown
        | Code::FilmUnreadable
        | Code::FilmEncoding
        | Code::PictureUnreadable
        | Code::PictureTooLarge
        | Code::WorkUnknown => 4,
        Code::LibraryUnavailable
        | Code::LibraryReadOnly
        | Code::LibraryFull
        | Code::LibraryNewer
        | Code::LibraryBusy
        | Code::LibraryFailed
        | Code::LibraryRebuilt
        | Code::WorkFileMissing
        | Code::WorkFileBroken => 5,
        Code::ExportFailed
        | Code::RecordingNotSaved
        | Code::SoundOutputNone
        | Code::SoundOutputFailed
        | Code::SoundOutputLost
        | Code::MicrophoneNone
        | Code::MicrophoneFailed
        | Code::MicrophoneLost
        | Code::SettingsBroken
        | Code::SettingsUnreadable
        | Code::SettingsNotSaved
        | Code::Internal => 1,
    })
}
