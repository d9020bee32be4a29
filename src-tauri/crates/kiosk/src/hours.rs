//! When a kiosk is open.

use crate::{
    format::{Day, OpenHours},
    problem::Problem,
};

const DAY: u32 = 24 * 60;

/// A minute of a week, by the clock on the wall.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Moment {
    pub day: Day,
    /// Of the day, from 0.
    pub minute: u32,
}

/// The minutes of a day between which it is open, the last not among them.
///
/// # Errors
/// The field that is wrong, and what is wrong with it.
pub(crate) fn minutes(hours: &OpenHours) -> Result<(u32, u32), (&'static str, Problem)> {
    let time = |field: &'static str, text: &str| {
        minute_of(text).ok_or_else(|| {
            let found = text.to_owned();
            (field, Problem::Time { field, found })
        })
    };
    let (from, to) = (time("from", &hours.from)?, time("to", &hours.to)?);
    if from >= to {
        let problem = Problem::NotLater {
            from: hours.from.clone(),
            to: hours.to.clone(),
        };
        return Err(("to", problem));
    }
    Ok((from, to))
}

/// `00:00` to `24:00`.
fn minute_of(text: &str) -> Option<u32> {
    let (hours, minutes) = text.split_once(':')?;
    let number = |text: &str| match text.as_bytes() {
        [tens @ b'0'..=b'9', ones @ b'0'..=b'9'] => {
            Some(u32::from(tens - b'0') * 10 + u32::from(ones - b'0'))
        }
        _ => None,
    };
    let (hours, minutes) = (number(hours)?, number(minutes)?);
    let minute = hours * 60 + minutes;
    (minutes < 60 && minute <= DAY).then_some(minute)
}

/// Whether it is open then; without hours it always is.
pub fn is_open(hours: &[OpenHours], now: Moment) -> bool {
    hours.is_empty()
        || hours.iter().any(|one| {
            one.days.contains(&now.day)
                && minutes(one).is_ok_and(|(from, to)| (from..to).contains(&now.minute))
        })
}

/// When it opens next, within a week; none where it is open or never is.
pub fn next_opening(hours: &[OpenHours], now: Moment) -> Option<Moment> {
    if is_open(hours, now) {
        return None;
    }
    let today = Day::ALL.iter().position(|day| *day == now.day)?;
    (0..=7).find_map(|later| {
        let day = Day::ALL[(today + later) % 7];
        let of_day = hours.iter().filter(|one| one.days.contains(&day));
        let starts = of_day.filter_map(|one| Some(minutes(one).ok()?.0));
        let next = starts.filter(|from| later > 0 || *from > now.minute).min();
        next.map(|minute| Moment { day, minute })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hours(days: &[Day], from: &str, to: &str) -> OpenHours {
        OpenHours {
            days: days.to_vec(),
            from: from.to_owned(),
            to: to.to_owned(),
        }
    }

    fn at(day: Day, hour: u32, minute: u32) -> Moment {
        let minute = hour * 60 + minute;
        Moment { day, minute }
    }

    #[test]
    fn it_is_open_from_its_first_minute_until_before_its_last() {
        let all = [
            hours(&[Day::Mon, Day::Sat], "09:00", "12:00"),
            hours(&[Day::Mon], "13:00", "24:00"),
        ];
        for (day, hour, minute, open) in [
            (Day::Mon, 8, 59, false),
            (Day::Mon, 9, 0, true),
            (Day::Mon, 11, 59, true),
            (Day::Mon, 12, 0, false),
            (Day::Mon, 23, 59, true),
            (Day::Tue, 10, 0, false),
            (Day::Sat, 10, 0, true),
        ] {
            assert_eq!(
                is_open(&all, at(day, hour, minute)),
                open,
                "{day:?} {hour}:{minute}"
            );
        }
        assert!(is_open(&[], at(Day::Sun, 3, 0)));
    }

    #[test]
    fn the_next_opening_is_the_nearest_later_one() {
        let all = [
            hours(&[Day::Mon, Day::Sat], "09:00", "12:00"),
            hours(&[Day::Mon], "13:00", "17:00"),
        ];
        let next = |day, hour| next_opening(&all, at(day, hour, 0));
        assert_eq!(next(Day::Mon, 12), Some(at(Day::Mon, 13, 0)));
        assert_eq!(next(Day::Mon, 18), Some(at(Day::Sat, 9, 0)));
        assert_eq!(next(Day::Sun, 18), Some(at(Day::Mon, 9, 0)));
        assert_eq!(next(Day::Mon, 10), None);
        // Only one day a week: that day again.
        let weekly = [hours(&[Day::Fri], "10:00", "11:00")];
        assert_eq!(
            next_opening(&weekly, at(Day::Fri, 12, 0)),
            Some(at(Day::Fri, 10, 0))
        );
    }

    #[test]
    fn times_are_told_from_what_is_none() {
        for (text, minute) in [("00:00", 0), ("09:30", 570), ("24:00", 1440)] {
            assert_eq!(minute_of(text), Some(minute));
        }
        for wrong in [
            "9:00",
            "09:60",
            "24:01",
            "09.00",
            "",
            "-1:00",
            "+9:00",
            "０９:00",
        ] {
            assert_eq!(minute_of(wrong), None, "{wrong}");
        }
    }
}
