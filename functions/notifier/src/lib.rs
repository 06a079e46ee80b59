//! Turns booking events into messages for people: one for each confirmation, move and cancellation.
//!
//! An event may arrive more than once; a mark in the table makes one message the rule. Between sending and marking a crash
//! can still double a message, never lose one.

mod handler;
mod marks;
mod message;
mod notify;

pub use handler::Notifier;
pub use marks::{DynamoMarks, Marked, Marks};
pub use message::{Facts, Template, Templates};
pub use notify::{Notify, NotifyError};
