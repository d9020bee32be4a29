//! The upscaler: a folder opened once, then one picture after another.

use std::path::Path;

use quartet_runtime::{Cancel, Runtime, SessionOptions};

use super::{
    model::UpscaleModel,
    run::{UpscaleEvent, UpscaleRequest, UpscaleRun},
    upscaler::{OnnxUpscaler, Upscaler},
};
use crate::{Events, Result, folder::ModelFolder};

/// A network that makes pictures larger.
#[derive(Debug)]
pub struct UpscalePipeline {
    upscaler: OnnxUpscaler,
}

impl UpscalePipeline {
    /// Opens a folder with an `upscaler.json`, as the recipe of Real-ESRGAN makes it.
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
        let session = SessionOptions {
            // Tiles at the edges have other sizes than those in the middle.
            memory_pattern: false,
            ..options.clone()
        };
        let upscaler = OnnxUpscaler::open(runtime, ModelFolder::new(folder), &session, cancel)?;
        Ok(Self { upscaler })
    }

    /// How many times as large a picture can be made, ascending.
    pub fn factors(&self) -> Vec<u32> {
        self.upscaler.factors()
    }
}

impl UpscaleModel for UpscalePipeline {
    fn run<'a>(
        &'a mut self,
        request: UpscaleRequest,
        cancel: &'a Cancel,
    ) -> Result<Events<'a, UpscaleEvent>> {
        let run = UpscaleRun::new(&mut self.upscaler, request, cancel)?;
        Ok(Box::new(run.events()))
    }
}
