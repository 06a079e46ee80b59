//! Works off the queue of reservations.
//!
//! The `booker` carries out what waits. What it could not carry out time and again becomes a dead letter, and the `closer`
//! ends its ticket, so that every ticket has an end.

mod batch;

pub use batch::{deliveries, failures};
