//! Vaccines and their schedules.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};

/// The vaccines of the Indian drive, spelled as its public interface spells them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Vaccine {
    #[serde(rename = "COVISHIELD")]
    Covishield,
    #[serde(rename = "COVAXIN")]
    Covaxin,
    #[serde(rename = "SPUTNIK V")]
    SputnikV,
    #[serde(rename = "CORBEVAX")]
    Corbevax,
    #[serde(rename = "COVOVAX")]
    Covovax,
}

/// A text that names no vaccine, or a number that is no dose.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum BadVaccine {
    #[error("the vaccine must be one of COVISHIELD, COVAXIN, SPUTNIK V, CORBEVAX, COVOVAX")]
    Unknown,
    #[error("the dose must be 1, 2 or 3 (3 is the precaution dose)")]
    Dose,
}

impl Vaccine {
    pub const ALL: [Self; 5] = [Self::Covishield, Self::Covaxin, Self::SputnikV, Self::Corbevax, Self::Covovax];

    /// Days that must lie between the dose before and this one; `None` for a first dose.
    ///
    /// Second doses as the Ministry of Health and Family Welfare set them (Covishield 12 weeks, May 2021; Covaxin,
    /// Corbevax 4 weeks; Sputnik V, Covovax 3 weeks); the precaution dose 26 weeks (July 2022).
    #[must_use]
    pub fn days_before(self, dose: Dose) -> Option<i32> {
        match (dose.get(), self) {
            (1, _) => None,
            (2, Self::Covishield) => Some(84),
            (2, Self::Covaxin | Self::Corbevax) => Some(28),
            (2, Self::SputnikV | Self::Covovax) => Some(21),
            _ => Some(182),
        }
    }

    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Covishield => "COVISHIELD",
            Self::Covaxin => "COVAXIN",
            Self::SputnikV => "SPUTNIK V",
            Self::Corbevax => "CORBEVAX",
            Self::Covovax => "COVOVAX",
        }
    }
}

impl fmt::Display for Vaccine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl FromStr for Vaccine {
    type Err = BadVaccine;

    fn from_str(text: &str) -> Result<Self, BadVaccine> {
        Self::ALL.into_iter().find(|vaccine| vaccine.name() == text).ok_or(BadVaccine::Unknown)
    }
}

/// Which dose of a schedule: 1, 2, or 3 for the precaution dose.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "u8", into = "u8")]
pub struct Dose(u8);

impl Dose {
    pub const FIRST: Self = Self(1);
    pub const SECOND: Self = Self(2);
    pub const PRECAUTION: Self = Self(3);

    #[must_use]
    pub fn get(self) -> u8 {
        self.0
    }
}

impl TryFrom<u8> for Dose {
    type Error = BadVaccine;

    fn try_from(number: u8) -> Result<Self, BadVaccine> {
        if (1..=3).contains(&number) { Ok(Self(number)) } else { Err(BadVaccine::Dose) }
    }
}

impl From<Dose> for u8 {
    fn from(dose: Dose) -> u8 {
        dose.0
    }
}

impl FromStr for Dose {
    type Err = BadVaccine;

    fn from_str(text: &str) -> Result<Self, BadVaccine> {
        match text {
            "1" => Ok(Self::FIRST),
            "2" => Ok(Self::SECOND),
            "3" => Ok(Self::PRECAUTION),
            _ => Err(BadVaccine::Dose),
        }
    }
}

impl fmt::Display for Dose {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}
