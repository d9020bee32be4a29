//! One worker thread, one queue: whatever needs a loaded model waits its turn here.
//!
//! A task that panics becomes a failure; the models it may have left half-changed are dropped and
//! the worker goes on.

mod ask;
mod composition;
mod film;
mod image;
mod minutes;
mod outlet;
mod promise;
mod speech;
mod text;
mod transcription;
mod upscale;

use std::{
    collections::VecDeque,
    panic::{AssertUnwindSafe, catch_unwind},
    sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError},
    thread,
    time::Duration,
};

use quartet_runtime::Cancel;

use crate::{Code, Failure, Result, bench::Bench};
pub(crate) use ask::Ask;
pub(crate) use composition::CompositionJob;
pub(crate) use film::{
    FilmJob, Foresight, Narrating, Plot, Story, Target, Tools, checksum, spoken_captions,
};
pub(crate) use image::{Gallery, ImageJob};
pub(crate) use minutes::MinutesJob;
pub use outlet::{JobEvent, Sink};
pub(crate) use outlet::{Outlet, common_events};
pub(crate) use promise::{Known, enlarging as promise_enlarging, promise as promise_image};
pub(crate) use speech::SpeechJob;
pub(crate) use text::TextJob;
pub(crate) use transcription::{Heard, TranscriptionJob};
pub(crate) use upscale::UpscaleJob;

/// Names one job of this process.
pub type JobId = u32;

/// How long the end of the program waits for a job to notice that it was stopped.
const PATIENCE: Duration = Duration::from_secs(3);

/// Something to do with the worker's models. `fail` is called at most once, and last.
pub(crate) trait Task: Send {
    fn run(&mut self, bench: &mut Bench, cancel: &Cancel) -> Result<()>;
    fn fail(&mut self, failure: Failure);
    /// So many jobs come first.
    fn ahead(&mut self, _jobs: u32) {}
}

struct Entry {
    id: JobId,
    cancel: Cancel,
    task: Box<dyn Task>,
}

#[derive(Default)]
struct State {
    waiting: VecDeque<Entry>,
    running: Option<(JobId, Cancel)>,
    last_id: JobId,
    closed: bool,
    /// The worker has gone.
    ended: bool,
}

#[derive(Default)]
struct Shared {
    state: Mutex<State>,
    changed: Condvar,
}

impl Shared {
    fn state(&self) -> MutexGuard<'_, State> {
        // Nothing that can panic leaves the state half-changed.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The queue, with the worker at its other end. Dropping it stops everything.
pub(crate) struct Queue {
    shared: Arc<Shared>,
}

impl Queue {
    /// # Errors
    /// `Internal` when the system gives no thread.
    pub(crate) fn new(mut bench: Bench) -> Result<Self> {
        let shared = Arc::new(Shared::default());
        let worker = Arc::clone(&shared);
        thread::Builder::new()
            .name("quartet-worker".to_owned())
            .spawn(move || {
                while let Some(entry) = next(&worker) {
                    perform(entry, &mut bench);
                    worker.state().running = None;
                }
                drop(bench);
                worker.state().ended = true;
                worker.changed.notify_all();
            })
            .map_err(|error| Failure::new(Code::Internal, error))?;
        Ok(Self { shared })
    }

    pub(crate) fn start(&self, task: impl Task + 'static) -> JobId {
        self.start_with(task, Cancel::new())
    }

    /// The same for a task whose flag somebody else holds already.
    pub(crate) fn start_with(&self, mut task: impl Task + 'static, cancel: Cancel) -> JobId {
        let mut state = self.shared.state();
        state.last_id = state.last_id.wrapping_add(1);
        let id = state.last_id;
        if state.closed {
            drop(state);
            task.fail(Failure::new(Code::Cancelled, "the studio is closing"));
            return id;
        }
        let ahead = state.waiting.len() + usize::from(state.running.is_some());
        if ahead > 0 {
            task.ahead(ahead as u32);
        }
        state.waiting.push_back(Entry {
            id,
            cancel,
            task: Box::new(task),
        });
        drop(state);
        self.shared.changed.notify_all();
        id
    }

    /// Stops a job wherever it is; one that has ended is left alone.
    pub(crate) fn cancel(&self, id: JobId) {
        let mut state = self.shared.state();
        let waiting = state.waiting.iter().position(|entry| entry.id == id);
        let removed = waiting.and_then(|at| state.waiting.remove(at));
        let running = state.running.clone().filter(|(running, _)| *running == id);
        drop(state);
        if let Some(mut entry) = removed {
            entry.cancel.raise();
            entry.task.fail(Failure::new(Code::Cancelled, ""));
        }
        if let Some((_, cancel)) = running {
            cancel.raise();
        }
    }

    /// Stops every job, takes no more, and waits for the worker to notice: a model must not be
    /// torn down by the end of the process while it runs. One that never returns is not waited for
    /// longer than `PATIENCE`.
    pub(crate) fn close(&self) {
        let mut state = self.shared.state();
        state.closed = true;
        let waiting = std::mem::take(&mut state.waiting);
        let running = state.running.clone();
        drop(state);
        self.shared.changed.notify_all();
        for mut entry in waiting {
            entry.task.fail(Failure::new(Code::Cancelled, ""));
        }
        if let Some((_, cancel)) = running {
            cancel.raise();
        }
        let waited =
            self.shared
                .changed
                .wait_timeout_while(self.shared.state(), PATIENCE, |state| !state.ended);
        drop(waited);
    }

    /// Queued and running.
    pub(crate) fn len(&self) -> usize {
        let state = self.shared.state();
        state.waiting.len() + usize::from(state.running.is_some())
    }
}

impl Drop for Queue {
    fn drop(&mut self) {
        self.close();
    }
}

/// The next entry, once there is one; None when the queue is closed.
fn next(shared: &Shared) -> Option<Entry> {
    let mut state = shared.state();
    loop {
        if state.closed {
            return None;
        }
        if let Some(entry) = state.waiting.pop_front() {
            state.running = Some((entry.id, entry.cancel.clone()));
            for (before, waiting) in state.waiting.iter_mut().enumerate() {
                waiting.task.ahead(before as u32 + 1);
            }
            return Some(entry);
        }
        state = shared
            .changed
            .wait(state)
            .unwrap_or_else(PoisonError::into_inner);
    }
}

fn perform(mut entry: Entry, bench: &mut Bench) {
    let Entry { cancel, task, .. } = &mut entry;
    let ran = catch_unwind(AssertUnwindSafe(|| {
        cancel.check()?;
        task.run(bench, cancel)
    }));
    let failure = match ran {
        Ok(Ok(())) => return,
        Ok(Err(failure)) => failure,
        Err(panic) => {
            // Whatever the task was changing may be half-changed, and may panic again as it goes.
            let _ = catch_unwind(AssertUnwindSafe(|| bench.forget_models()));
            Failure::from_panic(panic.as_ref())
        }
    };
    let _ = catch_unwind(AssertUnwindSafe(|| task.fail(failure)));
}

impl std::fmt::Debug for Queue {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter
            .debug_struct("Queue")
            .field("jobs", &self.len())
            .finish_non_exhaustive()
    }
}
