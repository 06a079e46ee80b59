//! What tests of every crate share: twins of the ports, makers of domain values, the contract that every store keeps, and
//! an HTTP client that counts and fails as told.
//!
//! Only tests depend on this crate.

pub mod client;
pub mod contract;
mod events;
pub mod flood;
pub mod forged;
mod host;
pub mod issuer;
pub mod make;
mod memory;
mod queue;
mod subscribers;
pub mod table;
pub mod wire;

pub use events::RecordedEvents;
pub use host::TestHost;
pub use memory::{MemoryKey, MemoryRow, MemoryStore, Stopped};
pub use queue::MemoryQueue;
pub use subscribers::{MemoryTopic, Subscriber};
