//! Files of districts, centers and sessions.

pub mod centers;
pub mod districts;
mod outcome;
pub mod sessions;
mod table;

pub use outcome::{Columns, Imported};
pub use table::{Checked, Note};
