use std::time::Duration;

use crate::world::Chance;

/// How calls fare, drawn for each.
#[derive(Debug, Clone)]
pub struct Weather {
    chance: Chance,
    /// How many of a thousand calls meet a fault.
    faults: u64,
    /// How long an answer takes at most when nothing is wrong, in milliseconds.
    slowest: u64,
    /// How late a write may still land after its sender has given up, in milliseconds.
    latest: u64,
    /// How long an index or a stream may lag at most, in milliseconds.
    lag: u64,
}

/// What becomes of one call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fate {
    Fair,
    /// It never arrives.
    RequestLost(Notice),
    /// It is carried out, and the answer does not come.
    AnswerLost(Notice),
    /// It arrives when nobody waits any more.
    Late(Duration),
    /// The store begins at once and ends when nobody waits any more.
    Stuck(Duration),
    Throttled,
    /// The service fails without having done anything, and cannot say so.
    ServerError,
    /// The service does it, and says that it failed.
    ServerErrorAfterwards,
}

/// How the sender learns of a loss.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Notice {
    /// The connection breaks.
    Reset,
    /// Silence, until the attempt's time is over.
    Silence,
}

impl Weather {
    /// Weather of every kind, mostly fair; one history in eight has none of it.
    #[must_use]
    pub fn draw(mut chance: Chance) -> Self {
        let faults = *chance.pick(&[0, 5, 20, 20, 60, 60, 150, 300]);
        let slowest = *chance.pick(&[2, 8, 8, 40]);
        let latest = *chance.pick(&[1_000, 4_000]);
        let lag = *chance.pick(&[20, 200, 2_000, 10_000]);
        Self { chance, faults, slowest, latest, lag }
    }

    /// No fault, and the usual delays.
    #[must_use]
    pub fn fair(chance: Chance) -> Self {
        Self { chance, faults: 0, slowest: 8, latest: 0, lag: 20 }
    }

    pub fn calm(&mut self) {
        self.faults = 0;
    }

    /// What becomes of the next call.
    pub fn fate(&mut self) -> Fate {
        if !self.chance.permille(self.faults) {
            return Fate::Fair;
        }
        let notice = if self.chance.one_in(2) { Notice::Reset } else { Notice::Silence };
        match self.chance.below(10) {
            0 => Fate::RequestLost(notice),
            1..=3 => Fate::AnswerLost(notice),
            4 | 5 => Fate::Stuck(self.beyond()),
            6 | 7 => Fate::Throttled,
            8 => Fate::ServerError,
            _ => Fate::ServerErrorAfterwards,
        }
    }

    fn beyond(&mut self) -> Duration {
        super::line::ATTEMPT + self.chance.millis(0..self.latest + 1)
    }

    /// How long one way takes.
    pub fn way(&mut self) -> Duration {
        self.chance.millis(0..self.slowest / 2 + 1)
    }

    /// How long a transaction holds its rows.
    pub fn hold(&mut self) -> Duration {
        self.chance.millis(0..self.slowest + 1)
    }

    /// Which of so many comes first.
    pub fn turn(&mut self, of: usize) -> usize {
        self.chance.below(of)
    }

    /// How long after a write its traces show elsewhere.
    pub fn lag(&mut self) -> Duration {
        let most = if self.chance.one_in(4) { self.lag } else { 20 };
        self.chance.millis(0..most + 1)
    }
}
