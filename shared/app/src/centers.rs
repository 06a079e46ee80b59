//! Registering and changing single centers.

use vaxslot_domain::{
    Time,
    access::{Region, Scope},
    center::{Center, FeeType, Zone},
    id::{CenterId, DistrictId},
    place::{Pincode, Position},
    schedule::BadSchedule,
    text::{Address, Name},
    trail::Deed,
    window::Window,
};

use crate::staff::{Staff, StaffError};

/// A center to register.
#[derive(Debug, Clone)]
pub struct NewCenter {
    /// One is drawn where none is given.
    pub id: Option<CenterId>,
    /// Decides which, so that the same request draws the same.
    pub lot: Option<String>,
    pub name: Name,
    pub address: Address,
    pub block: Option<Name>,
    pub district: DistrictId,
    pub pincode: Pincode,
    pub position: Option<Position>,
    pub hours: Window,
    pub zone: Zone,
    pub fee_type: FeeType,
}

/// What changes about a center; what is absent stays as it is. Its district and its time zone never change.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct CenterChange {
    pub name: Option<Name>,
    pub address: Option<Address>,
    pub block: Change<Name>,
    pub pincode: Option<Pincode>,
    pub position: Change<Position>,
    pub opens: Option<Time>,
    pub closes: Option<Time>,
    pub fee_type: Option<FeeType>,
}

/// What becomes of something that may be absent.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub enum Change<T> {
    #[default]
    Keep,
    Clear,
    Set(T),
}

impl<T> Change<T> {
    pub(crate) fn apply(self, old: Option<T>) -> Option<T> {
        match self {
            Self::Keep => old,
            Self::Clear => None,
            Self::Set(new) => Some(new),
        }
    }
}

impl Staff {
    /// Registers a center in a district of the region.
    pub async fn add_center(&self, new: NewCenter, region: Region) -> Result<Center, StaffError> {
        let district = self.district(new.district, region).await?;
        let center = Center {
            id: new.id.unwrap_or_else(|| self.draw_center_id(new.lot.as_deref())),
            name: new.name,
            address: new.address,
            block: new.block,
            district,
            pincode: new.pincode,
            position: new.position,
            hours: new.hours,
            zone: new.zone,
            fee_type: new.fee_type,
        };
        self.register(&center, Deed::RegisterCenter).await?;
        Ok(center)
    }

    /// Changes a center of the region.
    pub async fn amend_center(&self, id: CenterId, change: CenterChange, region: Region) -> Result<Center, StaffError> {
        let center = change.apply(self.center(id, &Scope::Region(region)).await?)?;
        self.change_center(&center, region, Deed::ChangeCenter).await?;
        Ok(center)
    }
}

impl CenterChange {
    fn apply(self, center: Center) -> Result<Center, StaffError> {
        let opens = self.opens.unwrap_or_else(|| center.hours.start());
        let closes = self.closes.unwrap_or_else(|| center.hours.end());
        let hours = Window::new(opens, closes).map_err(BadSchedule::Window)?;
        Ok(Center {
            id: center.id,
            name: self.name.unwrap_or(center.name),
            address: self.address.unwrap_or(center.address),
            block: self.block.apply(center.block),
            district: center.district,
            pincode: self.pincode.unwrap_or(center.pincode),
            position: self.position.apply(center.position),
            hours,
            zone: center.zone,
            fee_type: self.fee_type.unwrap_or(center.fee_type),
        })
    }
}
