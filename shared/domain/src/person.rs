//! A beneficiary: a person who gets vaccinated.

use std::{collections::BTreeMap, fmt, str::FromStr};

use jiff::{SignedDuration, Timestamp, civil::Date};

use crate::{
    appointment::Appointment,
    id::{AccountId, AppointmentId, BeneficiaryId},
    photo_id::PhotoId,
    text::Name,
    ticket::TicketId,
    vaccine::Vaccine,
};

/// How many people one account may manage, and so how many it may book together.
pub const MOST_BENEFICIARIES: usize = 4;

/// When a person was born: a date, or a year where no more is known.
///
/// A person of whom only the year is known counts as born on its first day, as the Indian drive counted.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Birth {
    Year(i16),
    Date(Date),
}

/// A text that is no birth date of a living person.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum BadBirth {
    #[error("must be a year (1984) or a date (1984-02-29)")]
    Form,
    #[error("must not be before 1900")]
    TooLongAgo,
    #[error("must not be in the future")]
    Future,
}

impl Birth {
    /// Refuses a birth later than `today`.
    ///
    /// # Errors
    /// [`BadBirth::Future`].
    pub fn by(self, today: Date) -> Result<Self, BadBirth> {
        if self.first_day() <= today { Ok(self) } else { Err(BadBirth::Future) }
    }

    /// The day the person counts as born on.
    #[must_use]
    pub fn first_day(self) -> Date {
        match self {
            Self::Year(year) => Date::new(year, 1, 1).unwrap_or(Date::MIN),
            Self::Date(date) => date,
        }
    }
}

impl FromStr for Birth {
    type Err = BadBirth;

    fn from_str(text: &str) -> Result<Self, BadBirth> {
        let digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
        let birth = match text.len() {
            4 if digits(text) => Self::Year(text.parse().map_err(|_| BadBirth::Form)?),
            10 => Self::Date(parse_date(text).ok_or(BadBirth::Form)?),
            _ => return Err(BadBirth::Form),
        };
        if birth.first_day().year() < 1900 { Err(BadBirth::TooLongAgo) } else { Ok(birth) }
    }
}

impl fmt::Display for Birth {
    /// Sorts as text the way it sorts in time: a year comes before all its dates.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Year(year) => write!(f, "{year:04}"),
            Self::Date(date) => write!(f, "{date}"),
        }
    }
}

impl fmt::Debug for Birth {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Birth(..)")
    }
}

/// Reads `YYYY-MM-DD`, the only form of a date in the interface.
#[must_use]
pub fn parse_date(text: &str) -> Option<Date> {
    let shape = text.len() == 10
        && text.bytes().enumerate().all(|(place, byte)| match place {
            4 | 7 => byte == b'-',
            _ => byte.is_ascii_digit(),
        });
    if shape { text.parse().ok() } else { None }
}

/// The shots a person has had.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct DoseHistory {
    pub taken: u8,
    pub last: Option<LastDose>,
}

/// The most recent shot.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LastDose {
    pub vaccine: Vaccine,
    pub on: Date,
}

/// A person who gets vaccinated, with at most one active appointment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Beneficiary {
    pub id: BeneficiaryId,
    pub account: AccountId,
    pub name: Name,
    pub birth: Birth,
    pub photo_id: Option<PhotoId>,
    /// A digest of the request that registered the person, where it had an idempotency key.
    pub registered_as: Option<String>,
    pub doses: DoseHistory,
    pub active: Option<Appointment>,
    /// When the person gave up which appointment: cancelled it, moved it, or let a hold run out. Only the last day counts;
    /// what is older stays until the next change.
    pub given_up: BTreeMap<AppointmentId, Timestamp>,
    /// When which appointment was withdrawn from the person: not by the person's doing, but because its session was
    /// cancelled. That of the last day; what is older stays until the next one.
    pub withdrawn: BTreeMap<AppointmentId, Timestamp>,
    /// When which of the person's tickets was closed without an appointment, of those closed a moment ago.
    pub closed_tickets: BTreeMap<TicketId, Timestamp>,
}

/// Why a person, or what they are known by, has to stay as it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Settled {
    /// They have an appointment.
    Booked(AppointmentId),
    /// They had a dose under these facts.
    Vaccinated,
}

/// How long an appointment that ended is noted at its person.
pub const NOTED: SignedDuration = SignedDuration::from_hours(24);

impl Beneficiary {
    /// A person of whom nothing else is known yet: without document, doses or appointments.
    #[must_use]
    pub fn new(id: BeneficiaryId, account: AccountId, name: Name, birth: Birth) -> Self {
        Self {
            id,
            account,
            name,
            birth,
            photo_id: None,
            registered_as: None,
            doses: DoseHistory::default(),
            active: None,
            given_up: BTreeMap::new(),
            withdrawn: BTreeMap::new(),
            closed_tickets: BTreeMap::new(),
        }
    }

    /// The given up appointments that count no more.
    #[must_use]
    pub fn faded(&self, now: Timestamp) -> Vec<AppointmentId> {
        self.given_up.iter().filter(|(_, at)| has_faded(**at, now)).map(|(id, _)| *id).collect()
    }

    /// Whether it is noted that the person had this appointment.
    #[must_use]
    pub fn had(&self, id: AppointmentId) -> bool {
        self.given_up.contains_key(&id) || self.withdrawn.contains_key(&id)
    }

    /// Whether what a center or a booking goes by is the same of another state of the person: it cannot change as freely as a
    /// name's spelling.
    #[must_use]
    pub fn is_known_as(&self, other: &Self) -> bool {
        self.birth == other.birth && self.photo_id == other.photo_id
    }

    /// Decides whether the person's facts may become those of `is`.
    ///
    /// # Errors
    /// What stands against it.
    pub fn check_correction(&self, is: &Self) -> Result<(), Settled> {
        if self.is_known_as(is) {
            return Ok(());
        }
        self.check_removal()?;
        if self.doses.taken > 0 { Err(Settled::Vaccinated) } else { Ok(()) }
    }

    /// Decides whether the person may be removed.
    ///
    /// # Errors
    /// What stands against it.
    pub fn check_removal(&self) -> Result<(), Settled> {
        self.active.as_ref().map_or(Ok(()), |active| Err(Settled::Booked(active.id)))
    }
}

/// Whether the note of an appointment that ended then counts no more.
pub(crate) fn has_faded(at: Timestamp, now: Timestamp) -> bool {
    now.duration_since(at) >= NOTED
}

/// A phone number as it can be dialed from anywhere (E.164): `+`, then 8 to 15 digits. Not shown by `Debug`.
#[derive(Clone, PartialEq, Eq)]
pub struct Phone(String);

/// A text that is no phone number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a phone number is '+', then 8 to 15 digits, the first not 0")]
pub struct BadPhone;

impl Phone {
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for Phone {
    type Err = BadPhone;

    fn from_str(text: &str) -> Result<Self, BadPhone> {
        let digits = text.strip_prefix('+').ok_or(BadPhone)?;
        let fine = (8..=15).contains(&digits.len())
            && digits.bytes().all(|byte| byte.is_ascii_digit())
            && !digits.starts_with('0');
        if fine { Ok(Self(text.to_owned())) } else { Err(BadPhone) }
    }
}

impl fmt::Debug for Phone {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Phone(..)")
    }
}

/// A phone that has logged in, and the people it manages.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Account {
    pub id: AccountId,
    pub phone: Phone,
    pub beneficiaries: Vec<BeneficiaryId>,
}

/// People to be removed from their account, or all of them with it, on condition that everything is as it was read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Removal {
    /// As it was read.
    pub account: Account,
    /// As they were read: each without an appointment.
    pub people: Vec<Beneficiary>,
    /// What becomes of the account.
    pub then: Then,
    pub at: Timestamp,
}

/// What becomes of an account whose people are removed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Then {
    Keep,
    /// It goes with them, who are all that it has.
    Erase,
}

impl Removal {
    /// The people that the account keeps, in their order.
    #[must_use]
    pub fn left(&self) -> Vec<BeneficiaryId> {
        let goes = |id: &BeneficiaryId| self.people.iter().any(|person| person.id == *id);
        self.account.beneficiaries.iter().copied().filter(|id| !goes(id)).collect()
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    #[test]
    fn a_birth_is_a_year_or_a_date() {
        assert_eq!("1984".parse(), Ok(Birth::Year(1984)));
        assert_eq!("1984-02-29".parse(), Ok(Birth::Date(date(1984, 2, 29))));
        for bad in ["1983-02-29", "84", "1984-2-9", "29-02-1984", "", "19 4", "+984", "1984-02-30", "+001984-02-2"] {
            assert_eq!(bad.parse::<Birth>(), Err(BadBirth::Form), "{bad}");
        }
        assert_eq!("1899".parse::<Birth>(), Err(BadBirth::TooLongAgo));
    }

    #[test]
    fn nobody_is_born_tomorrow() {
        let today = date(2026, 11, 21);
        assert!(Birth::Date(today).by(today).is_ok());
        assert!(Birth::Year(2026).by(today).is_ok());
        assert_eq!(Birth::Date(date(2026, 11, 22)).by(today), Err(BadBirth::Future));
        assert_eq!(Birth::Year(2027).by(today), Err(BadBirth::Future));
    }

    #[test]
    fn a_year_sorts_before_its_dates() {
        let (year, day) = (Birth::Year(1984), Birth::Date(date(1984, 1, 1)));
        assert!(year.to_string() < day.to_string());
        assert!(year.to_string() > Birth::Date(date(1983, 12, 31)).to_string());
    }

    fn asha() -> Beneficiary {
        let id = BeneficiaryId::new(uuid::Uuid::from_u128(9));
        Beneficiary::new(id, "home".parse().unwrap(), Name::parse("Asha Rao").unwrap(), Birth::Year(1990))
    }

    #[test]
    fn what_a_dose_was_given_by_stays_and_a_name_does_not() {
        let renamed = |person: &Beneficiary| Beneficiary { name: Name::parse("Usha Rao").unwrap(), ..person.clone() };
        let reborn = |person: &Beneficiary| Beneficiary { birth: Birth::Year(1991), ..person.clone() };
        let fresh = asha();
        assert_eq!(fresh.check_correction(&reborn(&fresh)), Ok(()));
        let last = LastDose { vaccine: Vaccine::Covaxin, on: date(2026, 1, 1) };
        let vaccinated = Beneficiary { doses: DoseHistory { taken: 1, last: Some(last) }, ..asha() };
        assert_eq!(vaccinated.check_correction(&renamed(&vaccinated)), Ok(()));
        assert_eq!(vaccinated.check_correction(&reborn(&vaccinated)), Err(Settled::Vaccinated));
        let hash = "hash".to_owned();
        let photo_id = Some(PhotoId { kind: crate::photo_id::PhotoIdKind::Pan, last_four: "234F".to_owned(), hash });
        let known = Beneficiary { photo_id, ..vaccinated.clone() };
        assert_eq!(vaccinated.check_correction(&known), Err(Settled::Vaccinated));
        assert_eq!(vaccinated.check_removal(), Ok(()));
    }

    #[test]
    fn phones_are_in_international_form() {
        assert!("+919812345678".parse::<Phone>().is_ok());
        for bad in ["9812345678", "+0919812345", "+91 98123 45678", "+1234567", "+1234567890123456", "+"] {
            assert_eq!(bad.parse::<Phone>(), Err(BadPhone), "{bad}");
        }
    }
}
