use std::{ops::Range, time::Duration};

/// Chance that comes out the same for the same seed, on every machine and with every version of every library.
#[derive(Debug, Clone)]
pub struct Chance(u64);

impl Chance {
    #[must_use]
    pub fn new(seed: u64) -> Self {
        // Seeds that are neighbours must not make histories that are.
        let mut chance = Self(seed ^ 0x5b1c_7d0e_9a34_4f6b);
        let first = chance.draw();
        Self(first ^ seed.rotate_left(32))
    }

    /// `SplitMix64`, as in Steele, Lea and Flood, "Fast splittable pseudorandom number generators" (2014).
    pub fn draw(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// Another source, independent of this one.
    #[must_use]
    pub fn fork(&mut self) -> Self {
        Self::new(self.draw())
    }

    /// A number below `end`, which is not 0.
    pub fn below(&mut self, end: usize) -> usize {
        let end = u64::try_from(end.max(1)).unwrap_or(u64::MAX);
        usize::try_from(self.draw() % end).unwrap_or(0)
    }

    pub fn among(&mut self, range: Range<u64>) -> u64 {
        range.start + self.draw() % (range.end - range.start).max(1)
    }

    /// True in so many of a thousand cases.
    pub fn permille(&mut self, cases: u64) -> bool {
        self.draw() % 1000 < cases
    }

    pub fn one_in(&mut self, cases: u64) -> bool {
        self.draw().is_multiple_of(cases.max(1))
    }

    /// One of a list that is not empty.
    pub fn pick<'a, T>(&mut self, of: &'a [T]) -> &'a T {
        &of[self.below(of.len())]
    }

    pub fn millis(&mut self, range: Range<u64>) -> Duration {
        let micros = range.start * 1000..range.end * 1000;
        Duration::from_micros(self.among(micros))
    }
}
