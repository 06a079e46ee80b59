//! The HTTP edge that the functions share: who calls, what they sent, how answers and problems look.
//!
//! A handler takes its input through [`extract`], calls one use case, and returns a [`view`] or a [`Problem`]. Nothing
//! here reads a store.

pub mod caching;
mod edge;
pub mod env;
pub mod extract;
pub mod gate;
pub mod lambda;
pub mod limit;
pub mod metrics;
pub mod once;
pub mod openapi;
pub mod openid;
pub mod patch;
pub mod problem;
pub mod routes;
pub mod seal;
pub mod serve;
pub mod text;
pub mod token;
pub mod trust;
pub mod view;

pub use gate::{Admitted, Gate, Guarded};
pub use problem::{Kind, Problem, chain};
pub use routes::Routes;
pub use serve::{Error, finish, log_as_json, serve};
pub use text::Text;
