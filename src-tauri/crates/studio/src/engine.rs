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
        SpeechPipeline, composition::CompositionPipeline, transcription::TranscriptionPipeline,
    },
    image::{diffusion::DiffusionPipeline, glyph::GlyphPipeline, upscale::UpscalePipeline},
    text::TextPipeline,
    video::{InbetweenPipeline, Interpolator},
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
        let session = SessionOptions {
            threads: options.threads,
            spinning: options.spinning,
            device: options.device.clone(),
            ..SessionOptions::default()
        };
        let runtime = self.runtime()?;
        Ok(match model.architecture {
            Architecture::CausalLm => {
                let pipeline = TextPipeline::open(runtime, folder, &session, cancel)?;
                Loaded::Text(Box::new(pipeline))
            }
            Architecture::Hibari | Architecture::Kokoro => {
                // A folder that somebody brought has no tables of words: ours lend theirs.
                let ours = ["kokoro", "hibari-en"];
                let roots = self.models.iter();
                let lenders: Vec<_> = roots
                    .flat_map(|root| ours.map(|id| root.join(id)))
                    .collect();
                let pipeline = SpeechPipeline::open(runtime, folder, &lenders, &session, cancel)?;
                Loaded::Speech(Box::new(pipeline))
            }
            Architecture::Whisper => {
                let pipeline = TranscriptionPipeline::open(runtime, folder, &session, cancel)?;
                Loaded::Transcription(Box::new(pipeline))
            }
            Architecture::Melody => {
                let pipeline = CompositionPipeline::open(runtime, folder, &session, cancel)?;
                Loaded::Composition(Box::new(pipeline))
            }
            Architecture::Glyph => {
                let pipeline = GlyphPipeline::open(runtime, folder, &session, cancel)?;
                Loaded::Image(Box::new(pipeline))
            }
            Architecture::Diffusion => {
                let budget = options.memory_budget;
                let mut pipeline =
                    DiffusionPipeline::open(runtime, folder, &session, budget, cancel)?;
                pipeline.prepare(cancel)?;
                Loaded::Image(Box::new(pipeline))
            }
            Architecture::Upscaler => {
                let pipeline = UpscalePipeline::open(runtime, folder, &session, cancel)?;
                Loaded::Upscaler(Box::new(pipeline))
            }
            Architecture::Inbetween => {
                let pipeline = InbetweenPipeline::open(runtime, folder, &session, cancel)?;
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
