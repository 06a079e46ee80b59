//! The rules of Vaxslot: who may book what, and when.
//!
//! Everything here is a value or a decision over values. Nothing reads a clock, draws a random number, or knows of a
//! store or of HTTP: the current time and every choice come in as arguments, so that each rule can be tried at any
//! moment.

pub mod access;
pub mod appointment;
pub mod availability;
pub mod booking;
pub mod bucket;
pub mod capacity;
pub mod center;
pub mod eligibility;
pub mod event;
pub mod id;
pub mod opening;
pub mod person;
pub mod photo_id;
pub mod place;
pub mod preferences;
pub mod reference;
pub mod rollup;
pub mod schedule;
pub mod search;
pub mod session;
pub mod subscription;
pub mod tally;
pub mod text;
pub mod ticket;
pub mod trail;
pub mod vaccine;
pub mod window;

pub use jiff::{SignedDuration, Timestamp, civil::Date, civil::Time, tz::TimeZone};
