//! The processor time of processes, as Linux counts it.

use std::{fs, time::Duration};

use tokio::process::Child;

use crate::Outcome;

/// The time that a child process has had, in its own code and in the kernel for it.
pub fn of(child: &Child) -> Outcome<Duration> {
    let id = child.id().ok_or("the process has ended")?;
    read(&format!("/proc/{id}/stat"))
}

/// The time that this process has had.
pub fn own() -> Outcome<Duration> {
    read("/proc/self/stat")
}

/// Fields 14 and 15 of proc(5), in ticks of a hundredth of a second. The name before them may contain anything but ends
/// with the last bracket.
fn read(path: &str) -> Outcome<Duration> {
    let text = fs::read_to_string(path)?;
    let (_, fields) = text.rsplit_once(')').ok_or("no name in stat")?;
    let ticks: Vec<u64> = fields.split_whitespace().skip(11).take(2).map(str::parse).collect::<Result<_, _>>()?;
    Ok(Duration::from_millis(ticks.iter().sum::<u64>() * 10))
}
