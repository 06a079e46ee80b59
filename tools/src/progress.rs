//! How far a long step is: a bar on a terminal, a few plain lines elsewhere.

use std::io::{IsTerminal, stderr};

use indicatif::{ProgressBar, ProgressStyle};

/// The progress of one step, told on standard error.
pub struct Progress {
    what: String,
    total: u64,
    done: u64,
    told: u64,
    bar: Option<ProgressBar>,
}

/// Plain lines come at each quarter.
const PLAIN_LINES: u64 = 4;

impl Progress {
    /// `what` names the step, such as "sessions"; `total` counts its units.
    #[must_use]
    pub fn new(what: &str, total: usize) -> Self {
        let total = total as u64;
        let bar = stderr().is_terminal().then(|| {
            let style = ProgressStyle::with_template("{prefix} {wide_bar} {pos}/{len}");
            let style = style.unwrap_or_else(|_| ProgressStyle::default_bar());
            ProgressBar::new(total).with_style(style).with_prefix(what.to_owned())
        });
        Self { what: what.to_owned(), total, done: 0, told: 0, bar }
    }

    pub fn advance(&mut self, units: usize) {
        self.done += units as u64;
        if let Some(bar) = &self.bar {
            bar.set_position(self.done);
            return;
        }
        let quarter = (self.done * PLAIN_LINES).checked_div(self.total).unwrap_or(PLAIN_LINES);
        if quarter > self.told {
            self.told = quarter;
            eprintln!("{}: {} of {}", self.what, self.done, self.total);
        }
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        if let Some(bar) = &self.bar {
            bar.finish_and_clear();
        }
    }
}
