//! When nobody is there any more: what visitors do and what is being made for them keeps the clock from running.

use std::time::Duration;

/// For so long it is asked whether somebody is still there, before all is begun anew.
pub const WARNING_SECONDS: u32 = 10;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum IdlePhase {
    /// Nobody has begun.
    Waiting,
    /// Somebody is there.
    Busy,
    /// Nothing has happened for long; so many seconds are left, at least one.
    Asking { left: u32 },
    /// It is time to begin anew. Told once; after that it waits.
    Over,
}

/// Told the time since any moment, which only grows.
#[derive(Debug, Clone)]
pub struct IdleClock {
    limit: Duration,
    /// Of the last thing that happened; none while nobody is there.
    last: Option<Duration>,
}

impl IdleClock {
    /// Begins anew after so many seconds, the question among them.
    pub fn new(idle_seconds: u32) -> Self {
        Self {
            limit: Duration::from_secs(u64::from(idle_seconds.max(WARNING_SECONDS + 1))),
            last: None,
        }
    }

    /// A visitor did something.
    pub fn touch(&mut self, now: Duration) {
        self.last = Some(now);
    }

    /// The next visitor is awaited.
    pub fn reset(&mut self) {
        self.last = None;
    }

    /// What time it is; `works` while something is being made for the visitor, or played to them.
    pub fn tick(&mut self, now: Duration, works: bool) -> IdlePhase {
        let Some(last) = self.last else {
            return IdlePhase::Waiting;
        };
        if works {
            self.last = Some(now);
            return IdlePhase::Busy;
        }
        let idle = now.saturating_sub(last);
        if idle >= self.limit {
            self.last = None;
            return IdlePhase::Over;
        }
        let left = self.limit.saturating_sub(idle);
        if left > Duration::from_secs(u64::from(WARNING_SECONDS)) {
            return IdlePhase::Busy;
        }
        let left = left.as_millis().div_ceil(1000).max(1) as u32;
        IdlePhase::Asking { left }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const fn s(seconds: u64) -> Duration {
        Duration::from_secs(seconds)
    }

    #[test]
    fn it_asks_for_ten_seconds_and_then_begins_anew_once() {
        let mut clock = IdleClock::new(60);
        assert_eq!(clock.tick(s(1000), false), IdlePhase::Waiting);
        clock.touch(s(1000));
        assert_eq!(clock.tick(s(1049), false), IdlePhase::Busy);
        assert_eq!(clock.tick(s(1050), false), IdlePhase::Asking { left: 10 });
        let late = s(1059) + Duration::from_millis(300);
        assert_eq!(clock.tick(late, false), IdlePhase::Asking { left: 1 });
        assert_eq!(clock.tick(s(1060), false), IdlePhase::Over);
        assert_eq!(clock.tick(s(1061), false), IdlePhase::Waiting);
    }

    #[test]
    fn whoever_answers_and_whatever_runs_begin_the_count_again() {
        let mut clock = IdleClock::new(60);
        clock.touch(s(0));
        assert_eq!(clock.tick(s(55), false), IdlePhase::Asking { left: 5 });
        clock.touch(s(55));
        assert_eq!(clock.tick(s(100), false), IdlePhase::Busy);
        // A job that runs for an hour, and the time after it.
        assert_eq!(clock.tick(s(3700), true), IdlePhase::Busy);
        assert_eq!(clock.tick(s(3740), false), IdlePhase::Busy);
        assert_eq!(clock.tick(s(3760), false), IdlePhase::Over);
    }

    #[test]
    fn a_job_for_nobody_wakes_nobody() {
        let mut clock = IdleClock::new(60);
        assert_eq!(clock.tick(s(5), true), IdlePhase::Waiting);
        clock.touch(s(5));
        clock.reset();
        assert_eq!(clock.tick(s(90), false), IdlePhase::Waiting);
    }

    #[test]
    fn a_computer_that_slept_begins_anew() {
        let mut clock = IdleClock::new(60);
        clock.touch(s(0));
        assert_eq!(clock.tick(s(30_000), false), IdlePhase::Over);
    }
}
