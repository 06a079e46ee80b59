//! What people ask for, one request after the other: nine searches, then a reservation.

use rand::{Rng, SeedableRng, rngs::StdRng, seq::IndexedRandom};
use serde_json::json;
use vaxslot_domain::{search::Place, session::Session};

use super::world::World;
use crate::{crowd::Person, event};

/// One request in so many is a reservation.
pub const ONE_RESERVATION_IN: usize = 10;

/// A request to one of the two functions.
pub enum Asked {
    Search(String),
    Reserve(String),
}

/// Requests, the same ones in every run.
pub struct Trace<'a> {
    world: &'a World,
    people: &'a [Person],
    chance: StdRng,
    number: usize,
}

impl<'a> Trace<'a> {
    /// People book once each, so there must be one for every reservation.
    pub fn new(world: &'a World, people: &'a [Person], seed: u64) -> Self {
        Self { world, people, chance: StdRng::seed_from_u64(seed), number: 0 }
    }

    fn session(&mut self) -> &'a Session {
        self.world.sessions.choose(&mut self.chance).unwrap_or_else(|| unreachable!("the world has sessions"))
    }

    /// Seven of ten look at their district, two at their pincode, one at a center.
    fn search(&mut self) -> String {
        let center = &self.session().center;
        let place = match self.chance.random_range(0..10) {
            0..7 => Place::District(center.district.id),
            7..9 => Place::Pincode(center.pincode),
            _ => Place::Center(center.id),
        };
        let (name, number) = match place {
            Place::District(id) => ("district_id", id.to_string()),
            Place::Pincode(pincode) => ("pincode", pincode.to_string()),
            Place::Center(id) => ("center_id", id.to_string()),
            Place::Around(_) => unreachable!("nobody looks around a point"),
        };
        event::search(&format!("{name}={number}&date={}", self.world.date))
    }

    fn reserve(&mut self, person: &Person) -> String {
        let session = self.session();
        let slot = session.slots.choose(&mut self.chance).map(ToString::to_string);
        let body = json!({
            "session_id": session.id, "slot": slot, "dose": 1, "beneficiaries": [person.beneficiary],
        });
        event::post("/v1/appointments", &person.token, &body)
    }
}

impl Iterator for Trace<'_> {
    type Item = Asked;

    fn next(&mut self) -> Option<Asked> {
        self.number += 1;
        if self.number.is_multiple_of(ONE_RESERVATION_IN) {
            let person = self.people.get(self.number / ONE_RESERVATION_IN - 1)?;
            Some(Asked::Reserve(self.reserve(person)))
        } else {
            Some(Asked::Search(self.search()))
        }
    }
}
