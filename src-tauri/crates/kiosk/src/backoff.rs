//! How soon a window that ended is opened again.

use std::time::Duration;

const FIRST: Duration = Duration::from_millis(300);
const LONGEST: Duration = Duration::from_secs(30);
/// Who lived so long did not end because of how it began.
const STEADY: Duration = Duration::from_mins(1);

/// The wait before the next start: short after a long life, twice the one before after a short one.
#[derive(Debug, Clone, Default)]
pub struct Backoff {
    last: Option<Duration>,
}

impl Backoff {
    pub fn after(&mut self, life: Duration) -> Duration {
        let next = match self.last {
            Some(last) if life < STEADY => (last * 2).min(LONGEST),
            _ => FIRST,
        };
        self.last = Some(next);
        next
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn short_lives_make_the_wait_longer_and_a_long_one_makes_it_short_again() {
        let mut backoff = Backoff::default();
        let short = Duration::from_secs(1);
        let waits: Vec<_> = (0..9).map(|_| backoff.after(short).as_millis()).collect();
        assert_eq!(
            waits,
            [300, 600, 1200, 2400, 4800, 9600, 19200, 30000, 30000]
        );
        assert_eq!(backoff.after(Duration::from_secs(61)).as_millis(), 300);
    }
}
