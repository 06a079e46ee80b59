//! The places that people search and book.

use futures::{StreamExt, TryStreamExt, stream};
use vaxslot_app::ports::{Sessions, Tried};
use vaxslot_domain::{Date, capacity, center::Center, place::District, session::Session};
use vaxslot_testkit::make;

use crate::{Outcome, crowd::Table, people};

pub const DISTRICTS: u32 = 100;
pub const CENTERS_A_DISTRICT: u32 = 6;
const SLOTS: [&str; 4] = ["09:00-11:00", "11:00-13:00", "13:00-15:00", "15:00-18:00"];
const UNITS_A_SLOT: u32 = 100;

/// Sessions tomorrow in a hundred districts.
pub struct World {
    pub sessions: Vec<Session>,
    pub date: Date,
}

impl World {
    pub async fn publish(table: &Table) -> Outcome<Self> {
        let (store, date) = (table.store(), people::tomorrow());
        let shards = capacity::divide(UNITS_A_SLOT.try_into()?, 25);
        let publish = async |id: u32| {
            let slots = SLOTS.map(make::window).into();
            let draft = make::Draft { center: center(id), date, slots, ..make::Draft::new(u128::from(id), &shards) };
            let made = draft.made();
            match store.publish(&made.session, &made.shards).await? {
                Tried::Done(()) => Outcome::Ok(made.session),
                Tried::Refused(_) => Err("a session was there before".into()),
            }
        };
        let ids = 1..=DISTRICTS * CENTERS_A_DISTRICT;
        let sessions = stream::iter(ids.map(publish)).buffered(8).try_collect().await?;
        Ok(Self { sessions, date })
    }
}

fn center(id: u32) -> Center {
    let number = id.div_ceil(CENTERS_A_DISTRICT);
    let numbered = make::district(number, 1 + number / 10);
    let district = District { name: make::name("Ahmednagar"), ..numbered };
    Center { district, pincode: make::pincode(400_000 + id), ..make::center(id) }
}
