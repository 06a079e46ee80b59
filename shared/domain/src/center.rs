//! A place that vaccinates.

use std::{fmt, str::FromStr};

use jiff::tz::TimeZone;
use serde::{Deserialize, Serialize};

use crate::{
    id::CenterId,
    place::{District, Pincode, Position},
    text::{Address, Name},
    window::Window,
};

/// Whether the shot costs the citizen money.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum FeeType {
    Free,
    Paid,
}

impl FeeType {
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Free => "Free",
            Self::Paid => "Paid",
        }
    }
}

/// A text that is neither of the fee types.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the fee type must be Free or Paid")]
pub struct BadFeeType;

impl FromStr for FeeType {
    type Err = BadFeeType;

    fn from_str(text: &str) -> Result<Self, BadFeeType> {
        [Self::Free, Self::Paid].into_iter().find(|fee| fee.name() == text).ok_or(BadFeeType)
    }
}

/// An IANA time zone by its name.
#[derive(Clone, PartialEq, Eq)]
pub struct Zone(TimeZone);

/// A name that the time zone database does not have.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the time zone must be an IANA name such as Asia/Kolkata")]
pub struct BadZone;

impl Zone {
    #[must_use]
    pub fn clock(&self) -> &TimeZone {
        &self.0
    }

    #[must_use]
    pub fn name(&self) -> &str {
        self.0.iana_name().unwrap_or("UTC")
    }

    /// India has one zone and no daylight saving time.
    #[must_use]
    pub fn india() -> Self {
        "Asia/Kolkata".parse().unwrap_or(Self(TimeZone::UTC))
    }
}

impl fmt::Debug for Zone {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl FromStr for Zone {
    type Err = BadZone;

    fn from_str(name: &str) -> Result<Self, BadZone> {
        let zone = TimeZone::get(name).map_err(|_| BadZone)?;
        // jiff finds names in any case; keep to the database's own spelling.
        if zone.iana_name() == Some(name) { Ok(Self(zone)) } else { Err(BadZone) }
    }
}

/// A center as registered.
#[derive(Debug, Clone, PartialEq)]
pub struct Center {
    pub id: CenterId,
    pub name: Name,
    pub address: Address,
    pub block: Option<Name>,
    pub district: District,
    pub pincode: Pincode,
    /// Absent where the registry has none, or only whole degrees.
    pub position: Option<Position>,
    pub hours: Window,
    pub zone: Zone,
    pub fee_type: FeeType,
}
