//! Follows the table's stream: recounts what changed, and tells what happened.
//!
//! A batch may come again, whole or in part; nothing here depends on its coming once.

mod handler;
mod lag;

pub use handler::Projector;
pub use lag::{lag, oldest};
