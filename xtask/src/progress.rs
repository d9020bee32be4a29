//! Progress on standard error: redrawn in place on a terminal, a line now and then in a log.

use std::time::{Duration, Instant};

use indicatif::{DecimalBytes, ProgressBar, ProgressStyle};

/// How often a log gets a line. In its first ten seconds it gets none: short work needs none.
const LOG_EVERY: Duration = Duration::from_secs(10);

/// What is counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unit {
    Bytes,
    Steps,
}

/// One piece of work that takes a while.
#[derive(Debug)]
pub struct Meter {
    bar: ProgressBar,
    unit: Unit,
    logged: Instant,
}

impl Meter {
    pub fn new(label: impl Into<String>, unit: Unit, total: u64) -> Self {
        let amount = match unit {
            Unit::Bytes => "{decimal_bytes} of {decimal_total_bytes}, {decimal_bytes_per_sec}",
            Unit::Steps => "{pos} of {len}",
        };
        let line = format!("  {{msg}}: {{percent}} %, {amount}, {{eta}} left");
        let bar = ProgressBar::new(total).with_message(label.into());
        if let Ok(style) = ProgressStyle::with_template(&line) {
            bar.set_style(style);
        }
        Self {
            bar,
            unit,
            logged: Instant::now(),
        }
    }

    /// Changes what the line says it is doing, and its total where that was not known before.
    pub fn relabel(&self, label: impl Into<String>, total: u64) {
        self.bar.set_length(total);
        self.bar.set_message(label.into());
    }

    /// Sets the running total.
    pub fn set(&mut self, done: u64) {
        self.bar.set_position(done);
        if self.bar.is_hidden() && self.logged.elapsed() >= LOG_EVERY {
            self.logged = Instant::now();
            eprintln!("{}", self.line());
        }
    }

    /// Ends the line with what was done and how long it took.
    pub fn finish(self) {
        self.bar.finish_and_clear();
        let amount = match self.unit {
            Unit::Bytes => format!("{}, ", DecimalBytes(self.bar.position())),
            Unit::Steps => String::new(),
        };
        let took = duration(self.bar.elapsed());
        eprintln!("  {}: {amount}{took}", self.bar.message());
    }

    /// How far it is, for a log.
    fn line(&self) -> String {
        let (done, total) = (self.bar.position(), self.bar.length().unwrap_or_default());
        let percent = done * 100 / total.max(1);
        let amount = match self.unit {
            Unit::Bytes => format!(
                "{} of {}, {}/s",
                DecimalBytes(done),
                DecimalBytes(total),
                DecimalBytes(self.bar.per_sec() as u64)
            ),
            Unit::Steps => format!("{done} of {total}"),
        };
        let left = duration(self.bar.eta());
        format!(
            "  {}: {percent} %, {amount}, {left} left",
            self.bar.message()
        )
    }
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

    #[test]
    fn a_log_s_lines_say_how_far_it_is() {
        let line = |unit, done| {
            let mut meter = Meter::new("the model", unit, 500_000_000);
            meter.set(done);
            meter.line()
        };
        let bytes = line(Unit::Bytes, 250_000_000);
        assert!(
            bytes.starts_with("  the model: 50 %, 250.00 MB of 500.00 MB, "),
            "{bytes}"
        );
        assert!(bytes.ends_with(" left"), "{bytes}");
        let steps = line(Unit::Steps, 5_000_000);
        assert!(
            steps.starts_with("  the model: 1 %, 5000000 of 500000000, "),
            "{steps}"
        );
        let unknown = Meter::new("converting", Unit::Steps, 0).line();
        assert!(
            unknown.starts_with("  converting: 0 %, 0 of 0"),
            "{unknown}"
        );
    }

    #[test]
    fn times_read_well() {
        assert_eq!(duration(Duration::from_millis(3210)), "3.2 s");
        assert_eq!(duration(Duration::from_millis(9960)), "10 s");
        assert_eq!(duration(Duration::from_secs(125)), "2 min 5 s");
        assert_eq!(duration(Duration::from_mins(80)), "1 h 20 min");
    }
}
