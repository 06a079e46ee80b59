//! What everybody may look up: places, centers, sessions with their open slots, and the description of the interface.

mod pages;
mod query;
mod routes;

pub use routes::{Search, openapi, router};
