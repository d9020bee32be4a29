//! The events of a running job, and how they reach a listener: about thirty a second.

use std::{
    ops::ControlFlow,
    time::{Duration, Instant},
};

use quartet_runtime::Cancel;
use serde::{Deserialize, Serialize};
use specta::Type;

use crate::Failure;

/// Names one job of this process.
pub type JobId = u32;

/// A screen shows no more, and each message costs the window a parse.
const INTERVAL: Duration = Duration::from_millis(33);

/// Where events go. `Break` says that nobody listens any more, which stops the job. It is called from
/// studio's threads and must not call studio back.
pub type Sink<E> = Box<dyn FnMut(E) -> ControlFlow<()> + Send>;

/// The events of a job, in order; `Done` or `Failed` is the last. `P` is the progress of its kind,
/// `M` what is made.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Type)]
#[serde(
    tag = "kind",
    rename_all = "camelCase",
    rename_all_fields = "camelCase"
)]
pub enum JobEvent<P, M> {
    /// Other jobs come first.
    Queued {
        ahead: u32,
    },
    /// A model has been loading for `seconds`; its last load took `expected_seconds`.
    Loading {
        model: String,
        seconds: f64,
        expected_seconds: Option<f64>,
    },
    Progress {
        progress: P,
    },
    Done {
        made: M,
        /// Ids in the library; empty where it was not asked to keep anything.
        works: Vec<String>,
        /// Why some of it was not kept; what was made is whole.
        keep_failure: Option<Failure>,
    },
    /// With the code `cancelled` when it was stopped.
    Failed {
        failure: Failure,
    },
}

/// Events that can be merged into one.
pub trait Merge: Sized {
    /// Takes in the event that follows; hands it back where one message cannot carry both.
    fn merge(&mut self, next: Self) -> Option<Self> {
        Some(next)
    }
}

impl<P: Merge, M> Merge for JobEvent<P, M> {
    fn merge(&mut self, next: Self) -> Option<Self> {
        match (self, next) {
            (Self::Progress { progress }, Self::Progress { progress: next }) => progress
                .merge(next)
                .map(|progress| Self::Progress { progress }),
            (_, next) => Some(next),
        }
    }
}

/// A job's events on their way to its sink.
pub(crate) struct EventSender<'a, E> {
    sink: &'a mut (dyn FnMut(E) -> ControlFlow<()> + Send + 'a),
    cancel: Cancel,
    /// Not sent yet.
    pending: Option<E>,
    last: Option<Instant>,
}

impl<'a, E: Merge> EventSender<'a, E> {
    /// Raises `cancel` when nobody listens any more.
    pub(crate) fn new(
        sink: &'a mut (dyn FnMut(E) -> ControlFlow<()> + Send + 'a),
        cancel: Cancel,
    ) -> Self {
        Self {
            sink,
            cancel,
            pending: None,
            last: None,
        }
    }

    /// Sends at once, after whatever is pending.
    pub(crate) fn send(&mut self, event: E) {
        self.push(event);
        self.flush();
    }

    /// Holds the event back so that it is sent together with those that follow; it leaves with the
    /// first one after the interval.
    pub(crate) fn send_coalesced(&mut self, event: E) {
        self.push(event);
        if self.last.is_none_or(|last| last.elapsed() >= INTERVAL) {
            self.flush();
        }
    }

    /// Sends what is pending.
    pub(crate) fn flush(&mut self) {
        if let Some(event) = self.pending.take() {
            if (self.sink)(event).is_break() {
                self.cancel.raise();
            }
            self.last = Some(Instant::now());
        }
    }

    fn push(&mut self, event: E) {
        let apart = match &mut self.pending {
            Some(before) => before.merge(event),
            None => Some(event),
        };
        if let Some(event) = apart {
            self.flush();
            self.pending = Some(event);
        }
    }
}

#[cfg(test)]
mod tests {
    use std::{sync::mpsc, thread};

    use super::*;

    #[derive(Debug, PartialEq)]
    enum Event {
        Items(Vec<u32>),
        Other,
        Failed,
    }

    impl Merge for Event {
        fn merge(&mut self, next: Self) -> Option<Self> {
            match (self, next) {
                (Self::Items(items), Self::Items(more)) => {
                    items.extend(more);
                    None
                }
                (_, next) => Some(next),
            }
        }
    }

    #[test]
    fn fast_events_are_gathered_and_none_is_lost_or_moved() {
        let (send, events) = mpsc::channel();
        let mut sink = |event| {
            send.send(event).unwrap();
            ControlFlow::Continue(())
        };
        let mut sender = EventSender::new(&mut sink, Cancel::new());
        let started = Instant::now();
        for id in 0..200 {
            if id == 100 {
                sender.send_coalesced(Event::Other);
            }
            sender.send_coalesced(Event::Items(vec![id]));
            thread::sleep(Duration::from_millis(1));
        }
        let most = started.elapsed().as_millis() / INTERVAL.as_millis() + 4;
        sender.send(Event::Failed);
        let events: Vec<_> = events.try_iter().collect();
        assert!(
            events.len() as u128 <= most + 1,
            "{} messages",
            events.len()
        );
        assert_eq!(events.last(), Some(&Event::Failed));
        let mut items = Vec::new();
        for event in events {
            match event {
                Event::Items(more) => items.extend(more),
                Event::Other => assert_eq!(items.len(), 100),
                Event::Failed => {}
            }
        }
        assert_eq!(items, (0..200).collect::<Vec<_>>());
    }

    #[test]
    fn a_listener_that_goes_stops_the_job() {
        let cancel = Cancel::new();
        let mut gone = |_| ControlFlow::Break(());
        let mut sender = EventSender::new(&mut gone, cancel.clone());
        sender.send_coalesced(Event::Other);
        assert!(cancel.is_raised());
    }
}
