//! Does what falls due by time: ends holds that ran out, and finishes cancellations that broke off. And counts, from time to time,
//! shards against appointments.
//!
//! It may be called twice at once, late, or not at all: every change is decided by a condition, and what one run leaves the
//! next one finds.

mod handler;
mod remind;

pub use handler::{Job, Report, Sweeper, WorkFailed, metrics};
