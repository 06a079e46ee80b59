//! The routes of staff, against the store in memory.

mod callers;
mod cancelling;
mod centers;
mod data;
mod desk;
mod imports;
mod keys;
mod openings;
mod sessions;
mod stage;
