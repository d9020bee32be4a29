//! Model folders opened over ONNX Runtime. Tests put models without weights behind the same traits.

use std::{
    path::{Path, PathBuf},
    sync::OnceLock,
    thread,
};

pub use quartet_pipelines::{
    audio::{SpeechModel, composition::CompositionModel, transcription::TranscriptionModel},
    image::{ImageModel, upscale::UpscaleModel},
    text::TextModel,
};
use quartet_pipelines::{
    audio::{
        SpeechOptions, SpeechPipeline,
        composition::{CompositionOptions, CompositionPipeline},
        transcription::TranscriptionPipeline,
    },
    image::{
        diffusion::{DiffusionOptions, DiffusionPipeline},
        glyph::{GlyphOptions, GlyphPipeline},
        upscale::{UpscaleOptions, UpscalePipeline},
    },
    text::{TextOptions, TextPipeline},
    video::{InbetweenOptions, InbetweenPipeline, Interpolator},
};
use quartet_runtime::{Cancel, DeviceId, Runtime, SessionOptions};

use crate::{Code, Failure, Paths, Result, models::Architecture, models::Model};

/// A model in memory: one variant for each [`crate::models::Skill`].
pub enum Loaded {
    Text(Box<dyn TextModel>),
    Speech(Box<dyn SpeechModel>),
    Transcription(Box<dyn TranscriptionModel>),
    Composition(Box<dyn CompositionModel>),
    Image(Box<dyn ImageModel>),
    Upscaler(Box<dyn UpscaleModel>),
    Inbetween(Box<dyn Interpolator + Send>),
}

impl std::fmt::Debug for Loaded {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str(match self {
            Self::Text(_) => "Text",
            Self::Speech(_) => "Speech",
            Self::Transcription(_) => "Transcription",
            Self::Composition(_) => "Composition",
            Self::Image(_) => "Image",
            Self::Upscaler(_) => "Upscaler",
            Self::Inbetween(_) => "Inbetween",
        })
    }
}

/// How models are opened; a change opens them again.
#[derive(Debug, Clone, PartialEq)]
pub struct LoadOptions {
    /// 0 takes the physical cores.
    pub threads: usize,
    pub spinning: bool,
    pub device: DeviceId,
    /// In bytes, for a model that needs more and whose parts can be loaded one after the other.
    pub memory_budget: Option<u64>,
}

/// Turns model folders into loaded models.
pub trait Loader: Send + Sync {
    /// # Errors
    /// Those of the runtime and of the pipeline; `ModelWrongKind`, `Cancelled`.
    fn load(&self, model: &Model, options: &LoadOptions, cancel: &Cancel) -> Result<Loaded>;

    /// Of the runtime that models run on, for recipes.
    fn runtime_version(&self) -> String;
}

/// ONNX Runtime, loaded when something first needs it: a listing of works never does.
#[derive(Debug)]
pub(crate) struct Engine {
    library: PathBuf,
    /// Each holds model folders.
    models: Vec<PathBuf>,
    loaded: OnceLock<Result<Runtime>>,
}

impl Engine {
    pub(crate) fn new(paths: &Paths) -> Self {
        Self {
            library: paths.runtime.clone(),
            models: paths.models.clone(),
            loaded: OnceLock::new(),
        }
    }

    /// The runtime, or why there is none. A library that is missing is looked for once: ONNX
    /// Runtime cannot be loaded twice, and the next start is soon enough.
    pub(crate) fn runtime(&self) -> Result<&Runtime> {
        self.loaded
            .get_or_init(|| load_library(&self.library))
            .as_ref()
            .map_err(Clone::clone)
    }
}

/// Bytes of stack for the thread that loads the library: for its own work, and for each byte of
/// the program's command line. ONNX Runtime 1.30 on Linux runs a regular expression over
/// /proc/self/cmdline as it starts, with an engine that recurses at every character (measured: 140
/// bytes); a prompt of ten thousand characters in the terminal would end the process.
const STACK: usize = 4 << 20;
const STACK_PER_ARGUMENT_BYTE: usize = 512;

fn load_library(path: &Path) -> Result<Runtime> {
    let command_line = std::fs::read("/proc/self/cmdline").map_or(0, |line| line.len());
    let path = path.to_owned();
    thread::Builder::new()
        .name("quartet-runtime".to_owned())
        .stack_size(STACK + STACK_PER_ARGUMENT_BYTE * command_line)
        .spawn(move || Runtime::load(&path).map_err(Failure::from))
        .map_err(|error| Failure::new(Code::Internal, error))?
        .join()
        .unwrap_or_else(|panic| Err(Failure::from_panic(panic.as_ref())))
}

impl Loader for Engine {
    fn load(&self, model: &Model, options: &LoadOptions, cancel: &Cancel) -> Result<Loaded> {
        let folder = &model.folder;
        let LoadOptions {
            threads,
            spinning,
            device,
            memory_budget,
        } = options.clone();
        Ok(match model.architecture {
            Architecture::CausalLm => {
                let options = TextOptions {
                    threads,
                    spinning,
                    device,
                    context_limit: None,
                };
                let pipeline = TextPipeline::open(self.runtime()?, folder, &options, cancel)?;
                Loaded::Text(Box::new(pipeline))
            }
            Architecture::Hibari | Architecture::Kokoro => {
                // A folder that somebody brought has no tables of words: ours lend theirs.
                let lenders = ["kokoro", "hibari-en"];
                let tables = self
                    .models
                    .iter()
                    .flat_map(|root| lenders.map(|id| root.join(id)));
                let options = SpeechOptions {
                    threads,
                    spinning,
                    device,
                    tables: tables.collect(),
                };
                let pipeline = SpeechPipeline::open(self.runtime()?, folder, &options, cancel)?;
                Loaded::Speech(Box::new(pipeline))
            }
            Architecture::Whisper => {
                let options = SessionOptions {
                    threads,
                    spinning,
                    device,
                    ..SessionOptions::default()
                };
                let runtime = self.runtime()?;
                let pipeline = TranscriptionPipeline::open(runtime, folder, &options, cancel)?;
                Loaded::Transcription(Box::new(pipeline))
            }
            Architecture::Melody => {
                let options = CompositionOptions { spinning, device };
                let runtime = self.runtime()?;
                let pipeline = CompositionPipeline::open(runtime, folder, &options, cancel)?;
                Loaded::Composition(Box::new(pipeline))
            }
            Architecture::Glyph => {
                let options = GlyphOptions {
                    threads,
                    spinning,
                    device,
                };
                let pipeline = GlyphPipeline::open(self.runtime()?, folder, &options, cancel)?;
                Loaded::Image(Box::new(pipeline))
            }
            Architecture::Diffusion => {
                let options = DiffusionOptions {
                    threads,
                    spinning,
                    device,
                    memory_budget,
                };
                let runtime = self.runtime()?;
                let mut pipeline = DiffusionPipeline::open(runtime, folder, &options, cancel)?;
                pipeline.prepare(cancel)?;
                Loaded::Image(Box::new(pipeline))
            }
            Architecture::Upscaler => {
                let options = UpscaleOptions {
                    threads,
                    spinning,
                    device,
                };
                let pipeline = UpscalePipeline::open(self.runtime()?, folder, &options, cancel)?;
                Loaded::Upscaler(Box::new(pipeline))
            }
            Architecture::Inbetween => {
                let options = InbetweenOptions {
                    threads,
                    spinning,
                    device,
                };
                let pipeline = InbetweenPipeline::open(self.runtime()?, folder, &options, cancel)?;
                Loaded::Inbetween(Box::new(pipeline))
            }
            Architecture::Unknown => return Err(model.wrong_kind()),
        })
    }

    fn runtime_version(&self) -> String {
        self.runtime()
            .map_or_else(|_| String::new(), |runtime| runtime.version().to_owned())
    }
}
