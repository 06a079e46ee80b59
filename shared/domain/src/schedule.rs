//! Publishing a session: its slots from a list, or cut from ranges of availability.

use jiff::{Timestamp, civil::Date};

use crate::{
    capacity::Capacity,
    center::{Center, FeeType},
    opening::Opening,
    session::AgeBand,
    vaccine::{Dose, Vaccine},
    window::{BadWindow, Window, check_slots},
};

/// The farthest a session may lie ahead, in days.
pub const MOST_DAYS_AHEAD: i64 = 366;

/// The units each dose gets, in order of dose.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Allotment(Vec<(Dose, Capacity)>);

impl Allotment {
    /// # Errors
    /// When no dose has a capacity, or one has two.
    pub fn new(mut doses: Vec<(Dose, Capacity)>) -> Result<Self, BadSchedule> {
        doses.sort_by_key(|(dose, _)| *dose);
        let twice = doses.windows(2).any(|pair| pair[0].0 == pair[1].0);
        if doses.is_empty() || twice { Err(BadSchedule::Doses) } else { Ok(Self(doses)) }
    }

    #[must_use]
    pub fn doses(&self) -> Vec<Dose> {
        self.0.iter().map(|(dose, _)| *dose).collect()
    }

    pub fn capacities(&self) -> impl Iterator<Item = (Dose, Capacity)> + '_ {
        self.0.iter().copied()
    }
}

/// Why a session cannot be published.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum BadSchedule {
    #[error(transparent)]
    Window(#[from] BadWindow),
    #[error("give each dose its capacity once, and at least one dose")]
    Doses,
    #[error("every slot must give the same doses")]
    UnevenDoses,
    #[error("the last slot has already begun")]
    Past,
    #[error("a session lies at most {MOST_DAYS_AHEAD} days ahead")]
    TooFar,
    #[error("a session opens before its last slot begins")]
    OpensTooLate,
    #[error("slots must lie within the center's opening hours, {0}")]
    OutsideHours(Window),
    #[error("a free center charges nothing, a paid one at least 1")]
    Fee,
    #[error("a fee is at most 100000 rupees")]
    HighFee,
    #[error("no slot of that length fits into the ranges")]
    NothingFits,
}

/// A session to be published. Slots are in order of time.
#[derive(Debug, Clone, PartialEq)]
pub struct Schedule {
    pub date: Date,
    pub vaccine: Vaccine,
    pub ages: AgeBand,
    pub fee: u32,
    pub slots: Vec<(Window, Allotment)>,
    pub opening: Opening,
}

impl Schedule {
    /// Checks a session against its center, and against the time.
    ///
    /// # Errors
    /// The first rule that is broken.
    pub fn check(mut self, center: &Center, now: Timestamp) -> Result<Self, BadSchedule> {
        self.slots.sort_by_key(|(window, _)| *window);
        let mut windows: Vec<Window> = self.slots.iter().map(|(window, _)| *window).collect();
        check_slots(&mut windows)?;
        let doses = self.slots[0].1.doses();
        if self.slots.iter().any(|(_, allotment)| allotment.doses() != doses) {
            return Err(BadSchedule::UnevenDoses);
        }
        let inside = |slot: &Window| center.hours.start() <= slot.start() && slot.end() <= center.hours.end();
        if !windows.iter().all(inside) {
            return Err(BadSchedule::OutsideHours(center.hours));
        }
        let today = now.to_zoned(center.zone.clock().clone()).date();
        let last_start = windows.last().map(|slot| slot.starts_at(self.date, center.zone.clock()));
        if last_start.is_none_or(|start| start <= now) {
            return Err(BadSchedule::Past);
        }
        if self.opening.opens_at >= last_start {
            return Err(BadSchedule::OpensTooLate);
        }
        if self.date.duration_since(today).as_hours() > 24 * MOST_DAYS_AHEAD {
            return Err(BadSchedule::TooFar);
        }
        match (center.fee_type, self.fee) {
            (FeeType::Free, 1..) | (FeeType::Paid, 0) => Err(BadSchedule::Fee),
            (_, 100_001..) => Err(BadSchedule::HighFee),
            _ => Ok(self),
        }
    }
}

/// Availability as a provider states it: from when to when, with breaks, in slots of one length.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Availability {
    pub ranges: Vec<Window>,
    pub breaks: Vec<Window>,
    /// From 5 minutes to 12 hours.
    pub slot_minutes: u16,
}

impl Availability {
    /// Cuts the ranges into slots. A slot that would touch a break starts after it instead; what is shorter than a slot at
    /// the end of a range is left out.
    ///
    /// # Errors
    /// When the length is out of range, ranges overlap, nothing fits, or there would be too many slots.
    pub fn cut(&self) -> Result<Vec<Window>, BadSchedule> {
        let length = i64::from(self.slot_minutes);
        if !(5..=12 * 60).contains(&length) {
            return Err(BadWindow::Length.into());
        }
        let mut ranges = self.ranges.clone();
        ranges.sort_unstable();
        if ranges.windows(2).any(|pair| pair[0].overlaps(pair[1])) {
            return Err(BadWindow::Overlap.into());
        }
        let mut slots = Vec::new();
        for range in ranges {
            self.cut_range(range, &mut slots);
        }
        match slots.len() {
            0 => Err(BadSchedule::NothingFits),
            count if count > Window::MOST => Err(BadWindow::Count.into()),
            _ => Ok(slots),
        }
    }

    fn cut_range(&self, range: Window, slots: &mut Vec<Window>) {
        let length = jiff::Span::new().minutes(i64::from(self.slot_minutes));
        let mut start = range.start();
        while let Ok(end) = start.checked_add(length) {
            let Ok(slot) = Window::new(start, end) else { return };
            if end > range.end() {
                return;
            }
            if let Some(after) = self.breaks.iter().filter(|pause| pause.overlaps(slot)).map(|pause| pause.end()).max()
            {
                start = after;
            } else {
                slots.push(slot);
                start = end;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn window(text: &str) -> Window {
        text.parse().unwrap()
    }

    fn cut(ranges: &[&str], breaks: &[&str], slot_minutes: u16) -> Result<Vec<String>, BadSchedule> {
        let windows = |texts: &[&str]| texts.iter().map(|text| window(text)).collect();
        let availability = Availability { ranges: windows(ranges), breaks: windows(breaks), slot_minutes };
        Ok(availability.cut()?.iter().map(ToString::to_string).collect())
    }

    #[test]
    fn quarter_hours_around_a_break() {
        assert_eq!(cut(&["09:00-10:00"], &["09:20-09:40"], 15).unwrap(), ["09:00-09:15", "09:40-09:55"]);
    }

    #[test]
    fn what_does_not_fill_a_slot_is_left_out() {
        assert_eq!(cut(&["09:00-10:10", "14:00-14:20"], &[], 30).unwrap(), ["09:00-09:30", "09:30-10:00"]);
        assert_eq!(cut(&["09:00-09:20"], &[], 30), Err(BadSchedule::NothingFits));
        assert_eq!(cut(&["09:00-10:00"], &["08:00-12:00"], 15), Err(BadSchedule::NothingFits));
    }

    #[test]
    fn the_end_of_the_day_is_not_passed() {
        assert_eq!(cut(&["23:00-23:59"], &[], 30).unwrap(), ["23:00-23:30"]);
    }

    #[test]
    fn bad_lengths_and_overlaps_are_refused() {
        assert_eq!(cut(&["09:00-10:00"], &[], 4), Err(BadWindow::Length.into()));
        assert_eq!(cut(&["09:00-10:00", "09:30-11:00"], &[], 15), Err(BadWindow::Overlap.into()));
        assert_eq!(cut(&["06:00-20:00"], &[], 15), Err(BadWindow::Count.into()));
    }

    proptest! {
        #[test]
        fn cut_slots_are_apart_inside_and_clear_of_breaks(
            start in 0..600i64, length in 30..700i64, pause in 0..1200i64, pause_length in 1..120i64, slot in 5..90u16,
        ) {
            let at = |minute: i64| {
                let minute = minute.min(1439);
                jiff::civil::Time::new(i8::try_from(minute / 60).unwrap(), i8::try_from(minute % 60).unwrap(), 0, 0).unwrap()
            };
            let range = Window::new(at(start), at(start + length)).unwrap();
            let pause = Window::new(at(pause), at(pause + pause_length)).unwrap();
            let availability = Availability { ranges: vec![range], breaks: vec![pause], slot_minutes: slot };
            if let Ok(mut slots) = availability.cut() {
                prop_assert_eq!(check_slots(&mut slots.clone()), Ok(()));
                slots.sort_unstable();
                for window in slots {
                    prop_assert!(range.start() <= window.start() && window.end() <= range.end());
                    prop_assert!(!window.overlaps(pause));
                    prop_assert_eq!(window.minutes(), i64::from(slot));
                }
            }
        }
    }
}
