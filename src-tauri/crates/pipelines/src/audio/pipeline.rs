//! The speech pipeline: a folder opened once, then one text after another.

use std::path::{Path, PathBuf};

use quartet_runtime::{Cancel, Runtime, SessionOptions};

use super::{
    g2p_set::{self, G2pSet},
    hibari::HibariVoice,
    kokoro::{self, KokoroVoice},
    model::SpeechModel,
    phoneme_vocab::unknown_voice,
    speech_run::{SpeechPlan, SpeechRun},
    types::{SpeechEvent, SpeechModelInfo, SpeechRequest},
    voice::Voice,
};
use crate::{Error, Events, Result, check_range, seed};

/// How much slower and faster than its own pace a voice still sounds right.
const SPEEDS: std::ops::RangeInclusive<f32> = 0.5..=2.0;

#[derive(Debug)]
pub struct SpeechPipeline {
    voice: Box<dyn Voice>,
    readers: G2pSet,
    device: String,
}

impl SpeechPipeline {
    /// Opens a folder as the recipes of Hibari and Kokoro make it, or Kokoro's in the layout of
    /// transformers.js. Of the other models in `lenders`, tables of words are read where the folder has
    /// none of its own.
    ///
    /// # Errors
    /// `MissingPart`, `ModelFile`, `EscapingPath`, `UnsupportedGraph`, `Cancelled`, and those of
    /// the runtime.
    pub fn open(
        runtime: &Runtime,
        folder: &Path,
        lenders: &[PathBuf],
        options: &SessionOptions,
        cancel: &Cancel,
    ) -> Result<Self> {
        let session = SessionOptions {
            // Each sentence has another length: planning for it costs more than it saves.
            memory_pattern: false,
            ..options.clone()
        };
        let voice: Box<dyn Voice> = if kokoro::is_kokoro(folder) {
            Box::new(KokoroVoice::open(runtime, folder, &session, cancel)?)
        } else {
            Box::new(HibariVoice::open(runtime, folder, &session, cancel)?)
        };
        let mut folders = vec![folder.to_owned()];
        folders.extend(lenders.iter().cloned());
        let readers = G2pSet::open(runtime, folders, voice.voices(), &session, cancel)?;
        Ok(Self {
            voice,
            readers,
            device: runtime.device_name(&options.device),
        })
    }
}

impl SpeechModel for SpeechPipeline {
    fn info(&self) -> SpeechModelInfo {
        SpeechModelInfo {
            voices: self.voice.voices().to_vec(),
            sample_rate: self.voice.sample_rate(),
            device: self.device.clone(),
        }
    }

    fn run<'a>(
        &'a mut self,
        request: SpeechRequest,
        cancel: &'a Cancel,
    ) -> Result<Events<'a, SpeechEvent>> {
        if request.text.trim().is_empty() {
            return Err(Error::NothingToSay);
        }
        // Places in the text are counted in 32 bits.
        if u32::try_from(request.text.len()).is_err() {
            return Err(Error::parameter(
                "text",
                request.text.len(),
                ("at most 4 GB", "最多 4 GB"),
            ));
        }
        check_range("speed", request.speed, SPEEDS)?;
        let voices = self.voice.voices();
        let voice = match &request.voice {
            Some(id) => voices
                .iter()
                .find(|voice| voice.id == *id)
                .ok_or_else(|| unknown_voice(id, voices))?,
            None => g2p_set::voice_for(&request.text, voices)
                .ok_or_else(|| unknown_voice("", voices))?,
        };
        g2p_set::check_language(&request.text, voice, voices)?;
        let plan = SpeechPlan {
            text: request.text,
            voice: voice.id.clone(),
            speed: request.speed,
            seed: request.seed.unwrap_or_else(seed::draw),
        };
        let reader = self.readers.of(voice, cancel)?;
        let run = SpeechRun::new(self.voice.as_mut(), reader, plan, cancel);
        Ok(Box::new(run.events()))
    }
}
