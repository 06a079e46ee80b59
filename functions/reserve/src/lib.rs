//! What citizens do with appointments: book, hold, confirm, cancel, and look.

mod dto;
mod routes;

pub use routes::{Reserve, openapi, router};
