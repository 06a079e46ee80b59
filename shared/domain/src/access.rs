//! Who a caller is and what that lets them do. Every decision about roles is here.

use std::collections::BTreeSet;

use crate::{
    center::Center,
    id::{AccountId, CenterId, DistrictId, StateId},
    person::Phone,
    place::District,
};

/// The part of the country that a role reaches.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Region {
    Country,
    State(StateId),
    District(DistrictId),
}

impl Region {
    #[must_use]
    pub fn covers(self, district: &District) -> bool {
        match self {
            Self::Country => true,
            Self::State(state) => district.state.id == state,
            Self::District(id) => district.id == id,
        }
    }
}

/// A caller whose token was verified.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Caller {
    /// Books for the beneficiaries of one account.
    Citizen { account: AccountId, phone: Option<Phone> },
    /// Runs the named centers.
    Operator { centers: BTreeSet<CenterId> },
    /// Runs every center of a region, and registers new ones.
    Admin { region: Region },
    /// Sees figures of a region, never a person's appointment.
    Analyst { region: Region },
}

/// The role does not include this.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the caller's role does not allow this")]
pub struct Forbidden;

/// The centers a caller may act on. A write carries it as a condition.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Scope {
    Centers(BTreeSet<CenterId>),
    Region(Region),
}

impl Scope {
    #[must_use]
    pub fn covers(&self, center: CenterId, district: &District) -> bool {
        match self {
            Self::Centers(centers) => centers.contains(&center),
            Self::Region(region) => region.covers(district),
        }
    }

    #[must_use]
    pub fn covers_center(&self, center: &Center) -> bool {
        self.covers(center.id, &center.district)
    }

    /// Whether it is the whole country, and so the list of states and districts, too.
    pub fn keeps_places(&self) -> Result<(), Forbidden> {
        if *self == Self::Region(Region::Country) { Ok(()) } else { Err(Forbidden) }
    }
}

impl Caller {
    /// The account that a citizen books for.
    pub fn account(&self) -> Result<&AccountId, Forbidden> {
        match self {
            Self::Citizen { account, .. } => Ok(account),
            _ => Err(Forbidden),
        }
    }

    /// The centers whose sessions the caller may publish and change.
    pub fn runs(&self) -> Result<Scope, Forbidden> {
        match self {
            Self::Operator { centers } => Ok(Scope::Centers(centers.clone())),
            Self::Admin { region } => Ok(Scope::Region(*region)),
            Self::Citizen { .. } | Self::Analyst { .. } => Err(Forbidden),
        }
    }

    /// Where the caller may register new centers.
    pub fn registers(&self) -> Result<Region, Forbidden> {
        match self {
            Self::Admin { region } => Ok(*region),
            _ => Err(Forbidden),
        }
    }

    /// Whether the caller keeps the list of states and districts.
    pub fn keeps_places(&self) -> Result<(), Forbidden> {
        self.runs()?.keeps_places()
    }

    /// The centers whose figures the caller may see.
    pub fn sees_figures(&self) -> Result<Scope, Forbidden> {
        match self {
            Self::Analyst { region } => Ok(Scope::Region(*region)),
            Self::Operator { .. } | Self::Admin { .. } => self.runs(),
            Self::Citizen { .. } => Err(Forbidden),
        }
    }

    /// The centers whose single appointments the caller may see.
    pub fn sees_appointments(&self) -> Result<Scope, Forbidden> {
        self.runs()
    }
}
