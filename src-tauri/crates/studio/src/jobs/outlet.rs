//! A job's events on their way out: gathered to about thirty a second.

use std::{
    ops::ControlFlow,
    time::{Duration, Instant},
};

use quartet_runtime::Cancel;

use crate::Failure;

/// A screen shows no more, and each message costs the window a parse.
const INTERVAL: Duration = Duration::from_millis(33);

/// Where a job's events go. `Break` says that nobody listens any more, which stops the job. It is
/// called from studio's threads and must not call studio back.
pub type Sink<E> = Box<dyn FnMut(E) -> ControlFlow<()> + Send>;

/// What every kind of job tells beside its own events, and how its own are gathered.
pub trait JobEvent: Send + Sized + 'static {
    /// Other jobs come first.
    fn queued(ahead: u32) -> Self;

    /// The model is being loaded, for so many seconds now; the last load took `expected_seconds`.
    fn loading(model: &str, seconds: f64, expected_seconds: Option<f64>) -> Self;

    /// The last event of a job that went wrong or was stopped.
    fn failed(failure: Failure) -> Self;

    /// Takes the event that follows in, where one message can tell both; else hands it back.
    fn absorb(&mut self, next: Self) -> Option<Self> {
        Some(next)
    }
}

/// In an `impl JobEvent`: the constructors, for an enum with the variants `Queued { ahead }`, `Loading { model,
/// seconds, expected_seconds }` and `Failed { failure }`.
macro_rules! common_events {
    () => {
        fn queued(ahead: u32) -> Self {
            Self::Queued { ahead }
        }

        fn loading(model: &str, seconds: f64, expected_seconds: Option<f64>) -> Self {
            Self::Loading {
                model: model.to_owned(),
                seconds,
                expected_seconds,
            }
        }

        fn failed(failure: crate::Failure) -> Self {
            Self::Failed { failure }
        }
    };
}
pub(crate) use common_events;

pub(crate) struct Outlet<E> {
    sink: Sink<E>,
    cancel: Cancel,
    /// Not sent yet.
    gathered: Option<E>,
    last: Option<Instant>,
}

impl<E: JobEvent> Outlet<E> {
    /// Raises `cancel` when nobody listens any more.
    pub(crate) fn new(sink: Sink<E>, cancel: Cancel) -> Self {
        Self {
            sink,
            cancel,
            gathered: None,
            last: None,
        }
    }

    /// An outlet for what nobody listens to.
    pub(crate) fn silent(cancel: &Cancel) -> Self {
        Self::new(Box::new(|_| ControlFlow::Continue(())), cancel.clone())
    }

    /// Sends at once, with whatever was gathered.
    pub(crate) fn send(&mut self, event: E) {
        self.hold(event);
        self.flush();
    }

    /// Gathers; what was gathered goes out with the first event after the interval.
    pub(crate) fn gather(&mut self, event: E) {
        self.hold(event);
        if self.last.is_none_or(|last| last.elapsed() >= INTERVAL) {
            self.flush();
        }
    }

    pub(crate) fn flush(&mut self) {
        if let Some(event) = self.gathered.take() {
            if (self.sink)(event).is_break() {
                self.cancel.raise();
            }
            self.last = Some(Instant::now());
        }
    }

    fn hold(&mut self, event: E) {
        let apart = match &mut self.gathered {
            Some(before) => before.absorb(event),
            None => Some(event),
        };
        if let Some(event) = apart {
            self.flush();
            self.gathered = Some(event);
        }
    }
}

#[cfg(test)]
mod tests {
    use std::{sync::mpsc, thread};

    use super::*;
    use crate::Code;

    #[derive(Debug, PartialEq)]
    enum Event {
        Items(Vec<u32>),
        Other,
        Failed,
    }

    impl JobEvent for Event {
        fn queued(_: u32) -> Self {
            Self::Other
        }

        fn loading(_: &str, _: f64, _: Option<f64>) -> Self {
            Self::Other
        }

        fn failed(_: Failure) -> Self {
            Self::Failed
        }

        fn absorb(&mut self, next: Self) -> Option<Self> {
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
        let sink: Sink<Event> = Box::new(move |event| {
            send.send(event).unwrap();
            ControlFlow::Continue(())
        });
        let mut outlet = Outlet::new(sink, Cancel::new());
        let started = Instant::now();
        for id in 0..200 {
            if id == 100 {
                outlet.gather(Event::Other);
            }
            outlet.gather(Event::Items(vec![id]));
            thread::sleep(Duration::from_millis(1));
        }
        let most = started.elapsed().as_millis() / INTERVAL.as_millis() + 4;
        outlet.send(Event::failed(Failure::new(Code::Cancelled, "")));
        drop(outlet);
        let events: Vec<_> = events.iter().collect();
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
        let mut outlet = Outlet::new(Box::new(|_| ControlFlow::Break(())), cancel.clone());
        outlet.gather(Event::Other);
        assert!(cancel.is_raised());
    }
}
