//! Logging in, the people whom an account books for, and where the keys of tokens are found.

mod account;
mod auth;
mod beneficiaries;
mod discovery;
mod login;
mod preferences;
mod published;
mod registry;
mod routes;

pub use login::{DynamoLogins, Filed, Login, Logins, Safe, SecretsManager, Session, Settings, Vault};
pub use published::{Issuer, issuer_router};
pub use registry::Registry;
pub use routes::{Identity, openapi, router};
