//! What every kind of job has in common: orders become jobs, jobs run with a context, and one driver
//! reports, keeps and ends them all.

use std::{ops::ControlFlow, path::PathBuf};

use quartet_media::UnknownFormat;
use quartet_runtime::Cancel;

use super::{product::Product, runnable::Runnable, worker::Worker};
use crate::{
    Failure, JobEvent, Merge, Result, Settings, Sink,
    events::EventSender,
    models::{Kind, Model},
    resources::Resources,
};

/// Where a result goes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Keep {
    /// It goes into the library.
    Library,
    /// It goes into the library, and the one who asked copies it to this path afterwards: where the library's
    /// disk takes no more, what is written for long is written near there.
    LibraryNear(PathBuf),
    /// It goes into a labelled file, in the format that the ending names, and leaves no trace in the
    /// library. Several results get numbers before the ending.
    File(PathBuf),
    /// It lives as long as its handle.
    No,
}

impl Keep {
    /// For what a job makes on its way to its own result: one that leaves no trace leaves none of that
    /// either.
    pub(super) fn on_the_way(&self) -> Self {
        match self {
            Self::Library | Self::LibraryNear(_) => Self::Library,
            Self::File(_) | Self::No => Self::No,
        }
    }
}

/// One kind of job: loads models, runs them, reports its progress, and hands back what it made.
pub trait Job: Send + 'static {
    /// Its own progress, beside the events of every job.
    type Progress: Merge + Send + 'static;
    /// Its result, as `Done` carries it.
    type Made: Send + 'static;

    /// Whether [`Keep::File`] can write to a path of this ending.
    ///
    /// # Errors
    /// [`UnknownFormat`].
    fn check_ending(_path: &std::path::Path) -> Result<(), UnknownFormat> {
        Ok(())
    }

    /// # Errors
    /// Whatever keeps it from an end; `Cancelled` when it was stopped.
    fn run(&mut self, context: &mut JobContext<'_, Self>) -> Result<Self::Made>
    where
        Self: Sized;

    /// What there is to keep of it; nothing for a job that writes its own file while it runs.
    fn products<'a>(&'a self, _made: &'a Self::Made) -> Vec<Product<'a>> {
        Vec::new()
    }

    /// Called however the job ended, perhaps twice: nothing is added any more to what others look at
    /// meanwhile.
    fn end(&mut self) {}
}

/// The events of a kind of job.
pub type EventOf<J> = JobEvent<<J as Job>::Progress, <J as Job>::Made>;

/// What a kind of job makes.
pub type MadeOf<J> = <J as Job>::Made;

/// What is asked for, by a window or a terminal; it becomes a job.
pub trait Order: Sized {
    type Job: Job;
    /// What can be looked at while the job runs.
    type Live;

    /// Refuses what cannot be done before anything is loaded.
    ///
    /// # Errors
    /// `ModelUnknown`, `ModelWrongKind`, `ModelNone`, a model's own problem, and what is wrong with the
    /// order.
    fn prepare(self, resources: &Resources) -> Result<Prepared<Self>>;
}

/// A job that is ready to be queued.
pub struct Prepared<O: Order> {
    pub(crate) job: O::Job,
    pub(crate) live: O::Live,
    /// The id of the model that it is mostly made by.
    pub(crate) model: String,
}

impl<O: Order> std::fmt::Debug for Prepared<O> {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter
            .debug_struct("Prepared")
            .field("model", &self.model)
            .finish_non_exhaustive()
    }
}

/// What a job is given to run with.
pub struct JobContext<'a, J: Job> {
    pub(crate) worker: &'a mut Worker,
    /// The settings when the job began: a change while it runs applies to the next one.
    pub(crate) settings: &'a Settings,
    pub(crate) cancel: &'a Cancel,
    pub(crate) keep: &'a Keep,
    pub(crate) events: EventSender<'a, EventOf<J>>,
    pub(crate) kept: Kept,
}

impl<J: Job> std::fmt::Debug for JobContext<'_, J> {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter
            .debug_struct("JobContext")
            .field("keep", self.keep)
            .finish_non_exhaustive()
    }
}

/// What was kept of a job.
#[derive(Debug, Default)]
pub(crate) struct Kept {
    /// Ids in the library.
    pub(crate) works: Vec<String>,
    /// Why some of it was not; what was made is whole.
    pub(crate) failure: Option<Failure>,
}

/// A nested job that came to its end.
pub(crate) struct Finished<M> {
    pub(crate) made: M,
    pub(crate) works: Vec<String>,
}

impl<'a, J: Job> JobContext<'a, J> {
    /// The model, loaded first (with progress) if it is not in memory; and the sender of events.
    ///
    /// # Errors
    /// `ModelTooLarge`, `ModelWrongKind`, `Cancelled`, and whatever the loader finds wrong.
    pub(crate) fn model<K: Kind + ?Sized>(
        &mut self,
        model: &Model,
    ) -> Result<(&mut K, &mut EventSender<'a, EventOf<J>>)> {
        let events = &mut self.events;
        let mut tell = |seconds, expected_seconds| {
            events.send(JobEvent::Loading {
                model: model.id.clone(),
                seconds,
                expected_seconds,
            });
        };
        let loaded = self
            .worker
            .model(model, self.settings, &mut tell, self.cancel)?;
        Ok((loaded, &mut self.events))
    }

    /// Sends the progress at once.
    pub(crate) fn send(&mut self, progress: J::Progress) {
        self.events.progress(progress);
    }

    /// Runs another job to its end within this one, on the same models; `wrap` makes its events this
    /// job's progress.
    ///
    /// # Errors
    /// Those of the nested job.
    pub(crate) fn nested<N: Job>(
        &mut self,
        job: &mut N,
        keep: &Keep,
        mut wrap: impl FnMut(EventOf<N>) -> J::Progress + Send,
    ) -> Result<Finished<N::Made>>
    where
        N::Made: Clone,
    {
        let events = &mut self.events;
        let mut forward = |event| {
            events.progress(wrap(event));
            ControlFlow::Continue(())
        };
        let mut context = JobContext {
            worker: self.worker,
            settings: self.settings,
            cancel: self.cancel,
            keep,
            events: EventSender::new(&mut forward, self.cancel.clone()),
            kept: Kept::default(),
        };
        let made = context.complete(job)?;
        let works = context.kept.works.clone();
        context.done(made.clone());
        Ok(Finished { made, works })
    }

    /// Runs a job and keeps what it made.
    fn complete(&mut self, job: &mut J) -> Result<J::Made> {
        let made = job.run(self);
        // Shown before the disk is waited for, and before a failure.
        self.events.flush();
        job.end();
        let made = made?;
        // Putting a product together may encode pictures: not for nothing.
        if *self.keep == Keep::No {
            return Ok(made);
        }
        let products = job.products(&made);
        let count = products.len();
        for (index, product) in products.into_iter().enumerate() {
            if let Keep::File(path) = self.keep {
                product.write_to(&numbered(path, index, count), self.settings)?;
                continue;
            }
            match product.keep(self.worker, self.settings) {
                Ok(work) => self.kept.works.push(work),
                Err(failure) => {
                    self.kept.failure = Some(failure);
                    break;
                }
            }
        }
        Ok(made)
    }

    /// Sends its last event.
    fn done(mut self, made: J::Made) {
        let Kept { works, failure } = self.kept;
        self.events.send(JobEvent::Done {
            made,
            works,
            keep_failure: failure,
        });
    }
}

impl<P: Merge, M> EventSender<'_, JobEvent<P, M>> {
    /// Sends the progress at once.
    pub(crate) fn progress(&mut self, progress: P) {
        self.send(JobEvent::Progress { progress });
    }

    /// Sends the progress together with what follows, within the interval.
    pub(crate) fn coalesced(&mut self, progress: P) {
        self.send_coalesced(JobEvent::Progress { progress });
    }
}

/// Where one of `count` results goes, counted from 0: `cat.png` as `cat-2.png`, where there are several.
pub fn numbered(path: &std::path::Path, index: usize, count: usize) -> PathBuf {
    if count == 1 {
        return path.to_owned();
    }
    let stem = path.file_stem().unwrap_or_default().to_string_lossy();
    let ending = path.extension().unwrap_or_default().to_string_lossy();
    path.with_file_name(format!("{stem}-{}.{ending}", index + 1))
}

/// A job in the queue, with its listener.
pub(crate) struct Queued<J: Job> {
    pub(crate) job: J,
    pub(crate) keep: Keep,
    pub(crate) sink: Sink<EventOf<J>>,
}

impl<J: Job> Runnable for Queued<J> {
    fn run(&mut self, worker: &mut Worker, cancel: &Cancel) -> Result<()> {
        let settings = worker.resources.settings.load();
        let mut context = JobContext {
            worker,
            settings: &settings,
            cancel,
            keep: &self.keep,
            events: EventSender::new(&mut *self.sink, cancel.clone()),
            kept: Kept::default(),
        };
        let made = context.complete(&mut self.job)?;
        context.done(made);
        Ok(())
    }

    fn fail(&mut self, failure: Failure) {
        self.job.end();
        let _ = (self.sink)(JobEvent::Failed { failure });
    }

    fn ahead(&mut self, jobs: u32) -> ControlFlow<()> {
        (self.sink)(JobEvent::Queued { ahead: jobs })
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;

    #[test]
    fn several_results_get_numbers_before_the_ending() {
        let path = Path::new("/a/my cat.v2.png");
        assert_eq!(numbered(path, 2, 4), Path::new("/a/my cat.v2-3.png"));
        assert_eq!(numbered(path, 0, 1), path);
    }
}
