//! The pipelines as studio sees them, and the real ones over ONNX Runtime.
//!
//! The two traits are the seam at which tests put a model without weights.

use std::{
    path::{Path, PathBuf},
    sync::OnceLock,
    thread,
};

use quartet_pipelines::{
    Events, Pipeline, Result as PipelineResult,
    text::{
        Alternative, TextEvent, TextModelInfo, TextOptions, TextPipeline, TextRequest, TokenId,
        TokenPiece,
    },
};
use quartet_runtime::{Cancel, Runtime};

use crate::{Code, Failure, Result, models::Architecture, models::Model};

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

/// Turns model folders into loaded models.
pub trait Loader: Send + Sync {
    /// # Errors
    /// Those of the runtime and of the pipeline; `Cancelled`.
    fn text(
        &self,
        model: &Model,
        options: &TextOptions,
        cancel: &Cancel,
    ) -> Result<Box<dyn TextModel>>;

    /// Of the runtime that models run on, for recipes.
    fn runtime_version(&self) -> String;
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

/// ONNX Runtime, loaded when something first needs it: a listing of works never does.
#[derive(Debug)]
pub(crate) struct Engine {
    library: PathBuf,
    loaded: OnceLock<Result<Runtime>>,
}

impl Engine {
    pub(crate) fn new(library: PathBuf) -> Self {
        Self {
            library,
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
    fn text(
        &self,
        model: &Model,
        options: &TextOptions,
        cancel: &Cancel,
    ) -> Result<Box<dyn TextModel>> {
        match model.architecture {
            Architecture::CausalLm => {
                let pipeline = TextPipeline::open(self.runtime()?, &model.folder, options, cancel)?;
                Ok(Box::new(pipeline))
            }
            Architecture::Unknown => Err(Failure::with(
                Code::ModelWrongKind,
                &[("model", &model.id)],
                "",
            )),
        }
    }

    fn runtime_version(&self) -> String {
        self.runtime()
            .map_or_else(|_| String::new(), |runtime| runtime.version().to_owned())
    }
}
