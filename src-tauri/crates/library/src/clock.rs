//! Wall-clock times as the library stores them (milliseconds since 1970) and as people read them.

use std::time::{SystemTime, UNIX_EPOCH};

use time::{OffsetDateTime, format_description::well_known::Rfc3339};
use uuid::Uuid;

pub fn now() -> i64 {
    // A clock set before 1970 is shown as 1970.
    SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .map_or(0, |since| since.as_millis() as i64)
}

/// The time inside a UUID of version 7; now, for any other.
pub fn millis_of(id: &Uuid) -> i64 {
    id.get_timestamp().map_or_else(now, |timestamp| {
        let (seconds, nanoseconds) = timestamp.to_unix();
        seconds.cast_signed() * 1000 + i64::from(nanoseconds / 1_000_000)
    })
}

pub fn rfc3339(millis: i64) -> String {
    OffsetDateTime::from_unix_timestamp_nanos(i128::from(millis) * 1_000_000)
        .ok()
        .and_then(|time| time.format(&Rfc3339).ok())
        .unwrap_or_else(|| "1970-01-01T00:00:00Z".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_utc_with_milliseconds() {
        assert_eq!(rfc3339(1_767_323_045_678), "2026-01-02T03:04:05.678Z");
        assert_eq!(rfc3339(i64::MAX), "1970-01-01T00:00:00Z");
    }

    #[test]
    fn a_new_id_holds_the_time_of_its_making() {
        let before = now();
        let made = millis_of(&Uuid::now_v7());
        assert!((before - 1..=now() + 1).contains(&made));
    }
}
