use std::{collections::BTreeMap, time::Duration};

use vaxslot_domain::{
    id::SessionId,
    rollup::{Day, Level},
    session::ShardKey,
};
use vaxslot_testkit::MemoryKey;

/// What a partition key can take: so many units a second, and as many at once as it did not use in the last second.
#[derive(Debug, Clone)]
pub struct Budgets {
    writes: Budget,
    reads: Budget,
}

/// The units of one kind.
#[derive(Debug, Clone)]
struct Budget {
    a_second: u64,
    /// By partition: the units left in thousandths, and when that was so.
    left: BTreeMap<Partition, (u64, Duration)>,
}

/// Rows with one partition key.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
enum Partition {
    Row(MemoryKey),
    Day(Day, Level),
    Tallies(ShardKey),
    Counts(SessionId),
}

impl Budgets {
    /// As DynamoDB has them.
    #[must_use]
    pub fn real() -> Self {
        Self::of(1_000, 3_000)
    }

    #[must_use]
    pub fn of(writes: u64, reads: u64) -> Self {
        let budget = |a_second| Budget { a_second, left: BTreeMap::new() };
        Self { writes: budget(writes), reads: budget(reads) }
    }

    /// Takes `units` of each row's partition, or nothing if one has too few.
    pub fn write(&mut self, keys: &[MemoryKey], units: u64, now: Duration) -> bool {
        self.writes.take(keys, units, now)
    }

    pub fn read(&mut self, keys: &[MemoryKey], now: Duration) -> bool {
        self.reads.take(keys, 1, now)
    }
}

impl Budget {
    fn take(&mut self, keys: &[MemoryKey], units: u64, now: Duration) -> bool {
        let mut wanted: BTreeMap<Partition, u64> = BTreeMap::new();
        for key in keys {
            *wanted.entry(partition(key)).or_default() += units * 1000;
        }
        let enough = wanted.iter().all(|(partition, wanted)| self.left(partition, now) >= *wanted);
        if enough {
            for (partition, wanted) in wanted {
                let left = self.left(&partition, now) - wanted;
                self.left.insert(partition, (left, now));
            }
        }
        enough
    }

    fn left(&self, partition: &Partition, now: Duration) -> u64 {
        let most = self.a_second * 1000;
        let Some((left, then)) = self.left.get(partition) else { return most };
        let gained =
            u64::try_from(now.saturating_sub(*then).as_micros()).unwrap_or(u64::MAX / 1_000_000) * self.a_second / 1000;
        most.min(left + gained)
    }
}

fn partition(key: &MemoryKey) -> Partition {
    match key {
        MemoryKey::Ended(person, _) => Partition::Row(MemoryKey::Person(*person)),
        MemoryKey::Ticket(key) => Partition::Row(MemoryKey::Person(key.first)),
        MemoryKey::Figures(spot) => Partition::Day(spot.day, spot.under),
        MemoryKey::Tally(shard, _) => Partition::Tallies(*shard),
        MemoryKey::Count(shard) => Partition::Counts(shard.pool.session),
        other => Partition::Row(other.clone()),
    }
}

#[cfg(test)]
mod tests {
    use vaxslot_testkit::make::person_id;

    use super::*;

    #[test]
    fn a_partition_gives_so_much_a_second_and_no_more() {
        let mut budgets = Budgets::of(10, 10);
        let key = [MemoryKey::Person(person_id(1))];
        let mut taken = |at: u64| (0..20).filter(|_| budgets.write(&key, 2, Duration::from_millis(at))).count();
        assert_eq!((taken(0), taken(0), taken(200), taken(5_000)), (5, 0, 1, 5));
    }

    #[test]
    fn one_poor_partition_takes_nothing_of_the_others() {
        let mut budgets = Budgets::of(2, 10);
        let (one, other) = (MemoryKey::Person(person_id(1)), MemoryKey::Person(person_id(2)));
        assert!(budgets.write(std::slice::from_ref(&one), 2, Duration::ZERO));
        assert!(!budgets.write(&[one, other.clone()], 2, Duration::ZERO));
        assert!(budgets.write(&[other], 2, Duration::ZERO));
    }
}
