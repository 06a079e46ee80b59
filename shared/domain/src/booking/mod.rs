//! The decisions of a booking: what to ask of the store, and what its refusal means.
//!
//! A booking is one transaction over pool shards and beneficiaries, sent without reading either before. When a
//! condition of it fails, the store returns the rows as it found them, and [`judge`] reads the exact reason from those.

mod attendance;
mod change;
mod judge;
mod order;
mod reschedule;
mod reservation;
mod seating;
mod take;

pub use attendance::{Attendance, AttendanceRefusal, Given, Used, attend, lapse};
pub use change::{ChangeRefusal, Ending, Note, Own, Release, check_confirm, check_give_up};
pub use judge::{Check, Rejection, Verdict, check_changes, closed_ticket, judge, recognise};
pub use order::{Admission, BadParty, Finality, Order, Party, Policy, Refusal, admit, admit_walk_in};
pub use reschedule::{Move, MoveOrder, MoveVerdict, Mover, admit_move, judge_move};
pub use reservation::{Making, Reservation, WalkIn};
pub use seating::seat;
pub use take::{Take, shortage};

#[cfg(test)]
pub(crate) mod tests;
