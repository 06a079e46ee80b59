//! The routes over the store in memory.

mod account;
mod changes;
mod login;
mod people;
mod stage;
