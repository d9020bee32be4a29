//! What Quartet asks of ONNX Runtime: load the library, open a session, run it, stop it.
//!
//! This is the only crate that names the `ort` bindings, whose API still moves. Deliberately
//! absent: a trait over tensor runtimes, async, downloads, and anything that knows what a model
//! is for.

mod cancel;
mod device;
mod element;
mod error;
mod library;
mod session;
mod tensor;

pub use cancel::{Cancel, Cancelled};
pub use device::{Device, DeviceId};
pub use element::ElementType;
pub use error::{Error, Result};
pub use library::Runtime;
pub use session::{Binding, Outputs, Session, SessionOptions, time_in_runs};
pub use tensor::{Dimension, Element, Tensor, TensorSpec};

pub use half::f16;
