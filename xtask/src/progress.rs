//! Progress on the terminal: amount, speed and time left, redrawn in place or as sparse lines.

use std::collections::VecDeque;
use std::io::{IsTerminal, Write};
use std::time::{Duration, Instant};

/// Speeds are taken over this much of the recent past, so that a stall shows.
const WINDOW: Duration = Duration::from_secs(10);
/// How often a terminal is redrawn, and how often a log gets a line.
const REDRAW: Duration = Duration::from_millis(100);
const LOG_EVERY: Duration = Duration::from_secs(10);

/// What is counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unit {
    Bytes,
    Steps,
}

/// Speed over a sliding window of (time, amount) samples.
#[derive(Debug, Default)]
pub struct Speed {
    samples: VecDeque<(Duration, u64)>,
}

impl Speed {
    /// `done` is the running total at time `at`; an amount that shrinks starts the window anew.
    pub fn record(&mut self, at: Duration, done: u64) {
        if self.samples.back().is_some_and(|&(_, last)| done < last) {
            self.samples.clear();
        }
        self.samples.push_back((at, done));
        while self.samples.len() > 2 && at.saturating_sub(self.samples[1].0) >= WINDOW {
            self.samples.pop_front();
        }
    }

    /// Units per second, once two samples lie at least half a second apart.
    pub fn per_second(&self) -> Option<f64> {
        let (&(start, from), &(end, to)) = (self.samples.front()?, self.samples.back()?);
        let seconds = end.saturating_sub(start).as_secs_f64();
        (seconds >= 0.5).then(|| (to - from) as f64 / seconds)
    }

    /// Time until `total` at the present speed; `None` while unknown or stalled.
    pub fn left(&self, total: u64) -> Option<Duration> {
        let &(_, done) = self.samples.back()?;
        let speed = self.per_second().filter(|&speed| speed > 0.0)?;
        Duration::try_from_secs_f64(total.saturating_sub(done) as f64 / speed).ok()
    }
}

/// One line of progress on standard error.
#[derive(Debug)]
pub struct Meter {
    label: String,
    unit: Unit,
    total: u64,
    done: u64,
    speed: Speed,
    started: Instant,
    drawn: Option<Instant>,
    terminal: bool,
}

impl Meter {
    pub fn new(label: impl Into<String>, unit: Unit, total: u64) -> Self {
        Self {
            label: label.into(),
            unit,
            total,
            done: 0,
            speed: Speed::default(),
            started: Instant::now(),
            drawn: None,
            terminal: std::io::stderr().is_terminal(),
        }
    }

    /// Changes what the line says it is doing, and its total where that was not known before.
    pub fn relabel(&mut self, label: impl Into<String>, total: u64) {
        self.label = label.into();
        self.total = total;
    }

    /// Sets the running total and redraws when it is time to.
    pub fn set(&mut self, done: u64) {
        self.done = done;
        self.speed.record(self.started.elapsed(), done);
        let pause = if self.terminal { REDRAW } else { LOG_EVERY };
        // A log gets no line in its first ten seconds: short work needs none.
        let since = self.drawn.unwrap_or(self.started).elapsed();
        if since >= pause || (self.terminal && self.drawn.is_none()) {
            self.draw();
        }
    }

    /// Ends the line with what was done and how long it took.
    pub fn finish(self) {
        let amount = match self.unit {
            Unit::Bytes => format!("{}, ", bytes(self.done)),
            Unit::Steps => String::new(),
        };
        self.clear();
        eprintln!(
            "  {}: {amount}{}",
            self.label,
            duration(self.started.elapsed())
        );
    }

    fn draw(&mut self) {
        self.drawn = Some(Instant::now());
        let line = describe(self.unit, self.done, self.total, &self.speed);
        if self.terminal {
            self.clear();
            eprint!("  {}: {line}", self.label);
            // Nothing is lost when a progress line cannot be drawn.
            let _ = std::io::stderr().flush();
        } else {
            eprintln!("  {}: {line}", self.label);
        }
    }

    fn clear(&self) {
        if self.terminal {
            eprint!("\r\x1b[2K");
        }
    }
}

fn describe(unit: Unit, done: u64, total: u64, speed: &Speed) -> String {
    let percent = if total == 0 {
        0.0
    } else {
        100.0 * done as f64 / total as f64
    };
    let amount = match unit {
        Unit::Bytes => format!("{percent:.0} %, {} of {}", bytes(done), bytes(total)),
        Unit::Steps => format!("{percent:.0} %, {done} of {total}"),
    };
    let speed_now = speed.per_second().filter(|_| unit == Unit::Bytes);
    let rate = speed_now.map_or_else(String::new, |now| format!(", {}/s", bytes(now as u64)));
    let left = speed.left(total).filter(|_| done < total);
    let left = left.map_or_else(String::new, |left| format!(", {} left", duration(left)));
    amount + &rate + &left
}

/// Decimal units, as shops and download pages count: `491.4 MB`.
pub fn bytes(count: u64) -> String {
    const UNITS: [&str; 3] = ["kB", "MB", "GB"];
    if count < 1000 {
        return format!("{count} B");
    }
    let mut value = count as f64 / 1000.0;
    let mut unit = 0;
    while value >= 999.95 && unit + 1 < UNITS.len() {
        value /= 1000.0;
        unit += 1;
    }
    format!("{value:.1} {}", UNITS[unit])
}

/// `3.2 s`, `45 s`, `2 min 5 s`, `1 h 20 min`.
pub fn duration(time: Duration) -> String {
    if time < Duration::from_millis(9950) {
        return format!("{:.1} s", time.as_secs_f64());
    }
    let seconds = time.as_secs_f64().round() as u64;
    match seconds {
        0..60 => format!("{seconds} s"),
        60..3600 => format!("{} min {} s", seconds / 60, seconds % 60),
        _ => format!("{} h {} min", seconds / 3600, seconds % 3600 / 60),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const fn seconds(count: u64) -> Duration {
        Duration::from_secs(count)
    }

    #[test]
    fn time_left_follows_the_speed() {
        let mut speed = Speed::default();
        speed.record(seconds(0), 0);
        assert_eq!(speed.left(100), None, "one sample tells no speed");
        speed.record(seconds(2), 20);
        assert_eq!(speed.per_second(), Some(10.0));
        assert_eq!(speed.left(100), Some(seconds(8)));
    }

    #[test]
    fn what_was_there_before_counts_as_done_but_not_as_speed() {
        let mut speed = Speed::default();
        speed.record(seconds(0), 900);
        speed.record(seconds(1), 910);
        assert_eq!(speed.left(1000), Some(seconds(9)));
    }

    #[test]
    fn old_samples_are_forgotten() {
        let mut speed = Speed::default();
        speed.record(seconds(0), 0);
        for second in 1..=10 {
            speed.record(seconds(second), 1000);
        }
        speed.record(seconds(11), 1000);
        speed.record(seconds(12), 1000);
        assert_eq!(
            speed.per_second(),
            Some(0.0),
            "stalled for longer than the window"
        );
        assert_eq!(speed.left(2000), None, "a stall has no end in sight");
    }

    #[test]
    fn a_download_that_starts_over_does_not_underflow() {
        let mut speed = Speed::default();
        speed.record(seconds(0), 500);
        speed.record(seconds(5), 10);
        speed.record(seconds(6), 20);
        assert_eq!(speed.left(30), Some(seconds(1)));
    }

    #[test]
    fn lines_read_well() {
        let mut speed = Speed::default();
        speed.record(seconds(0), 0);
        speed.record(seconds(10), 250_000_000);
        assert_eq!(
            describe(Unit::Bytes, 250_000_000, 500_000_000, &speed),
            "50 %, 250.0 MB of 500.0 MB, 25.0 MB/s, 10 s left"
        );
        assert_eq!(
            describe(Unit::Steps, 3, 24, &Speed::default()),
            "12 %, 3 of 24"
        );
    }

    #[test]
    fn sizes_and_times() {
        assert_eq!(bytes(999), "999 B");
        assert_eq!(bytes(1000), "1.0 kB");
        assert_eq!(bytes(999_999), "1.0 MB");
        assert_eq!(bytes(1_117_320_768), "1.1 GB");
        assert_eq!(duration(Duration::from_millis(3210)), "3.2 s");
        assert_eq!(duration(Duration::from_millis(9960)), "10 s");
        assert_eq!(duration(seconds(125)), "2 min 5 s");
        assert_eq!(duration(seconds(4800)), "1 h 20 min");
    }
}
