//! The routes over the store in memory.

mod changes;
mod login;
mod people;
mod stage;
