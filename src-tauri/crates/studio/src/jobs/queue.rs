//! One worker thread, one queue: whatever needs a loaded model waits its turn here.
//!
//! What panics becomes a failure; the models that it may have left half-changed are dropped and the
//! worker goes on. Listeners are called without the queue's lock, and a listener that panics stops its
//! own job alone.

use std::{
    collections::VecDeque,
    ops::ControlFlow,
    panic::{AssertUnwindSafe, catch_unwind},
    sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError},
    thread,
    time::Duration,
};

use quartet_runtime::Cancel;

use super::{query::Query, runnable::Runnable, worker::Worker};
use crate::{Code, Failure, JobId, Result, locks::lock};

/// How long the end of the program waits for a job to notice that it was stopped.
const PATIENCE: Duration = Duration::from_secs(3);

/// A runnable on its way through the queue.
struct Entry {
    id: JobId,
    cancel: Cancel,
    turn: Arc<Mutex<Turn>>,
}

/// Its lock is held while a place is reported, and never while the runnable runs: a late report does not
/// wait for the end of a job.
struct Turn {
    /// None once it runs or has ended.
    runnable: Option<Box<dyn Runnable>>,
    /// The place in the queue that was reported last; places only fall.
    ahead: u32,
}

impl Entry {
    fn new(id: JobId, runnable: Box<dyn Runnable>, cancel: Cancel) -> Self {
        let turn = Turn {
            runnable: Some(runnable),
            ahead: u32::MAX,
        };
        Self {
            id,
            cancel,
            turn: Arc::new(Mutex::new(turn)),
        }
    }

    /// Ends it before its turn.
    fn fail(self, failure: Failure) {
        self.cancel.raise();
        if let Some(runnable) = self.take() {
            let failure = Some(failure);
            Ended { runnable, failure }.report();
        }
    }

    /// The runnable, whose place is reported no more.
    fn take(&self) -> Option<Box<dyn Runnable>> {
        lock(&self.turn).runnable.take()
    }

    fn announcement(&self, ahead: usize) -> Announcement {
        Announcement {
            turn: Arc::clone(&self.turn),
            cancel: self.cancel.clone(),
            ahead: ahead as u32,
        }
    }

    /// Runs it, unless it was taken out meanwhile; how it ended is for the caller to report.
    fn perform(self, worker: &mut Worker) -> Option<Ended> {
        let mut runnable = self.take()?;
        let ran = catch_unwind(AssertUnwindSafe(|| {
            self.cancel.check()?;
            runnable.run(worker, &self.cancel)
        }));
        let failure = match ran {
            Ok(Ok(())) => None,
            Ok(Err(failure)) => Some(failure),
            Err(panic) => {
                // Whatever was being changed may be half-changed, and may panic again as it goes.
                let _ = catch_unwind(AssertUnwindSafe(|| worker.forget_models()));
                Some(Failure::from_panic(panic.as_ref()))
            }
        };
        Some(Ended { runnable, failure })
    }
}

struct Ended {
    runnable: Box<dyn Runnable>,
    failure: Option<Failure>,
}

impl Ended {
    /// Reports the failure, if there is one, and drops the listener: both may panic.
    fn report(self) {
        let Self {
            mut runnable,
            failure,
        } = self;
        if let Some(failure) = failure {
            let _ = catch_unwind(AssertUnwindSafe(|| runnable.fail(failure)));
        }
        let _ = catch_unwind(AssertUnwindSafe(|| drop(runnable)));
    }
}

/// Says how many jobs come first, once the queue's lock is let go.
struct Announcement {
    turn: Arc<Mutex<Turn>>,
    cancel: Cancel,
    ahead: u32,
}

impl Announcement {
    fn tell(self) {
        let mut turn = lock(&self.turn);
        let Turn { runnable, ahead } = &mut *turn;
        // It has begun or ended meanwhile, or a later place was reported already.
        let Some(runnable) = runnable.as_mut().filter(|_| self.ahead < *ahead) else {
            return;
        };
        *ahead = self.ahead;
        let answer = catch_unwind(AssertUnwindSafe(|| runnable.ahead(self.ahead)));
        if !matches!(answer, Ok(ControlFlow::Continue(()))) {
            self.cancel.raise();
        }
    }
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
        lock(&self.state)
    }
}

/// The queue, with the worker at its other end. Dropping it stops everything.
pub(crate) struct Queue {
    shared: Arc<Shared>,
}

impl Queue {
    /// # Errors
    /// `Internal` when the system gives no thread.
    pub(crate) fn new(mut worker: Worker) -> Result<Self> {
        let shared = Arc::new(Shared::default());
        let own = Arc::clone(&shared);
        thread::Builder::new()
            .name("quartet-worker".to_owned())
            .spawn(move || {
                while let Some((entry, announcements)) = next(&own) {
                    announcements.into_iter().for_each(Announcement::tell);
                    let ended = entry.perform(&mut worker);
                    own.state().running = None;
                    // Whoever hears of the end may start another job at once: nothing comes before it.
                    ended.into_iter().for_each(Ended::report);
                }
                drop(worker);
                own.state().ended = true;
                own.changed.notify_all();
            })
            .map_err(|error| Failure::new(Code::Internal, error))?;
        Ok(Self { shared })
    }

    /// Queues something that `cancel` stops.
    pub(crate) fn start(&self, runnable: impl Runnable + 'static, cancel: Cancel) -> JobId {
        let mut state = self.shared.state();
        state.last_id = state.last_id.wrapping_add(1);
        let id = state.last_id;
        let entry = Entry::new(id, Box::new(runnable), cancel);
        if state.closed {
            drop(state);
            entry.fail(Failure::new(Code::Cancelled, "the studio is closing"));
            return id;
        }
        let ahead = state.waiting.len() + usize::from(state.running.is_some());
        let announcement = (ahead > 0).then(|| entry.announcement(ahead));
        state.waiting.push_back(entry);
        drop(state);
        if let Some(announcement) = announcement {
            announcement.tell();
        }
        self.shared.changed.notify_all();
        id
    }

    /// Asks the worker something and waits for the reply, behind the jobs that came before.
    ///
    /// # Errors
    /// Those of the question; `Cancelled` when it was stopped, or the studio is closing.
    pub(crate) fn ask<T: Send + 'static>(
        &self,
        cancel: Cancel,
        question: impl FnOnce(&mut Worker, &Cancel) -> Result<T> + Send + 'static,
    ) -> Result<T> {
        let (query, reply) = Query::new(question);
        self.start(query, cancel);
        reply.wait()
    }

    /// Has the worker do something that nobody waits for.
    pub(crate) fn tell(&self, what: impl FnOnce(&mut Worker) + Send + 'static) {
        let (query, _) = Query::new(move |worker: &mut Worker, _: &Cancel| {
            what(worker);
            Ok(())
        });
        self.start(query, Cancel::new());
    }

    /// Stops a job wherever it is; one that has ended is left alone.
    pub(crate) fn cancel(&self, id: JobId) {
        let mut state = self.shared.state();
        let waiting = state.waiting.iter().position(|entry| entry.id == id);
        let removed = waiting.and_then(|at| state.waiting.remove(at));
        let running = state.running.clone().filter(|(running, _)| *running == id);
        drop(state);
        if let Some(entry) = removed {
            entry.fail(Failure::new(Code::Cancelled, ""));
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
        for entry in waiting {
            entry.fail(Failure::new(Code::Cancelled, ""));
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

/// The next entry, once there is one, with the new places of those behind it; None when the queue is
/// closed.
fn next(shared: &Shared) -> Option<(Entry, Vec<Announcement>)> {
    let mut state = shared.state();
    loop {
        if state.closed {
            return None;
        }
        if let Some(entry) = state.waiting.pop_front() {
            state.running = Some((entry.id, entry.cancel.clone()));
            let waiting = state.waiting.iter().enumerate();
            let announcements = waiting.map(|(before, entry)| entry.announcement(before + 1));
            return Some((entry, announcements.collect()));
        }
        state = shared
            .changed
            .wait(state)
            .unwrap_or_else(PoisonError::into_inner);
    }
}

impl std::fmt::Debug for Queue {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter
            .debug_struct("Queue")
            .field("jobs", &self.len())
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc::{self, Receiver, Sender};

    use quartet_runtime::DeviceId;

    use super::*;
    use crate::{
        Loader, Paths,
        models::{LoadOptions, Loaded, Model},
        resources::Resources,
    };

    struct NoModels;

    impl Loader for NoModels {
        fn load(&self, model: &Model, _: &LoadOptions, _: &Cancel) -> Result<Loaded> {
            Err(model.wrong_kind())
        }

        fn runtime_version(&self) -> String {
            String::new()
        }

        fn device_name(&self, _: &DeviceId) -> String {
            String::new()
        }
    }

    fn worker(home: &std::path::Path) -> Worker {
        let paths = Paths {
            home: home.to_owned(),
            models: Vec::new(),
            runtime: home.to_owned(),
        };
        let (resources, _) = Resources::open(paths);
        Worker::new(Arc::new(resources), Arc::new(NoModels))
    }

    /// Runs until its other end is dropped.
    struct Long {
        begun: Sender<()>,
        end: Receiver<()>,
        told: Sender<u32>,
    }

    impl Runnable for Long {
        fn run(&mut self, _: &mut Worker, _: &Cancel) -> Result<()> {
            self.begun.send(()).unwrap();
            let _ = self.end.recv();
            Ok(())
        }

        fn fail(&mut self, _: Failure) {}

        fn ahead(&mut self, jobs: u32) -> ControlFlow<()> {
            self.told.send(jobs).unwrap();
            ControlFlow::Continue(())
        }
    }

    #[test]
    fn a_place_that_is_reported_late_waits_for_no_job() {
        let home = tempfile::tempdir().unwrap();
        let mut worker = worker(home.path());
        let ((begun, begins), (end, ends), (told, places)) =
            (mpsc::channel(), mpsc::channel(), mpsc::channel());
        let long = Long {
            begun,
            end: ends,
            told,
        };
        let entry = Entry::new(1, Box::new(long), Cancel::new());
        let [first, late] = [entry.announcement(2), entry.announcement(1)];
        first.tell();
        let running = thread::spawn(move || entry.perform(&mut worker).unwrap().report());
        begins.recv().unwrap();
        let (done, returned) = mpsc::channel();
        thread::spawn(move || {
            late.tell();
            done.send(()).unwrap();
        });
        returned.recv_timeout(Duration::from_secs(10)).unwrap();
        drop(end);
        running.join().unwrap();
        assert_eq!(places.iter().collect::<Vec<_>>(), [2]);
    }
}
