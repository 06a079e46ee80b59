//! Subscriptions to what can be had: made, confirmed, listed and ended by accounts.

mod dto;
mod names;
mod routes;

pub use names::{Names, SystemNames};
pub use routes::{Desk, openapi, router};
