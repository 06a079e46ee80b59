//! What citizens do with appointments: book, hold, confirm, cancel, and look.

mod dto;
mod policy;
mod routes;

pub use policy::policy_from_env;
pub use routes::{Reserve, openapi, router};
