//! The graphs of a folder, loaded when they are needed and, where memory is short, let go again.

use std::path::{Path, PathBuf};

use quartet_runtime::{Cancel, Runtime, Session, SessionOptions};

use crate::Result;

/// One graph.
#[derive(Debug)]
pub(super) struct Part {
    path: PathBuf,
    session: Option<Session>,
}

/// What loading takes.
#[derive(Debug)]
pub(super) struct PartLoader {
    pub(super) runtime: Runtime,
    pub(super) options: SessionOptions,
    /// Whether a stage's graphs are let go before the next stage's are loaded.
    pub(super) in_turn: bool,
}

impl Part {
    pub(super) fn new(path: PathBuf) -> Self {
        Self {
            path,
            session: None,
        }
    }

    pub(super) fn is_loaded(&self) -> bool {
        self.session.is_some()
    }

    /// # Errors
    /// Those of the runtime, `Cancelled`.
    pub(super) fn load(&mut self, loader: &PartLoader, cancel: &Cancel) -> Result<&mut Session> {
        let session = match self.session.take() {
            Some(session) => session,
            None => Session::open(&loader.runtime, &self.path, &loader.options, cancel)?,
        };
        Ok(self.session.insert(session))
    }

    pub(super) fn unload(&mut self) {
        self.session = None;
    }

    /// The graph and its weights on disk, in bytes.
    pub(super) fn bytes(&self) -> u64 {
        weight_bytes(&self.path)
    }
}

/// Exporters put weights beside the graph as `model.onnx_data`, `model.onnx.data` or
/// `weights.pb`, always in the part's own folder.
fn weight_bytes(graph: &Path) -> u64 {
    let folder = graph.parent().and_then(|folder| folder.read_dir().ok());
    let name = graph.file_name().unwrap_or_default();
    folder
        .into_iter()
        .flatten()
        .flatten()
        .filter(|entry| {
            let other = entry.file_name();
            // Another graph beside it, in another precision, is not read.
            other == name || Path::new(&other).extension().is_none_or(|e| e != "onnx")
        })
        .filter_map(|entry| entry.metadata().ok())
        .filter(std::fs::Metadata::is_file)
        .map(|metadata| metadata.len())
        .sum()
}
