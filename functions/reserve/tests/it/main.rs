//! The routes of citizens, against the store in memory.

mod booking;
mod keys;
mod limits;
mod moving;
mod refusals;
mod stage;
mod tickets;
