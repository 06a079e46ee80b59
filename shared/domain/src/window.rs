//! Slots: windows of time inside a center's day.

use std::{fmt, str::FromStr};

use jiff::{
    Timestamp,
    civil::{Date, Time},
    tz::TimeZone,
};

/// From `start` up to, not including, `end`, on one day, in whole minutes of the center's wall clock.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Window {
    start: Time,
    end: Time,
}

/// Why a window or a set of windows was refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum BadWindow {
    #[error("a time is written HH:MM, from 00:00 to 23:59")]
    Time,
    #[error("a window is written HH:MM-HH:MM")]
    Form,
    #[error("a window must end after it starts")]
    Reversed,
    #[error("windows must not overlap")]
    Overlap,
    #[error("a slot lasts from 5 minutes to 12 hours")]
    Length,
    #[error("a session has from 1 to {} slots", Window::MOST)]
    Count,
}

impl Window {
    /// The most slots a session may have: a quarter of an hour each, for 12 hours.
    pub const MOST: usize = 48;

    /// # Errors
    /// When it does not end after it starts.
    pub fn new(start: Time, end: Time) -> Result<Self, BadWindow> {
        if start < end { Ok(Self { start, end }) } else { Err(BadWindow::Reversed) }
    }

    #[must_use]
    pub fn start(self) -> Time {
        self.start
    }

    #[must_use]
    pub fn end(self) -> Time {
        self.end
    }

    #[must_use]
    pub fn minutes(self) -> i64 {
        minute(self.end) - minute(self.start)
    }

    #[must_use]
    pub fn overlaps(self, other: Self) -> bool {
        self.start < other.end && other.start < self.end
    }

    /// The moment it starts on `date` in the center's zone. A wall-clock time that daylight saving skips is read as the
    /// same distance after the gap; one that comes twice is the first (RFC 5545, section 3.3.5).
    #[must_use]
    pub fn starts_at(self, date: Date, zone: &TimeZone) -> Timestamp {
        moment(date, self.start, zone)
    }

    /// The moment it ends, read as [`Window::starts_at`] reads the start.
    #[must_use]
    pub fn ends_at(self, date: Date, zone: &TimeZone) -> Timestamp {
        moment(date, self.end, zone)
    }
}

/// The moment of a wall clock's time.
pub(crate) fn moment(date: Date, time: Time, zone: &TimeZone) -> Timestamp {
    zone.to_ambiguous_timestamp(date.to_datetime(time))
        .compatible()
        .unwrap_or_else(|_| if date.year() < 0 { Timestamp::MIN } else { Timestamp::MAX })
}

fn minute(time: Time) -> i64 {
    i64::from(time.hour()) * 60 + i64::from(time.minute())
}

/// Reads `HH:MM`.
///
/// # Errors
/// When it is anything else.
pub fn parse_time(text: &str) -> Result<Time, BadWindow> {
    let [a, b, b':', c, d] = *text.as_bytes() else { return Err(BadWindow::Time) };
    let two = |tens: u8, ones: u8| -> Option<i8> {
        let digit = |byte: u8| byte.is_ascii_digit().then(|| byte - b'0');
        i8::try_from(digit(tens)? * 10 + digit(ones)?).ok()
    };
    let (Some(hour), Some(minute)) = (two(a, b), two(c, d)) else { return Err(BadWindow::Time) };
    Time::new(hour, minute, 0, 0).map_err(|_| BadWindow::Time)
}

/// Checks a session's slots: in order of time, none overlapping, each of a sensible length, not too many.
///
/// # Errors
/// The first rule that is broken.
pub fn check_slots(slots: &mut [Window]) -> Result<(), BadWindow> {
    if slots.is_empty() || slots.len() > Window::MOST {
        return Err(BadWindow::Count);
    }
    if slots.iter().any(|slot| !(5..=12 * 60).contains(&slot.minutes())) {
        return Err(BadWindow::Length);
    }
    slots.sort_unstable();
    if slots.windows(2).any(|pair| pair[0].overlaps(pair[1])) {
        return Err(BadWindow::Overlap);
    }
    Ok(())
}

impl fmt::Display for Window {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:02}:{:02}-{:02}:{:02}", self.start.hour(), self.start.minute(), self.end.hour(), self.end.minute())
    }
}

impl FromStr for Window {
    type Err = BadWindow;

    fn from_str(text: &str) -> Result<Self, BadWindow> {
        let (start, end) = text.split_once('-').ok_or(BadWindow::Form)?;
        Self::new(parse_time(start)?, parse_time(end)?)
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    fn window(text: &str) -> Window {
        text.parse().unwrap()
    }

    #[test]
    fn a_window_reads_as_it_is_written() {
        assert_eq!(window("09:00-11:30").to_string(), "09:00-11:30");
        for (bad, why) in [
            ("9:00-11:00", BadWindow::Time),
            ("09:00", BadWindow::Form),
            ("11:00-09:00", BadWindow::Reversed),
            ("09:00-09:00", BadWindow::Reversed),
            ("24:00-25:00", BadWindow::Time),
            ("09:60-10:00", BadWindow::Time),
            ("09:00-11:00-12:00", BadWindow::Time),
            ("٠٩:٠٠-١١:٠٠", BadWindow::Time),
        ] {
            assert_eq!(bad.parse::<Window>(), Err(why), "{bad}");
        }
    }

    #[test]
    fn slots_are_ordered_and_apart() {
        let mut slots = [window("11:00-13:00"), window("09:00-11:00")];
        check_slots(&mut slots).unwrap();
        assert_eq!(slots[0], window("09:00-11:00"));
        assert_eq!(check_slots(&mut [window("09:00-11:00"), window("10:59-12:00")]), Err(BadWindow::Overlap));
        assert_eq!(check_slots(&mut [window("09:00-09:04")]), Err(BadWindow::Length));
        assert_eq!(check_slots(&mut [window("00:00-12:01")]), Err(BadWindow::Length));
        assert_eq!(check_slots(&mut []), Err(BadWindow::Count));
        assert_eq!(check_slots(&mut [window("09:00-09:15"); 49]), Err(BadWindow::Count));
    }

    #[test]
    fn a_window_is_on_the_centers_clock() {
        let kolkata = TimeZone::get("Asia/Kolkata").unwrap();
        let start = window("00:15-01:00").starts_at(date(2026, 11, 22), &kolkata);
        assert_eq!(start.to_string(), "2026-11-21T18:45:00Z");
    }

    #[test]
    fn skipped_and_repeated_hours_have_one_reading() {
        let berlin = TimeZone::get("Europe/Berlin").unwrap();
        let skipped = window("02:30-03:30").starts_at(date(2026, 3, 29), &berlin);
        assert_eq!(skipped.to_string(), "2026-03-29T01:30:00Z");
        let repeated = window("02:30-03:30").starts_at(date(2026, 10, 25), &berlin);
        assert_eq!(repeated.to_string(), "2026-10-25T00:30:00Z");
    }
}
