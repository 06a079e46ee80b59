//! The use cases of Vaxslot on simulated machines, over a store that behaves as DynamoDB does where local engines don't.
//!
//! One thread, virtual time, one seed: [`history::play`] lets a history happen and has the checker judge it. The same seed
//! is the same history, to the microsecond.

pub mod announced;
pub mod auditor;
pub mod clients;
pub mod history;
pub mod host;
pub mod machine;
pub mod plant;
pub mod queue;
pub mod rows;
pub mod runner;
pub mod rush;
pub mod scenario;
pub mod store;
pub mod stream;
pub mod sweeper;
pub mod topic;
pub mod world;
