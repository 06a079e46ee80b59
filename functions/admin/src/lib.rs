//! What staff keep: centers, sessions, and the lists they come from.

pub mod import;
