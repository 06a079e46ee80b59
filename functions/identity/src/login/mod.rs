//! Logging in: a code is sent to a phone and redeemed for tokens, which are renewed until the person logs out.
//!
//! The code counts for three minutes and five tries. What is stored of it, and of every phone and address, is a keyed hash; the
//! table alone tells neither.

mod code;
mod dynamo;
mod limits;
mod refresh;
mod rows;
mod secrets;
mod tokens;
mod use_case;

pub use code::Code;
pub use dynamo::DynamoLogins;
pub use limits::Settings;
pub use rows::{Filed, Logins, Session};
pub use secrets::{Safe, SecretsManager, Vault};
pub use use_case::{LASTS, Login, LoginError, Sent, Tokens};
