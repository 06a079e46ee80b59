//! The command line of Vaxslot as a library, so that the end-to-end tests take the same steps.

pub mod audit;
pub mod chunk;
pub mod cli;
pub mod clock;
pub mod commands;
pub mod failure;
pub mod files;
mod grant;
pub mod http;
pub mod import;
pub mod keys;
pub mod mask;
pub mod openapi;
pub mod outbox;
mod progress;
mod resolve;
pub mod rotate;
pub mod seed;
pub mod stack;
pub mod token;
pub mod tokens;
pub mod walkthrough;
