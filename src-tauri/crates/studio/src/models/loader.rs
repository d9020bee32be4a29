//! Model folders opened over ONNX Runtime.

use std::{
    path::{Path, PathBuf},
    sync::OnceLock,
    thread,
};

use quartet_runtime::{Cancel, DeviceId, Runtime};

use super::{
    architectures::Opening,
    loaded::{LoadOptions, Loaded, Loader},
    model::Model,
};
use crate::{Code, Failure, Paths, Result};

/// ONNX Runtime, loaded when something first needs it: a listing of works never does.
#[derive(Debug)]
pub(crate) struct OrtLoader {
    library: PathBuf,
    /// Each holds model folders.
    models: Vec<PathBuf>,
    runtime: OnceLock<Result<Runtime>>,
}

impl OrtLoader {
    pub(crate) fn new(paths: &Paths) -> Self {
        Self {
            library: paths.runtime.clone(),
            models: paths.models.clone(),
            runtime: OnceLock::new(),
        }
    }

    /// The runtime, or why there is none. A library that is missing is looked for once: ONNX
    /// Runtime cannot be loaded twice, and the next start is soon enough.
    pub(crate) fn runtime(&self) -> Result<&Runtime> {
        self.runtime
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

impl Loader for OrtLoader {
    fn load(&self, model: &Model, options: &LoadOptions, cancel: &Cancel) -> Result<Loaded> {
        let facts = model.architecture.facts();
        let facts = facts.ok_or_else(|| model.wrong_kind())?;
        let opening = Opening {
            runtime: self.runtime()?,
            model,
            roots: &self.models,
            options,
            cancel,
        };
        Ok((facts.open)(&opening)?)
    }

    fn runtime_version(&self) -> String {
        self.runtime()
            .map_or_else(|_| String::new(), |runtime| runtime.version().to_owned())
    }

    fn device_name(&self, device: &DeviceId) -> String {
        self.runtime()
            .map_or_else(|_| String::new(), |runtime| runtime.device_name(device))
    }
}
