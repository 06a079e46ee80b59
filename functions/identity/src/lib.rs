//! The people whom an account books for, and where the keys of tokens are found.

mod beneficiaries;
mod discovery;
mod routes;

pub use routes::{Identity, openapi, router};
