//! Which tests take longest.

use std::sync::{Mutex, PoisonError};

/// How long each test took.
#[derive(Debug, Default)]
pub struct Times(Mutex<Vec<(f64, String)>>);

impl Times {
    /// Reads a line of the test harness: `test a::b ... ok <0.123s>`.
    pub fn read(&self, line: &str) {
        let read = || {
            let (name, rest) = line.strip_prefix("test ")?.split_once(" ... ")?;
            let (_, time) = rest.strip_suffix("s>")?.rsplit_once('<')?;
            Some((time.parse().ok()?, name.to_owned()))
        };
        if let Some(one) = read() {
            self.0
                .lock()
                .unwrap_or_else(PoisonError::into_inner)
                .push(one);
        }
    }

    /// The `count` slowest, the slowest first; nothing where no test told its time.
    pub fn slowest(&self, count: usize) -> String {
        let mut times = self
            .0
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone();
        if times.is_empty() {
            return String::new();
        }
        times.sort_by(|(a, _), (b, _)| b.total_cmp(a));
        let slowest = times.iter().take(count);
        let lines: Vec<String> = slowest
            .map(|(seconds, name)| format!("{seconds:>9.1} s  {name}"))
            .collect();
        format!("\nslowest of {} tests:\n{}", times.len(), lines.join("\n"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_slowest_come_first() {
        let times = Times::default();
        for line in [
            "test jobs::quick ... ok <0.010s>",
            "test video::slow ... ok <12.345s>",
            "test video::broken ... FAILED <1.500s>",
            "test video::left_out ... ignored, needs the library",
            "running 3 tests",
        ] {
            times.read(line);
        }
        assert_eq!(
            times.slowest(2),
            "\nslowest of 3 tests:\n     12.3 s  video::slow\n      1.5 s  video::broken"
        );
        assert_eq!(Times::default().slowest(2), "");
    }
}
