//! The ports of Vaxslot on AWS: one DynamoDB table, an SNS topic for what happened, and an SQS queue for what waits.
//!
//! [`keys`] has the format of every key, [`rows`] that of every row; each method makes one attempt and tells by its error
//! whether another may help.

mod audits;
mod bookings;
mod buckets;
mod cancellations;
mod centers;
mod contacts;
mod dues;
mod error;
mod events;
mod expression;
mod figures;
mod grants;
mod host;
mod key_sets;
mod key_uses;
pub mod keys;
mod people;
mod places;
mod queue;
mod reminders;
pub mod rows;
mod sessions;
mod sessions_write;
mod sms;
mod store;
pub mod stream;
mod subscribers;
mod subscriptions;
mod tallies;
mod tickets;
mod trail;
mod transaction;
mod web;

pub use error::classify;
pub use events::{Attribute, AvailabilityMessage, EventMessage, SnsEvents};
pub use grants::{DynamoGrants, Granted};
pub use host::SystemHost;
pub use queue::{QueuedMessage, SqsQueue};
pub use reminders::SqsReminders;
pub use sms::{BadRegistered, Registered, SnsSms};
pub use store::{DynamoStore, connect};
pub use subscribers::{SnsSubscribers, policy};
pub use web::Https;
