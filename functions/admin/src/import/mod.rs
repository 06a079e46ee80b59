//! Files of districts, centers and sessions.

pub mod centers;
pub mod districts;
pub mod sessions;
pub mod table;
