//! What staff and analysts watch: bookings of days, from the country down to a single appointment.

mod answer;
mod caller;
mod query;
mod routes;
mod sheet;
mod view;

pub use routes::{ReportRoutes, openapi, router};
