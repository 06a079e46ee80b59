//! The routes over the store in memory.

mod login;
mod people;
mod stage;
