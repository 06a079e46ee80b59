//! What citizens do with appointments: book, hold, confirm, move, cancel, and look.

mod dto;
mod routes;
mod ticket;

pub use routes::{Reserve, openapi, router};
