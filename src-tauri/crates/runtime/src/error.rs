//! Everything that can go wrong between Quartet and ONNX Runtime, one variant a cause.

use std::path::PathBuf;

use crate::element::ElementType;

pub type Result<T, E = Error> = std::result::Result<T, E>;

#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    #[error("the ONNX Runtime library was not found at {path}")]
    LibraryMissing { path: PathBuf },
    #[error("{path} is built for {found}, this program for {needed}")]
    LibraryArchitecture {
        path: PathBuf,
        found: String,
        needed: &'static str,
    },
    #[error("{path} is ONNX Runtime {found}; {needed} or newer is needed")]
    LibraryTooOld {
        path: PathBuf,
        found: String,
        needed: String,
    },
    #[error("{path} reports to {endpoint} as soon as it is loaded")]
    LibraryReports {
        path: PathBuf,
        endpoint: &'static str,
    },
    #[error("{path} is not a usable ONNX Runtime library: {reason}")]
    LibraryUnusable { path: PathBuf, reason: String },
    #[error("the library offers no device called {device}")]
    DeviceUnavailable { device: String },
    #[error("there is no model file at {path}")]
    ModelMissing { path: PathBuf },
    #[error("{path} is not a model this version can run: {reason}")]
    ModelUnusable { path: PathBuf, reason: String },
    #[error("the model has no {direction} called {name}")]
    UnknownName {
        direction: &'static str,
        name: String,
    },
    #[error("{name} holds {found:?}, {needed:?} was expected")]
    ElementMismatch {
        name: String,
        found: ElementType,
        needed: ElementType,
    },
    #[error("{name} has the shape {found:?}, which does not fit {needed}")]
    ShapeMismatch {
        name: String,
        found: Vec<usize>,
        needed: String,
    },
    #[error("the model failed while running: {reason}")]
    Run { reason: String },
    #[error("there is not enough memory: {reason}")]
    OutOfMemory { reason: String },
    #[error("stopped")]
    Cancelled,
}

impl Error {
    /// Sorts a failed run by its cause; a run that was asked to stop is never a failure.
    pub(crate) fn from_run(message: &str, cancelled: bool) -> Self {
        let reason = message.to_owned();
        if cancelled {
            Self::Cancelled
        } else if is_out_of_memory(&reason) {
            Self::OutOfMemory { reason }
        } else {
            Self::Run { reason }
        }
    }
}

/// ONNX Runtime reports memory exhaustion only as text: `std::bad_alloc`, or its own allocator's
/// "Failed to allocate memory for requested buffer of size N".
pub(crate) fn is_out_of_memory(message: &str) -> bool {
    message.contains("bad_alloc") || message.contains("Failed to allocate memory")
}

impl From<crate::Cancelled> for Error {
    fn from(_: crate::Cancelled) -> Self {
        Self::Cancelled
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stopped_run_is_cancelled_whatever_the_library_says() {
        let error = "Exiting due to terminate flag being set to true.";
        assert_eq!(Error::from_run(error, true), Error::Cancelled);
        assert!(matches!(Error::from_run(error, false), Error::Run { .. }));
    }

    #[test]
    fn allocation_failures_are_told_apart() {
        for text in [
            "std::bad_alloc",
            "BFCArena: Failed to allocate memory for requested buffer of size 9",
        ] {
            assert!(matches!(
                Error::from_run(text, false),
                Error::OutOfMemory { .. }
            ));
        }
    }
}
