//! Who may have which dose on which day.

use jiff::{ToSpan, civil::Date};
use serde::{Deserialize, Serialize};

use crate::{
    person::{Beneficiary, DoseHistory, LastDose},
    session::{AgeBand, Session},
    vaccine::{Dose, Vaccine},
};

/// What a session asks of a person, in terms that a conditional write can check: plain comparisons with stored values.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Terms {
    ages: AgeBand,
    date: Date,
    vaccine: Vaccine,
    dose: Dose,
}

/// Why a person may not have the dose.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Ineligible {
    /// Of age only from a day after the session's.
    TooYoung {
        min_age: u8,
        from: Date,
    },
    TooOld {
        max_age: u8,
    },
    /// Another dose is due; none if the schedule is complete.
    DoseOutOfOrder {
        due: Option<Dose>,
    },
    /// The earlier dose was of another vaccine.
    OtherVaccine {
        taken: Vaccine,
    },
    /// The interval since the last dose has not passed.
    DoseTooEarly {
        from: Date,
    },
}

impl Terms {
    #[must_use]
    pub fn of(session: &Session, dose: Dose) -> Self {
        Self { ages: session.ages, date: session.date, vaccine: session.vaccine, dose }
    }

    /// The latest birth that is of age. Who was born on 29 February comes of age on 1 March.
    #[must_use]
    pub fn born_by(&self) -> Date {
        years_before(self.date, self.ages.min())
    }

    /// Births up to this day are past the age band.
    #[must_use]
    pub fn born_after(&self) -> Option<Date> {
        self.ages.max().map(|max| years_before(self.date, max + 1))
    }

    /// How many doses the person must have had.
    #[must_use]
    pub fn doses_taken(&self) -> u8 {
        self.dose.get() - 1
    }

    /// The vaccine of the earlier doses, and the latest day of the last of them; `None` for a first dose.
    #[must_use]
    pub fn last_dose(&self) -> Option<(Vaccine, Date)> {
        let days = self.vaccine.days_before(self.dose)?;
        Some((self.vaccine, self.date.checked_sub(days.days()).unwrap_or(Date::MIN)))
    }

    /// Says whether `person` meets the terms, and if not, what would help.
    ///
    /// # Errors
    /// The first term that is not met.
    pub fn check(&self, person: &Beneficiary) -> Result<(), Ineligible> {
        self.check_age(person.birth.first_day())?;
        self.check_doses(person.doses)
    }

    fn check_age(&self, born: Date) -> Result<(), Ineligible> {
        if born > self.born_by() {
            let min_age = self.ages.min();
            return Err(Ineligible::TooYoung { min_age, from: birthday(born, min_age) });
        }
        match (self.born_after(), self.ages.max()) {
            (Some(limit), Some(max_age)) if born <= limit => Err(Ineligible::TooOld { max_age }),
            _ => Ok(()),
        }
    }

    fn check_doses(&self, doses: DoseHistory) -> Result<(), Ineligible> {
        if doses.taken != self.doses_taken() {
            return Err(Ineligible::DoseOutOfOrder { due: Dose::try_from(doses.taken + 1).ok() });
        }
        let Some((vaccine, latest)) = self.last_dose() else { return Ok(()) };
        match doses.last {
            None => Err(Ineligible::DoseOutOfOrder { due: Some(Dose::FIRST) }),
            Some(LastDose { vaccine: taken, .. }) if taken != vaccine => Err(Ineligible::OtherVaccine { taken }),
            Some(LastDose { on, .. }) if on > latest => {
                let days = vaccine.days_before(self.dose).unwrap_or(0);
                Err(Ineligible::DoseTooEarly { from: on.checked_add(days.days()).unwrap_or(Date::MAX) })
            }
            Some(_) => Ok(()),
        }
    }
}

fn years_before(date: Date, years: u8) -> Date {
    date.checked_sub(i16::from(years).years()).unwrap_or(Date::MIN)
}

/// The day somebody born on `born` has completed `age` years.
fn birthday(born: Date, age: u8) -> Date {
    let Ok(day) = born.checked_add(i16::from(age).years()) else { return Date::MAX };
    // 29 February clamps to the 28th in a common year; the year is complete only the day after.
    if day.day() < born.day() { day.tomorrow().unwrap_or(Date::MAX) } else { day }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;
    use proptest::prelude::*;

    use super::*;

    fn terms(min: u8, max: Option<u8>, date: Date, dose: Dose) -> Terms {
        Terms { ages: AgeBand::new(min, max).unwrap(), date, vaccine: Vaccine::Covishield, dose }
    }

    #[test]
    fn of_age_on_the_birthday_and_not_the_day_before() {
        let adults = terms(18, None, date(2026, 11, 21), Dose::FIRST);
        assert_eq!(adults.check_age(date(2008, 11, 21)), Ok(()));
        let tomorrow = Ineligible::TooYoung { min_age: 18, from: date(2026, 11, 22) };
        assert_eq!(adults.check_age(date(2008, 11, 22)), Err(tomorrow));
    }

    #[test]
    fn within_the_band_until_the_birthday_after() {
        let band = terms(18, Some(44), date(2026, 11, 21), Dose::FIRST);
        assert_eq!(band.check_age(date(1981, 11, 22)), Ok(()));
        assert_eq!(band.check_age(date(1981, 11, 21)), Err(Ineligible::TooOld { max_age: 44 }));
    }

    #[test]
    fn leap_day_children_come_of_age_on_the_first_of_march() {
        let born = date(2008, 2, 29);
        let first_of_march = date(2026, 3, 1);
        assert_eq!(
            terms(18, None, date(2026, 2, 28), Dose::FIRST).check_age(born),
            Err(Ineligible::TooYoung { min_age: 18, from: first_of_march })
        );
        assert_eq!(terms(18, None, first_of_march, Dose::FIRST).check_age(born), Ok(()));
        assert_eq!(terms(20, None, date(2028, 2, 29), Dose::FIRST).check_age(born), Ok(()));
    }

    #[test]
    fn a_second_dose_waits_for_its_interval() {
        let first = LastDose { vaccine: Vaccine::Covishield, on: date(2026, 8, 29) };
        let history = DoseHistory { taken: 1, last: Some(first) };
        let second = |day| terms(18, None, day, Dose::SECOND).check_doses(history);
        assert_eq!(second(date(2026, 11, 20)), Err(Ineligible::DoseTooEarly { from: date(2026, 11, 21) }));
        assert_eq!(second(date(2026, 11, 21)), Ok(()));
    }

    #[test]
    fn doses_come_in_order_and_of_one_vaccine() {
        let day = date(2026, 11, 21);
        let covaxin = LastDose { vaccine: Vaccine::Covaxin, on: date(2026, 1, 1) };
        let after = |taken, last| DoseHistory { taken, last };
        let first = terms(18, None, day, Dose::FIRST);
        let second = terms(18, None, day, Dose::SECOND);
        let due = |dose| Err(Ineligible::DoseOutOfOrder { due: dose });
        assert_eq!(first.check_doses(after(1, Some(covaxin))), due(Some(Dose::SECOND)));
        assert_eq!(second.check_doses(after(0, None)), due(Some(Dose::FIRST)));
        assert_eq!(first.check_doses(after(3, Some(covaxin))), due(None));
        let other = Err(Ineligible::OtherVaccine { taken: Vaccine::Covaxin });
        assert_eq!(second.check_doses(after(1, Some(covaxin))), other);
    }

    proptest! {
        /// The comparisons a write makes and the day a refusal names tell the same story.
        #[test]
        fn the_named_day_is_the_first_that_admits(born_days in 0..40_000i32, session_days in 0..20_000i32, min in 0..100u8) {
            let born = date(1920, 1, 1).checked_add(born_days.days()).unwrap();
            let day = date(2000, 1, 1).checked_add(session_days.days()).unwrap();
            if let Err(Ineligible::TooYoung { from, .. }) = terms(min, None, day, Dose::FIRST).check_age(born) {
                prop_assert!(from > day);
                prop_assert_eq!(terms(min, None, from, Dose::FIRST).check_age(born), Ok(()));
                prop_assert!(terms(min, None, from.yesterday().unwrap(), Dose::FIRST).check_age(born).is_err());
            }
        }
    }
}
