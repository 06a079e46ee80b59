//! Measuring a closed loop of clients.

use std::time::{Duration, Instant};

use futures::future::try_join_all;

use crate::Outcome;

/// What a loop of clients did.
#[derive(Debug, Clone)]
pub struct Rate {
    seconds: f64,
    /// The time of each operation, shortest first.
    sorted: Vec<Duration>,
}

impl Rate {
    /// Runs `work` (given the client's number) again and again in each of `clients` for `time`.
    pub async fn of<F>(clients: usize, time: Duration, work: F) -> Outcome<Self>
    where
        F: AsyncFn(usize) -> Outcome<()>,
    {
        let start = Instant::now();
        let one = async |number: usize| {
            let mut times = Vec::new();
            while start.elapsed() < time {
                let begun = Instant::now();
                work(number).await?;
                times.push(begun.elapsed());
            }
            Ok::<_, Box<dyn std::error::Error + Send + Sync>>(times)
        };
        let all = try_join_all((0..clients).map(one)).await?;
        Ok(Self::new(start.elapsed(), all.concat()))
    }

    pub fn new(elapsed: Duration, mut times: Vec<Duration>) -> Self {
        times.sort_unstable();
        Self { seconds: elapsed.as_secs_f64(), sorted: times }
    }

    #[expect(clippy::cast_precision_loss, reason = "counts of a benchmark are far below 2^52")]
    pub fn per_second(&self) -> f64 {
        self.sorted.len() as f64 / self.seconds
    }

    /// The time below which `percent` of the operations were, in milliseconds.
    pub fn percentile(&self, percent: usize) -> f64 {
        let place = (self.sorted.len() * percent / 100).min(self.sorted.len().saturating_sub(1));
        self.sorted.get(place).map_or(f64::NAN, |time| time.as_secs_f64() * 1000.0)
    }
}
