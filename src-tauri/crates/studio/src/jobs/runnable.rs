//! What the queue holds.

use std::ops::ControlFlow;

use quartet_runtime::Cancel;

use super::worker::Worker;
use crate::{Failure, Result};

/// Something to do with the worker's models. `fail` is called at most once, and last.
pub(crate) trait Runnable: Send {
    fn run(&mut self, worker: &mut Worker, cancel: &Cancel) -> Result<()>;

    fn fail(&mut self, failure: Failure);

    /// Reports how many jobs come first. `Break` says that nobody listens.
    fn ahead(&mut self, _jobs: u32) -> ControlFlow<()> {
        ControlFlow::Continue(())
    }
}
