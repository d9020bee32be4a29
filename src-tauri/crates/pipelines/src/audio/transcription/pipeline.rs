//! The transcription pipeline: a folder opened once, then one recording after another.

use std::path::Path;

use quartet_runtime::{Cancel, Runtime, SessionOptions};

use super::{
    SoundFile,
    folder::WhisperFolder,
    mel::LogMel,
    model::TranscriptionModel,
    onnx::OnnxWhisper,
    recogniser::SpeechRecogniser as _,
    run::{TranscriptionPlan, TranscriptionRun},
    script::{CUE, TRADITIONAL_CUE},
    types::{ChineseScript, TranscriptionEvent, TranscriptionModelInfo, TranscriptionRequest},
    vocabulary::Vocabulary,
};
use crate::{Error, Events, Result, text::Tokenizer};

#[derive(Debug)]
pub struct TranscriptionPipeline {
    whisper: OnnxWhisper,
    mel: LogMel,
    tokenizer: Tokenizer,
    vocabulary: Vocabulary,
    device: String,
}

impl TranscriptionPipeline {
    /// Opens a folder as the recipe of Whisper makes it, or one of transformers.js.
    ///
    /// # Errors
    /// `MissingPart`, `ModelFile`, `EscapingPath`, `UnsupportedGraph`, `Cancelled`, and those of
    /// the runtime.
    pub fn open(
        runtime: &Runtime,
        folder: &Path,
        options: &SessionOptions,
        cancel: &Cancel,
    ) -> Result<Self> {
        let folder = WhisperFolder::open(folder)?;
        let tokenizer = Tokenizer::open(&folder.tokenizer)?;
        let vocabulary = Vocabulary::new(tokenizer.control_tokens(), &folder.generation)?;
        let session = SessionOptions {
            // Each token makes the caches longer: planning for a shape costs more than it saves.
            memory_pattern: false,
            ..options.clone()
        };
        let whisper = OnnxWhisper::open(runtime, &folder, &session, cancel)?;
        Ok(Self {
            mel: LogMel::new(whisper.bands()),
            device: runtime.device_name(&options.device),
            whisper,
            tokenizer,
            vocabulary,
        })
    }
}

impl TranscriptionModel for TranscriptionPipeline {
    fn info(&self) -> TranscriptionModelInfo {
        let languages = self.vocabulary.languages.iter();
        TranscriptionModelInfo {
            languages: languages.map(|(code, _)| code.clone()).collect(),
            translates: self.vocabulary.translate.is_some(),
            device: self.device.clone(),
        }
    }

    fn run<'a>(
        &'a mut self,
        request: TranscriptionRequest,
        cancel: &'a Cancel,
    ) -> Result<Events<'a, TranscriptionEvent>> {
        let language = request
            .language
            .filter(|_| !self.vocabulary.languages.is_empty());
        if let Some(code) = &language
            && self.vocabulary.language(code).is_none()
        {
            return Err(Error::parameter(
                "language",
                code.clone(),
                self.vocabulary.codes(),
            ));
        }
        if request.translate && self.vocabulary.translate.is_none() {
            return Err(Error::parameter(
                "translate",
                "true",
                (
                    "false with a model that does not translate",
                    "false：这个模型不会翻译",
                ),
            ));
        }
        let cue = match request.script {
            Some(ChineseScript::Traditional) => TRADITIONAL_CUE,
            Some(ChineseScript::Simplified) | None => CUE,
        };
        let plan = TranscriptionPlan {
            cue: self.tokenizer.words(cue)?,
            sound: Box::new(SoundFile::open(Path::new(&request.path))?),
            language,
            translate: request.translate,
            script: request.script,
        };
        let run = TranscriptionRun::new(
            &mut self.whisper,
            &self.mel,
            &self.vocabulary,
            |ids| self.tokenizer.decode(ids),
            plan,
            cancel,
        );
        Ok(Box::new(run.events()))
    }
}
