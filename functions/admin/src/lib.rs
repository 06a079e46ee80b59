//! What staff keep: centers, sessions, and the lists they come from.

mod caller;
mod dto;
pub mod import;
mod routes;
mod view;

pub use routes::{Admin, openapi, router};
