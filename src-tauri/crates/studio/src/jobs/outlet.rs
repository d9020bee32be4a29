//! A job's events on their way out: gathered to about thirty a second.

use std::time::{Duration, Instant};

use quartet_pipelines::text::Token;
use quartet_runtime::Cancel;

use crate::{Failure, wire::TextJobEvent, wire::TextSink};

/// A screen shows no more, and each message costs the window a parse.
const INTERVAL: Duration = Duration::from_millis(33);

pub(crate) struct Outlet {
    sink: TextSink,
    cancel: Cancel,
    /// Not sent yet.
    tokens: Vec<Token>,
    last: Option<Instant>,
}

impl Outlet {
    /// Raises `cancel` when nobody listens any more.
    pub(crate) fn new(sink: TextSink, cancel: Cancel) -> Self {
        Self {
            sink,
            cancel,
            tokens: Vec::new(),
            last: None,
        }
    }

    /// Sends at once, after whatever was gathered.
    pub(crate) fn send(&mut self, event: TextJobEvent) {
        self.flush();
        self.pass(event);
    }

    /// Gathers; what was gathered goes out with the first token after the interval.
    pub(crate) fn token(&mut self, token: Token) {
        self.tokens.push(token);
        if self.is_due() {
            self.flush();
        }
    }

    /// The first and the last always, those between when they are due.
    pub(crate) fn prompt(&mut self, done: u32, total: u32, reused: u32) {
        if done == total || self.is_due() {
            self.send(TextJobEvent::Prompt {
                done,
                total,
                reused,
            });
        }
    }

    pub(crate) fn flush(&mut self) {
        if !self.tokens.is_empty() {
            let tokens = std::mem::take(&mut self.tokens);
            self.pass(TextJobEvent::Tokens { tokens });
        }
    }

    pub(crate) fn fail(&mut self, failure: Failure) {
        self.send(TextJobEvent::Failed { failure });
    }

    fn pass(&mut self, event: TextJobEvent) {
        if (self.sink)(event).is_break() {
            self.cancel.raise();
        }
        self.last = Some(Instant::now());
    }

    fn is_due(&self) -> bool {
        self.last.is_none_or(|last| last.elapsed() >= INTERVAL)
    }
}

#[cfg(test)]
mod tests {
    use std::{ops::ControlFlow, sync::mpsc, thread};

    use super::*;

    fn token(id: u32) -> Token {
        Token {
            id,
            text: String::new(),
            piece: String::new(),
            logprob: 0.0,
            chosen_logprob: 0.0,
            alternatives: Vec::new(),
        }
    }

    #[test]
    fn fast_tokens_are_gathered_and_none_is_lost_or_moved() {
        let (send, events) = mpsc::channel();
        let sink: TextSink = Box::new(move |event| {
            send.send(event).unwrap();
            ControlFlow::Continue(())
        });
        let mut outlet = Outlet::new(sink, Cancel::new());
        let started = Instant::now();
        for id in 0..200 {
            outlet.token(token(id));
            thread::sleep(Duration::from_millis(1));
        }
        let most = started.elapsed().as_millis() / INTERVAL.as_millis() + 2;
        outlet.fail(Failure::new(crate::Code::Cancelled, ""));
        drop(outlet);
        let events: Vec<_> = events.iter().collect();
        assert!(
            events.len() as u128 <= most + 1,
            "{} messages",
            events.len()
        );
        assert!(matches!(events.last(), Some(TextJobEvent::Failed { .. })));
        let ids: Vec<_> = events
            .iter()
            .filter_map(|event| match event {
                TextJobEvent::Tokens { tokens } => Some(tokens.iter().map(|token| token.id)),
                _ => None,
            })
            .flatten()
            .collect();
        assert_eq!(ids, (0..200).collect::<Vec<_>>());
    }

    #[test]
    fn a_listener_that_goes_stops_the_job() {
        let cancel = Cancel::new();
        let mut outlet = Outlet::new(Box::new(|_| ControlFlow::Break(())), cancel.clone());
        outlet.prompt(1, 2, 0);
        assert!(cancel.is_raised());
    }
}
