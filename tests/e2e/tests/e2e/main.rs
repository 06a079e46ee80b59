//! The deployed template, seen from outside: the main job, and every kind of bad input.
//!
//! `make test` and `make run DETACH=1` start the stack these tests talk to; its description is `.local/stack.json`, or what
//! `VAXSLOT_STACK` names.

mod authorization;
mod availability;
mod bad_input;
mod browser;
mod cancelled;
mod cases;
mod consumer;
mod dead_letters;
mod desk;
mod forged;
mod jobs;
mod limits;
mod listener;
mod login;
mod main_job;
mod opening;
mod preferences;
mod receipts;
mod reminders;
mod request;
mod rows;
mod schedule;
mod stage;
mod subscriptions;
mod trail;
