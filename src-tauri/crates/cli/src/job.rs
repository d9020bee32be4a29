//! What every command that generates does: it starts a job and follows it to its end.

use std::{
    io::{self, Read},
    ops::ControlFlow,
    path::{Path, PathBuf},
    process::ExitCode,
    sync::mpsc,
};

use quartet_studio::{
    Code, EventOf, Failure, Job, JobEvent, JobHandle, Keep, Live, Order, Sink, Studio,
    labels::{Label, SourceType},
    transcript_format,
};

use crate::{
    output::{Result, User, note},
    progress::Progress,
    words::{self, Words},
};

/// The prompt itself, or what stdin holds where it is `-`.
pub fn prompt(given: String) -> Result<String> {
    if given != "-" {
        return Ok(given);
    }
    let mut bytes = Vec::new();
    io::stdin()
        .read_to_end(&mut bytes)
        .map_err(|error| Failure::new(Code::PromptNotText, error))?;
    String::from_utf8(bytes).map_err(|error| Failure::new(Code::PromptNotText, error).into())
}

/// The events as they come, through a channel: studio's threads must not wait for a slow terminal.
/// Once the receiver is gone, the job is stopped.
pub fn channel<E: Send + 'static>() -> (Sink<E>, mpsc::Receiver<E>) {
    let (send, events) = mpsc::channel();
    let sink: Sink<E> = Box::new(move |event| match send.send(event) {
        Ok(()) => ControlFlow::Continue(()),
        Err(_) => ControlFlow::Break(()),
    });
    (sink, events)
}

/// Where a result goes, beside the file that was asked for.
pub fn keep(no_keep: bool) -> Keep {
    if no_keep { Keep::No } else { Keep::Library }
}

/// What a file's label says that is in no library, where models made all of it.
pub fn generated(model: &str) -> (&str, SourceType) {
    (model, SourceType::Generated)
}

/// A job on its way.
pub struct Running<L, E> {
    pub handle: JobHandle<L>,
    pub events: mpsc::Receiver<E>,
}

/// What a job came to.
pub struct Ended<M> {
    pub made: M,
    /// Ids in the library.
    pub works: Vec<String>,
    pub keep_failure: Option<Failure>,
}

/// Whether what such an order comes to can be written to `out`, and replaces none of its sources: told before
/// anything is made, not after.
pub fn check_out<O: Order>(studio: &Studio, out: Option<&Path>, sources: &[PathBuf]) -> Result<()> {
    if let Some(out) = out {
        let works = studio.works();
        works.check_destination(out, O::Job::check_ending, sources)?;
    }
    Ok(())
}

/// As [`check_out`], of what is said in it.
pub fn check_captions(studio: &Studio, captions: Option<&Path>, sources: &[PathBuf]) -> Result<()> {
    if let Some(captions) = captions {
        let works = studio.works();
        works.check_destination(captions, transcript_format, sources)?;
    }
    Ok(())
}

/// Starts a job. Where its result is to be written was checked.
pub fn start<O: Order<Live: Live>>(
    studio: &Studio,
    order: O,
    keep: Keep,
) -> Result<Running<O::Live, EventOf<O::Job>>> {
    let (sink, events) = channel();
    let handle = studio.jobs().start(order, keep, sink)?;
    Ok(Running { handle, events })
}

impl<L, P, M> Running<L, JobEvent<P, M>> {
    /// Follows it to its end; `show` shows its progress.
    pub fn follow(
        &self,
        user: &User,
        mut show: impl FnMut(P, &mut Progress) -> Result<()>,
    ) -> Result<Ended<M>> {
        let mut progress = Progress::new(user.language);
        for event in &self.events {
            if let Some(ended) = step(event, &mut progress, &mut show)? {
                return Ok(ended);
            }
        }
        Err(Failure::new(Code::Internal, "the job ended without an end").into())
    }
}

/// Shows one event, of a job or of one within it, and gives what the job came to.
pub fn step<P, M>(
    event: JobEvent<P, M>,
    progress: &mut Progress,
    mut show: impl FnMut(P, &mut Progress) -> Result<()>,
) -> Result<Option<Ended<M>>> {
    match event {
        JobEvent::Queued { .. } => progress.say(words::WAITING),
        JobEvent::Loading {
            model,
            seconds,
            expected_seconds,
        } => progress.loading(&model, seconds, expected_seconds),
        JobEvent::Progress { progress: event } => show(event, progress)?,
        JobEvent::Done {
            made,
            works,
            keep_failure,
        } => {
            return Ok(Some(Ended {
                made,
                works,
                keep_failure,
            }));
        }
        JobEvent::Failed { failure } => return Err(failure.into()),
    }
    Ok(None)
}

impl<M> Ended<M> {
    /// The label of the results' files, counted from 0: that of the work where it is kept, so that both have one
    /// id, else one of its own.
    pub fn label(
        &self,
        studio: &Studio,
        index: usize,
        (model, source): (&str, SourceType),
    ) -> quartet_studio::Result<Label> {
        match self.works.get(index) {
            Some(work) => studio.works().label(work),
            None => Ok(Label::anonymous(model.to_owned(), source)),
        }
    }

    /// The id in the library.
    pub fn work(&self) -> Option<&str> {
        self.works.first().map(String::as_str)
    }

    /// Says why what was made is not in the library, where it was to be, and gives the exit code.
    pub fn code(&self, user: &User, not_kept: Words) -> ExitCode {
        self.keep_failure
            .as_ref()
            .map_or(ExitCode::SUCCESS, |failure| {
                note(user.say(not_kept));
                user.failure(failure)
            })
    }

    /// The file that was asked for, written now, or else the library's.
    pub fn file(
        &self,
        studio: &Studio,
        out: Option<&Path>,
        write: impl FnOnce(&Path) -> quartet_studio::Result<()>,
    ) -> Result<Option<PathBuf>> {
        let Some(out) = out else {
            return Ok(self.files(studio)?.pop());
        };
        write(out)?;
        Ok(Some(out.to_owned()))
    }

    /// The library's files.
    pub fn files(&self, studio: &Studio) -> Result<Vec<PathBuf>> {
        let works = self.works.iter();
        let files = works.map(|work| Ok(studio.works().open(work)?.file.into()));
        files.collect()
    }
}
