//! The speech pipeline: a folder opened once, then one text after another.

use std::{
    hash::{BuildHasher, Hasher, RandomState},
    path::{Path, PathBuf},
};

use quartet_runtime::{Cancel, DeviceId, Runtime, SessionOptions};

use super::{
    hibari::HibariVoice,
    kokoro::{self, KokoroVoice},
    model::SpeechModel,
    readers::{self, Readers},
    speaking::{Plan, Speaking},
    taught::unknown_voice,
    types::{SpeechEvent, SpeechModelInfo, SpeechRequest},
    voice::Voice,
};
use crate::{Error, Events, Result};

/// How much slower and faster than its own pace a voice still sounds right.
const SPEEDS: std::ops::RangeInclusive<f32> = 0.5..=2.0;

/// How to open a model.
#[derive(Debug, Clone, Default)]
pub struct SpeechOptions {
    /// 0 takes the physical cores.
    pub threads: usize,
    pub spinning: bool,
    pub device: DeviceId,
    /// Models whose tables of words are read where a folder has none of its own.
    pub tables: Vec<PathBuf>,
}

pub struct SpeechPipeline {
    voice: Box<dyn Voice>,
    readers: Readers,
    device: String,
}

impl std::fmt::Debug for SpeechPipeline {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter
            .debug_struct("SpeechPipeline")
            .field("device", &self.device)
            .finish_non_exhaustive()
    }
}

impl SpeechPipeline {
    /// Opens a folder as the recipes of Hibari and Kokoro make it, or Kokoro's in the layout of
    /// transformers.js.
    ///
    /// # Errors
    /// `MissingPart`, `BrokenFile`, `EscapingPath`, `UnsupportedGraph`, `Cancelled`, and those of
    /// the runtime.
    pub fn open(
        runtime: &Runtime,
        folder: &Path,
        options: &SpeechOptions,
        cancel: &Cancel,
    ) -> Result<Self> {
        let session = SessionOptions {
            threads: options.threads,
            spinning: options.spinning,
            // Each sentence has another length: planning for it costs more than it saves.
            memory_pattern: false,
            device: options.device.clone(),
        };
        let voice: Box<dyn Voice> = if kokoro::is_kokoro(folder) {
            Box::new(KokoroVoice::open(runtime, folder, &session, cancel)?)
        } else {
            Box::new(HibariVoice::open(runtime, folder, &session, cancel)?)
        };
        let mut folders = vec![folder.to_owned()];
        folders.extend(options.tables.iter().cloned());
        let readers = Readers::open(runtime, folders, voice.voices(), cancel)?;
        let devices = runtime.devices().into_iter();
        let device = devices.clone().find(|device| device.id == options.device);
        Ok(Self {
            voice,
            readers,
            device: device.map_or_else(|| options.device.as_str().to_owned(), |one| one.name),
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
            return Err(Error::Parameter {
                name: "text",
                found: format!("{} bytes", request.text.len()),
                allowed: "at most 4 GB",
            });
        }
        if !SPEEDS.contains(&request.speed) {
            return Err(Error::Parameter {
                name: "speed",
                found: request.speed.to_string(),
                allowed: "between 0.5 and 2",
            });
        }
        let voices = self.voice.voices();
        let voice = match &request.voice {
            Some(id) => voices
                .iter()
                .find(|voice| voice.id == *id)
                .ok_or_else(|| unknown_voice(id))?,
            None => readers::voice_for(&request.text, voices).ok_or_else(|| unknown_voice(""))?,
        };
        readers::check_language(&request.text, voice, voices)?;
        let plan = Plan {
            text: request.text,
            voice: voice.id.clone(),
            speed: request.speed,
            seed: request.seed.unwrap_or_else(random_seed),
        };
        let reader = self.readers.of(voice, cancel)?;
        let speaking = Speaking::new(self.voice.as_mut(), reader, plan, cancel);
        Ok(Box::new(speaking))
    }
}

/// A seed nobody asked for: the standard library's own source of per-process randomness.
fn random_seed() -> u32 {
    RandomState::new().build_hasher().finish() as u32
}
