//! The main job, end to end: publish, log in, search, book, cancel, queue, hold, confirm, report. Told to a reader, and reusable by tests.

pub mod report;
mod show;
pub mod steps;
mod world;

use std::io::Write;

pub use world::{Exchange, Patience, Place, World};

use crate::failure::Failure;

/// Runs every step. It can be repeated on one stack: each run has its own center and citizen.
pub async fn run(place: Place, out: &mut (dyn Write + Send)) -> Result<(), Failure> {
    run_with(place, Patience::default(), out).await
}

/// The same as [`run`], for whoever wants to wait longer or less long.
pub async fn run_with(place: Place, patience: Patience, out: &mut (dyn Write + Send)) -> Result<(), Failure> {
    let world = &mut World::new(place, patience, out)?;
    let center = steps::register_center(world).await?;
    let slot = steps::publish_session(world, center).await?;
    steps::log_in(world).await?;
    let person = steps::register_beneficiary(world).await?;
    steps::search_district(world, &slot).await?;
    let booked = steps::book(world, &person, &slot).await?;
    steps::message(world, 2, "is booked", &booked).await?;
    steps::see_open_seats(world, &slot, 1).await?;
    steps::book_again(world, &person, &slot).await?;
    steps::cancel(world, &booked).await?;
    steps::message(world, 3, "is cancelled", &booked).await?;
    steps::see_open_seats(world, &slot, 0).await?;
    let rush = steps::open_session(world, center).await?;
    let queued = steps::queue(world, &person, &rush).await?;
    steps::message(world, 4, "is booked", &queued).await?;
    steps::cancel(world, &queued).await?;
    steps::message(world, 5, "is cancelled", &queued).await?;
    let elsewhere = steps::find_elsewhere(world, &slot).await?;
    let before = report::bookings(world, &elsewhere).await?;
    let held = steps::hold(world, &person, &elsewhere).await?;
    steps::confirm(world, &held).await?;
    steps::message(world, 6, "is booked", &held).await?;
    report::see(world, &elsewhere, before, &held).await?;
    world.note("Done: every step was answered as expected.")
}
