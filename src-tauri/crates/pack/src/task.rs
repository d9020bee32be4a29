//! How far a long copy is, how fast it goes, and stopping it.

use std::{
    collections::VecDeque,
    time::{Duration, Instant},
};

use quartet_studio::{Cancel, Code, Failure, Result};
use serde::{Deserialize, Serialize};
use specta::Type;

/// How far a pack is.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct ClassPackProgress {
    /// Bytes that were read, of all that are to be.
    pub done: u64,
    pub total: u64,
    /// Over the last seconds.
    pub bytes_per_second: f64,
    /// None before the speed is known.
    pub seconds_left: Option<f64>,
    /// Inside the pack; the file that is being read.
    pub path: String,
}

/// How often progress is told.
const EVERY: Duration = Duration::from_millis(100);
/// Of this long the speed is the mean.
const WINDOW: Duration = Duration::from_secs(4);

/// A long copy that is going on.
pub struct Task<'a> {
    cancel: &'a Cancel,
    tell: &'a mut dyn FnMut(ClassPackProgress),
    done: u64,
    total: u64,
    path: String,
    /// When so many bytes were done.
    seen: VecDeque<(Instant, u64)>,
    told: Option<Instant>,
}

impl std::fmt::Debug for Task<'_> {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let (done, total) = (self.done, self.total);
        write!(formatter, "Task {{ {done} of {total}: {:?} }}", self.path)
    }
}

impl<'a> Task<'a> {
    /// One of so many bytes.
    pub fn new(cancel: &'a Cancel, total: u64, tell: &'a mut dyn FnMut(ClassPackProgress)) -> Self {
        Self {
            cancel,
            tell,
            done: 0,
            total,
            path: String::new(),
            seen: VecDeque::from([(Instant::now(), 0)]),
            told: None,
        }
    }

    /// Another file is read from now on.
    pub(crate) fn begin(&mut self, path: &str) {
        path.clone_into(&mut self.path);
    }

    /// So many more bytes were read.
    ///
    /// # Errors
    /// `Cancelled`.
    pub(crate) fn advance(&mut self, bytes: u64) -> Result<()> {
        self.check()?;
        self.done += bytes;
        let now = Instant::now();
        let is_due = self.told.is_none_or(|told| now - told >= EVERY) || self.done >= self.total;
        if is_due {
            self.told = Some(now);
            self.seen.push_back((now, self.done));
            while self.seen.len() > 2 && now - self.seen[1].0 > WINDOW {
                self.seen.pop_front();
            }
            let progress = self.progress(now);
            (self.tell)(progress);
        }
        Ok(())
    }

    /// What is not read after all.
    pub(crate) fn skip(&mut self, bytes: u64) {
        self.total = self.total.saturating_sub(bytes);
    }

    /// # Errors
    /// `Cancelled`.
    pub(crate) fn check(&self) -> Result<()> {
        let stopped = self.cancel.check();
        stopped.map_err(|_| Failure::new(Code::Cancelled, ""))
    }

    fn progress(&self, now: Instant) -> ClassPackProgress {
        let (since, before) = self.seen.front().copied().unwrap_or((now, 0));
        let seconds = (now - since).as_secs_f64();
        let speed = if seconds > 0.0 {
            (self.done - before) as f64 / seconds
        } else {
            0.0
        };
        let left = self.total.saturating_sub(self.done) as f64;
        ClassPackProgress {
            done: self.done,
            total: self.total,
            bytes_per_second: speed,
            seconds_left: (speed > 0.0).then(|| left / speed),
            path: self.path.clone(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn speed_and_time_left_follow_from_what_was_read() {
        let cancel = Cancel::new();
        let mut told = Vec::new();
        let mut tell = |progress| told.push(progress);
        let mut task = Task::new(&cancel, 300, &mut tell);
        task.seen = VecDeque::from([(
            Instant::now().checked_sub(Duration::from_secs(2)).unwrap(),
            0,
        )]);
        task.begin("a");
        task.advance(100).unwrap();
        task.advance(50).unwrap();
        task.advance(150).unwrap();
        assert_eq!(told.len(), 2, "not more often than people read");
        assert!((told[0].bytes_per_second - 50.0).abs() < 5.0, "{told:?}");
        assert!((told[0].seconds_left.unwrap() - 4.0).abs() < 0.5);
        assert_eq!((told[1].done, told[1].total), (300, 300));
    }

    #[test]
    fn it_can_be_stopped() {
        let cancel = Cancel::new();
        let mut tell = |_| ();
        let mut task = Task::new(&cancel, 9, &mut tell);
        cancel.raise();
        assert_eq!(task.advance(1).unwrap_err().code, Code::Cancelled);
    }
}
