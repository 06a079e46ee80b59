//! The command line's parts as a caller uses them. One program, so that it is linked once.

mod imports;
mod keys_and_tokens;
mod openapi;
mod seed_plan;
mod support;
mod walkthrough;
