//! The use cases of Vaxslot: each is one thing a caller can ask for, written over the ports in [`ports`].

pub mod audit;
pub mod booker;
pub mod booking;
pub mod cache;
pub mod cancelling;
pub mod catalog;
pub mod centers;
pub mod derive;
pub mod ends;
pub mod import;
pub mod once;
pub mod people;
pub mod ports;
pub mod projection;
pub mod reception;
pub mod reminders;
pub mod reports;
pub mod retry;
pub mod staff;
pub mod subscriptions;
pub mod sweep;
pub mod tickets;
pub mod times;
mod walk;
