//! Turns booking events into messages for people: one for each confirmation, move and cancellation, by each channel that the account
//! wants, in its language.
//!
//! An event may arrive more than once; a mark in the table makes one message a channel the rule. Between sending and marking a crash
//! can still double a message, never lose one.

mod days;
mod handler;
mod later;
mod marks;
mod message;
mod notify;
mod relay;
mod ses;
mod texts;

pub use handler::Notifier;
pub use later::{Later, SqsLater};
pub use marks::{DynamoMarks, Handed, Marked, Marks};
pub use message::{Facts, Template, Which};
pub use notify::{Notify, NotifyError};
pub use relay::{Errand, Relay, SnsRelay};
pub use ses::SesMail;
pub use texts::{Rendered, Templates};
