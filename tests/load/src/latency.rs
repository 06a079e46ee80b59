//! How long requests took.

use std::time::Duration;

/// Times, shortest first.
#[derive(Debug, Clone, Default)]
pub struct Latencies(Vec<Duration>);

impl Latencies {
    /// The time within which this share of the requests were, in milliseconds.
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_precision_loss,
        clippy::cast_sign_loss,
        reason = "counts of a benchmark are far below 2^52"
    )]
    pub fn within(&self, share: f64) -> f64 {
        let place = (self.0.len() as f64 * share).ceil() as usize;
        let time = self.0.get(place.clamp(1, self.0.len().max(1)) - 1);
        time.map_or(f64::NAN, |time| time.as_secs_f64() * 1000.0)
    }

    pub fn count(&self) -> usize {
        self.0.len()
    }
}

impl FromIterator<Duration> for Latencies {
    fn from_iter<T: IntoIterator<Item = Duration>>(times: T) -> Self {
        let mut times: Vec<Duration> = times.into_iter().collect();
        times.sort_unstable();
        Self(times)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shares_are_those_of_the_nearest_rank() {
        let times: Latencies = (1..=200).rev().map(Duration::from_millis).collect();
        for (share, expected) in [(0.5, 100.0), (0.99, 198.0), (1.0, 200.0), (0.0, 1.0)] {
            assert!((times.within(share) - expected).abs() < 1e-9, "{share}");
        }
        assert!(Latencies::default().within(0.5).is_nan());
    }
}
