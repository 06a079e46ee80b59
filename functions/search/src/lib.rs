//! What everybody may look up: places, centers, sessions with their open slots, and the description of the interface.

mod pages;
mod query;
mod recent;
mod routes;

pub use recent::Recent;
pub use routes::{Search, openapi, router};
