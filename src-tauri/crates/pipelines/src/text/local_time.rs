//! The day and time that a template may write: this computer's, kept so that a run again says the same.

use std::time::SystemTime;

use jiff::{Timestamp, civil::DateTime, tz::TimeZone};

use crate::{Error, Result};

/// This computer's day and time, without its zone: `2026-03-01T09:15:00`.
pub fn local_time() -> String {
    now().to_string()
}

/// The time that a request names; now, where it names none.
///
/// # Errors
/// `Parameter` where it is none.
pub(super) fn read(written: Option<&str>) -> Result<DateTime> {
    let Some(written) = written else {
        return Ok(now());
    };
    written.parse().map_err(|_| {
        let shown: String = written.chars().take(40).collect();
        Error::parameter(
            "localTime",
            shown,
            (
                "a time such as 2026-03-01T09:15:00",
                "一个时间，例如 2026-03-01T09:15:00",
            ),
        )
    })
}

fn now() -> DateTime {
    // A clock beyond the year 9999 is shown as 1970.
    let now = Timestamp::try_from(SystemTime::now()).unwrap_or(Timestamp::UNIX_EPOCH);
    let now = TimeZone::system().to_datetime(now);
    now.with().subsec_nanosecond(0).build().unwrap_or(now)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_that_was_kept_is_read_again() {
        let kept = local_time();
        assert_eq!(read(Some(&kept)).unwrap().to_string(), kept);
        assert_eq!(kept.len(), "2026-03-01T09:15:00".len());
    }

    #[test]
    fn what_is_no_time_is_refused() {
        for wrong in ["", "yesterday", "2026-13-01T00:00:00", "2026-02-30"] {
            let error = read(Some(wrong)).unwrap_err();
            assert!(matches!(error, Error::Parameter { .. }), "{wrong}: {error}");
        }
    }
}
