//! The store on `DynamoDB` Local: its contract, and bookings through the real use cases under contention and faults.

mod auditing;
mod booking;
mod calls;
mod cancelling;
mod changes;
mod contention;
mod contract;
mod drained;
mod engine;
mod faults;
mod grants;
mod invariants;
mod limits;
mod logins;
mod matrix;
mod raw;
mod receipts;
mod repeats;
mod reschedule;
mod rows;
mod signing;
mod staff;
mod sweeping;
mod torn;
mod weather;
