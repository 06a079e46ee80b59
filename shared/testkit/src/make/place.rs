use vaxslot_domain::{
    center::{Center, FeeType, Zone},
    id::{CenterId, DistrictId, StateId},
    place::{District, Pincode, Position, State},
    text::{Address, Name},
};

use super::window;

#[must_use]
pub fn name(text: &str) -> Name {
    Name::parse(text).expect("a name")
}

#[must_use]
pub fn pincode(number: u32) -> Pincode {
    Pincode::try_from(number).expect("a pincode")
}

#[must_use]
pub fn position(lat: f64, long: f64) -> Position {
    Position::new(lat, long).expect("a position")
}

#[must_use]
pub fn center_id(number: u32) -> CenterId {
    CenterId::try_from(number).expect("a center id")
}

/// A district named after its number, in a state named after its.
#[must_use]
pub fn district(id: u32, state: u32) -> District {
    District {
        id: DistrictId::try_from(id).expect("a district id"),
        name: name(&format!("District {id}")),
        state: State { id: StateId::try_from(state).expect("a state id"), name: name(&format!("State {state}")) },
    }
}

/// District 363, in state 21.
#[must_use]
pub fn pune() -> District {
    let numbered = district(363, 21);
    District { name: name("Pune"), state: State { name: name("Maharashtra"), ..numbered.state }, ..numbered }
}

/// A free center in Pune with everything known of it, open from nine to six.
#[must_use]
pub fn center(id: u32) -> Center {
    Center {
        id: center_id(id),
        name: name(&format!("Health Center {id}")),
        address: Address::parse("Sangavi Phata, Aundh").expect("an address"),
        block: Some(name("Haveli")),
        district: pune(),
        pincode: pincode(411_027),
        position: Some(position(18.5683, 73.8117)),
        hours: window("09:00-18:00"),
        zone: Zone::india(),
        fee_type: FeeType::Free,
    }
}
