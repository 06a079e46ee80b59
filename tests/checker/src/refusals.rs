//! A refusal is true: of the store while it was asked, and of what became of the request.

mod outcome;
mod supply;

use crate::{Broken, History, Table};

#[must_use]
pub fn check(table: &Table, history: &History) -> Vec<Broken> {
    [supply::check(history), outcome::check(table, history)].concat()
}
