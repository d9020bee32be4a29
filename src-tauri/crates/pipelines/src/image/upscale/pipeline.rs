//! The upscaler: a folder opened once, then one picture after another.

use std::path::Path;

use quartet_runtime::{Cancel, DeviceId, Runtime, SessionOptions};

use super::{
    enlarger::{Enlarger, OnnxEnlarger},
    model::UpscaleModel,
    upscaling::{UpscaleEvent, UpscaleRequest, Upscaling},
};
use crate::{Events, Result, folder::ModelFolder};

/// How to open a model.
#[derive(Debug, Clone, Default)]
pub struct UpscaleOptions {
    /// 0 takes the physical cores.
    pub threads: usize,
    pub spinning: bool,
    pub device: DeviceId,
}

/// A network that makes pictures larger.
#[derive(Debug)]
pub struct UpscalePipeline {
    enlarger: OnnxEnlarger,
}

impl UpscalePipeline {
    /// Opens a folder with an `upscaler.json`, as the recipe of Real-ESRGAN makes it.
    ///
    /// # Errors
    /// `MissingPart`, `BrokenFile`, `EscapingPath`, `UnsupportedGraph`, `Cancelled`, and those of
    /// the runtime.
    pub fn open(
        runtime: &Runtime,
        folder: &Path,
        options: &UpscaleOptions,
        cancel: &Cancel,
    ) -> Result<Self> {
        let session = SessionOptions {
            threads: options.threads,
            spinning: options.spinning,
            // Tiles at the edges have other sizes than those in the middle.
            memory_pattern: false,
            device: options.device.clone(),
        };
        let enlarger = OnnxEnlarger::open(runtime, ModelFolder::new(folder), &session, cancel)?;
        Ok(Self { enlarger })
    }

    /// How many times as large a picture can be made, ascending.
    pub fn factors(&self) -> Vec<u32> {
        self.enlarger.factors()
    }
}

impl UpscaleModel for UpscalePipeline {
    fn run<'a>(
        &'a mut self,
        request: UpscaleRequest,
        cancel: &'a Cancel,
    ) -> Result<Events<'a, UpscaleEvent>> {
        let upscaling = Upscaling::new(&mut self.enlarger, request, cancel)?;
        Ok(Box::new(upscaling))
    }
}
