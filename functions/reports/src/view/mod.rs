//! Reports as documents and as tables.

mod appointments;
mod bookings;
mod figures;
mod trends;
mod workbook;

use vaxslot_domain::rollup::Level;

pub use appointments::{SessionAppointments, appointments};
pub use bookings::{Bookings, bookings};
pub use trends::{Trends, trends};
pub use workbook::Workbook;

/// What a level is called, and the end of a file's name that says which.
fn place(level: Level) -> (&'static str, String) {
    match level {
        Level::Top | Level::Country => ("country", String::new()),
        Level::State(id) => ("state", format!("-state-{id}")),
        Level::District(id) => ("district", format!("-district-{id}")),
        Level::Center(id) => ("center", format!("-center-{id}")),
    }
}
