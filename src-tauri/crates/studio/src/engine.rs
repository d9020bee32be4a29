//! The pipelines as studio sees them, and the real ones over ONNX Runtime.
//!
//! The traits are the seam at which tests put a model without weights.

use std::{
    path::{Path, PathBuf},
    sync::OnceLock,
    thread,
};

use quartet_pipelines::{
    Events, Pipeline, Result as PipelineResult,
    audio::{
        SpeechEvent, SpeechModelInfo, SpeechOptions, SpeechPipeline, SpeechRequest,
        composition::{
            CompositionEvent, CompositionModelInfo, CompositionOptions, CompositionPipeline,
            CompositionRequest,
        },
        transcription::{
            TranscriptionEvent, TranscriptionModelInfo, TranscriptionPipeline, TranscriptionRequest,
        },
    },
    image::{
        ImageEvent, ImageModelInfo, ImageParameters, ImageRequest, Picture,
        diffusion::{DiffusionOptions, DiffusionPipeline},
        glyph::{Condition, GlyphOptions, GlyphPipeline, NearWord},
        upscale::{UpscaleEvent, UpscaleOptions, UpscalePipeline, UpscaleRequest},
    },
    text::{
        Alternative, TextEvent, TextModelInfo, TextOptions, TextPipeline, TextRequest, TokenId,
        TokenPiece,
    },
    video::{InbetweenOptions, InbetweenPipeline, Interpolator},
};
use quartet_runtime::{Cancel, DeviceId, Runtime, SessionOptions};

use crate::{Code, Failure, Paths, Result, models::Architecture, models::Model};

/// A loaded text model.
pub trait TextModel: Send {
    fn info(&self) -> TextModelInfo;
    fn tokenize(&mut self, text: &str) -> PipelineResult<Vec<TokenPiece>>;
    fn decode(&self, ids: &[TokenId]) -> String;
    fn next_token(
        &mut self,
        request: &TextRequest,
        count: u32,
        cancel: &Cancel,
    ) -> PipelineResult<Vec<Alternative>>;
    fn run<'a>(
        &'a mut self,
        request: TextRequest,
        cancel: &'a Cancel,
    ) -> PipelineResult<Events<'a, TextEvent>>;
}

/// A loaded model that speaks.
pub trait SpeechModel: Send {
    fn info(&self) -> SpeechModelInfo;
    fn run<'a>(
        &'a mut self,
        request: SpeechRequest,
        cancel: &'a Cancel,
    ) -> PipelineResult<Events<'a, SpeechEvent>>;
}

/// A loaded model that listens.
pub trait TranscriptionModel: Send {
    fn info(&self) -> TranscriptionModelInfo;
    fn run<'a>(
        &'a mut self,
        request: TranscriptionRequest,
        cancel: &'a Cancel,
    ) -> PipelineResult<Events<'a, TranscriptionEvent>>;
}

/// A loaded model that composes.
pub trait CompositionModel: Send {
    fn info(&self) -> CompositionModelInfo;
    fn run<'a>(
        &'a mut self,
        request: CompositionRequest,
        cancel: &'a Cancel,
    ) -> PipelineResult<Events<'a, CompositionEvent>>;
}

/// A loaded model that draws.
pub trait ImageModel: Send {
    fn info(&self) -> ImageModelInfo;

    /// The words it knows that lie nearest to a prompt; none where it keeps no list.
    fn near(
        &mut self,
        _prompt: &str,
        _count: usize,
        _cancel: &Cancel,
    ) -> PipelineResult<Vec<NearWord>> {
        Ok(Vec::new())
    }

    /// What a picture of a prompt is told by, so that places between prompts can be drawn; None for a
    /// model that knows only prompts.
    fn condition(
        &mut self,
        _prompt: &str,
        _style: Option<&str>,
        _cancel: &Cancel,
    ) -> PipelineResult<Option<Condition>> {
        Ok(None)
    }

    /// Draws a picture of a condition, the seed's noise turned by so many radians.
    fn draw(
        &mut self,
        _condition: &Condition,
        _turn: f32,
        _parameters: &ImageParameters,
        _cancel: &Cancel,
    ) -> PipelineResult<Picture> {
        let reason = "it knows no places between prompts".to_owned();
        Err(quartet_pipelines::Error::UnsupportedGraph { reason })
    }

    fn run<'a>(
        &'a mut self,
        request: ImageRequest,
        cancel: &'a Cancel,
    ) -> PipelineResult<Events<'a, ImageEvent>>;
}

/// A loaded model that makes pictures larger.
pub trait UpscaleModel: Send {
    fn run<'a>(
        &'a mut self,
        request: UpscaleRequest,
        cancel: &'a Cancel,
    ) -> PipelineResult<Events<'a, UpscaleEvent>>;
}

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

impl CompositionModel for CompositionPipeline {
    fn info(&self) -> CompositionModelInfo {
        self.info()
    }

    fn run<'a>(
        &'a mut self,
        request: CompositionRequest,
        cancel: &'a Cancel,
    ) -> PipelineResult<Events<'a, CompositionEvent>> {
        Pipeline::run(self, request, cancel)
    }
}

impl TextModel for TextPipeline {
    fn info(&self) -> TextModelInfo {
        self.info()
    }

    fn tokenize(&mut self, text: &str) -> PipelineResult<Vec<TokenPiece>> {
        self.tokenize(text)
    }

    fn decode(&self, ids: &[TokenId]) -> String {
        self.decode(ids)
    }

    fn next_token(
        &mut self,
        request: &TextRequest,
        count: u32,
        cancel: &Cancel,
    ) -> PipelineResult<Vec<Alternative>> {
        self.next_token(request, count, cancel)
    }

    fn run<'a>(
        &'a mut self,
        request: TextRequest,
        cancel: &'a Cancel,
    ) -> PipelineResult<Events<'a, TextEvent>> {
        Pipeline::run(self, request, cancel)
    }
}

impl SpeechModel for SpeechPipeline {
    fn info(&self) -> SpeechModelInfo {
        self.info()
    }

    fn run<'a>(
        &'a mut self,
        request: SpeechRequest,
        cancel: &'a Cancel,
    ) -> PipelineResult<Events<'a, SpeechEvent>> {
        Pipeline::run(self, request, cancel)
    }
}

impl TranscriptionModel for TranscriptionPipeline {
    fn info(&self) -> TranscriptionModelInfo {
        self.info()
    }

    fn run<'a>(
        &'a mut self,
        request: TranscriptionRequest,
        cancel: &'a Cancel,
    ) -> PipelineResult<Events<'a, TranscriptionEvent>> {
        Pipeline::run(self, request, cancel)
    }
}

impl ImageModel for GlyphPipeline {
    fn info(&self) -> ImageModelInfo {
        self.info()
    }

    fn near(
        &mut self,
        prompt: &str,
        count: usize,
        cancel: &Cancel,
    ) -> PipelineResult<Vec<NearWord>> {
        self.near(prompt, count, cancel)
    }

    fn condition(
        &mut self,
        prompt: &str,
        style: Option<&str>,
        cancel: &Cancel,
    ) -> PipelineResult<Option<Condition>> {
        self.condition(prompt, style, cancel).map(Some)
    }

    fn draw(
        &mut self,
        condition: &Condition,
        turn: f32,
        parameters: &ImageParameters,
        cancel: &Cancel,
    ) -> PipelineResult<Picture> {
        self.draw(condition, turn, parameters, cancel)
    }

    fn run<'a>(
        &'a mut self,
        request: ImageRequest,
        cancel: &'a Cancel,
    ) -> PipelineResult<Events<'a, ImageEvent>> {
        Pipeline::run(self, request, cancel)
    }
}

impl ImageModel for DiffusionPipeline {
    fn info(&self) -> ImageModelInfo {
        self.info()
    }

    fn run<'a>(
        &'a mut self,
        request: ImageRequest,
        cancel: &'a Cancel,
    ) -> PipelineResult<Events<'a, ImageEvent>> {
        Pipeline::run(self, request, cancel)
    }
}

impl UpscaleModel for UpscalePipeline {
    fn run<'a>(
        &'a mut self,
        request: UpscaleRequest,
        cancel: &'a Cancel,
    ) -> PipelineResult<Events<'a, UpscaleEvent>> {
        Pipeline::run(self, request, cancel)
    }
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
