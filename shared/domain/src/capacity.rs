//! Dividing capacity into shards, and changing it later.

use serde::Deserialize;

use crate::session::{PoolKey, Shard};

/// The most units one slot may have for one dose.
pub const MOST_UNITS: u32 = 10_000;

/// The most shards a pool is divided into. A partition takes 500 transactional writes a second, so 64 shards take 32,000;
/// and a change that touches every shard still fits one transaction of 100 items.
pub const MOST_SHARDS: u8 = 64;

/// How many units a slot has for one dose: from 1 to [`MOST_UNITS`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(try_from = "u32")]
pub struct Capacity(u32);

/// A number that is no capacity.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a capacity is a whole number from 1 to {MOST_UNITS}")]
pub struct BadCapacity;

impl Capacity {
    #[must_use]
    pub fn get(self) -> u32 {
        self.0
    }
}

impl TryFrom<u32> for Capacity {
    type Error = BadCapacity;

    fn try_from(units: u32) -> Result<Self, BadCapacity> {
        if (1..=MOST_UNITS).contains(&units) { Ok(Self(units)) } else { Err(BadCapacity) }
    }
}

/// Divides `capacity` evenly into shards of about `units_a_shard`.
#[must_use]
pub fn divide(capacity: Capacity, units_a_shard: u32) -> Vec<u32> {
    spread(capacity.0, shards_for(capacity.0, units_a_shard))
}

fn shards_for(capacity: u32, units_a_shard: u32) -> u8 {
    let wanted = capacity.div_ceil(units_a_shard.max(1));
    u8::try_from(wanted).unwrap_or(MOST_SHARDS).clamp(1, MOST_SHARDS)
}

fn spread(units: u32, parts: u8) -> Vec<u32> {
    let parts = u32::from(parts.max(1));
    let (each, over) = (units / parts, units % parts);
    (0..parts).map(|place| each + u32::from(place < over)).collect()
}

/// How one shard changes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ShardChange {
    /// A shard that did not exist.
    Add(Shard),
    /// More units, all free.
    Raise { shard: Shard, by: u32 },
    /// Fewer units; holds only while that many are free.
    Lower { shard: Shard, by: u32 },
    /// All that is free, where nothing is to be left in the pool. Holds only while exactly as much is free as was seen: the
    /// session will say that nothing is left, and a unit that came back meanwhile would make that a lie.
    Drain(Shard),
}

impl ShardChange {
    /// The shard that it changes, as it was seen.
    #[must_use]
    pub fn shard(&self) -> &Shard {
        match self {
            Self::Add(shard) | Self::Raise { shard, .. } | Self::Lower { shard, .. } | Self::Drain(shard) => shard,
        }
    }
}

/// Why a capacity cannot be set.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BelowBooked {
    /// The units that are booked now, and so the lowest possible capacity.
    pub booked: u32,
}

/// Plans the step from the pool's shards as they are to a new capacity. Raising fills new shards before old ones;
/// lowering takes from the shards with the most free units. New shards are as the session is: `closed` or not. What the
/// present ones say may be on its way still.
///
/// # Errors
/// When more is booked than would remain.
pub fn replan(
    pool: PoolKey,
    shards: &[Shard],
    target: Capacity,
    units_a_shard: u32,
    closed: bool,
) -> Result<Vec<ShardChange>, BelowBooked> {
    let total: u32 = shards.iter().map(|shard| shard.capacity).sum();
    match target.0.checked_sub(total) {
        Some(more) => Ok(raise(pool, shards, more, shards_for(target.0, units_a_shard), closed)),
        None => lower(shards, total - target.0),
    }
}

fn raise(pool: PoolKey, shards: &[Shard], more: u32, wanted_shards: u8, closed: bool) -> Vec<ShardChange> {
    if more == 0 {
        return Vec::new();
    }
    let present = u8::try_from(shards.len()).unwrap_or(MOST_SHARDS);
    let added = wanted_shards.saturating_sub(present);
    if added == 0 {
        let parts = spread(more, present);
        let raised = shards.iter().zip(parts).filter(|(_, by)| *by > 0);
        return raised.map(|(shard, by)| ShardChange::Raise { shard: *shard, by }).collect();
    }
    let parts = spread(more, added);
    let numbers = present..present.saturating_add(added);
    let fresh = numbers.zip(parts).filter(|(_, units)| *units > 0);
    fresh.map(|(number, units)| ShardChange::Add(Shard { closed, ..Shard::fresh(pool.shard(number), units) })).collect()
}

fn lower(shards: &[Shard], less: u32) -> Result<Vec<ShardChange>, BelowBooked> {
    let booked: u32 = shards.iter().map(|shard| shard.capacity - shard.free).sum();
    let free: u32 = shards.iter().map(|shard| shard.free).sum();
    if less > free {
        return Err(BelowBooked { booked });
    }
    if less == free {
        return Ok(shards.iter().copied().map(ShardChange::Drain).collect());
    }
    let mut fullest: Vec<&Shard> = shards.iter().collect();
    fullest.sort_by_key(|shard| (std::cmp::Reverse(shard.free), shard.key));
    let mut wanted = less;
    let mut changes = Vec::new();
    for shard in fullest {
        let by = wanted.min(shard.free);
        if by > 0 {
            changes.push(ShardChange::Lower { shard: *shard, by });
        }
        wanted -= by;
    }
    Ok(changes)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use uuid::Uuid;

    use super::*;
    use crate::{id::SessionId, session::SlotNumber, vaccine::Dose};

    fn pool() -> PoolKey {
        PoolKey { session: SessionId::new(Uuid::nil()), slot: SlotNumber(0), dose: Dose::FIRST }
    }

    fn apply(shards: &[Shard], changes: &[ShardChange]) -> Vec<Shard> {
        let mut after = shards.to_vec();
        for change in changes {
            match change {
                ShardChange::Add(shard) => {
                    assert!(after.iter().all(|other| other.key != shard.key));
                    after.push(*shard);
                }
                ShardChange::Raise { shard, by } => {
                    let row = after.iter_mut().find(|row| row.key == shard.key).unwrap();
                    (row.capacity, row.free) = (row.capacity + by, row.free + by);
                }
                ShardChange::Lower { shard, by } => {
                    let row = after.iter_mut().find(|row| row.key == shard.key).unwrap();
                    (row.capacity, row.free) = (row.capacity - by, row.free.checked_sub(*by).unwrap());
                }
                ShardChange::Drain(shard) => {
                    let row = after.iter_mut().find(|row| row.key == shard.key).unwrap();
                    (row.capacity, row.free) = (row.capacity - shard.free, 0);
                }
            }
        }
        after
    }

    #[test]
    fn shards_hold_about_25() {
        assert_eq!(divide(Capacity(300), 25), vec![25; 12]);
        assert_eq!(divide(Capacity(26), 25), vec![13, 13]);
        assert_eq!(divide(Capacity(1), 25), vec![1]);
        assert_eq!(divide(Capacity(MOST_UNITS), 25).len(), usize::from(MOST_SHARDS));
    }

    #[test]
    fn capacities_out_of_range_are_refused() {
        assert_eq!(Capacity::try_from(0), Err(BadCapacity));
        assert_eq!(Capacity::try_from(10_001), Err(BadCapacity));
    }

    #[test]
    fn a_new_shard_is_closed_if_the_session_is_whatever_its_other_shards_say() {
        let open = [Shard::fresh(pool().shard(0), 25)];
        for closed in [true, false] {
            let changes = replan(pool(), &open, Capacity(50), 25, closed).unwrap();
            assert!(matches!(changes[..], [ShardChange::Add(shard)] if shard.closed == closed), "{changes:?}");
        }
    }

    #[test]
    fn a_pool_of_which_nothing_is_left_was_seen_whole() {
        let shards = [(5, 2), (5, 0)].map(|(capacity, free)| Shard { free, ..Shard::fresh(pool().shard(0), capacity) });
        assert_eq!(replan(pool(), &shards, Capacity(8), 25, false).unwrap(), shards.map(ShardChange::Drain));
        let some_left = replan(pool(), &shards, Capacity(9), 25, false).unwrap();
        assert_eq!(some_left, [ShardChange::Lower { shard: shards[0], by: 1 }]);
    }

    proptest! {
        #[test]
        fn a_replanned_pool_has_the_wanted_capacity_and_keeps_what_is_booked(
            start in 1..3000u32, booked in prop::collection::vec(0..200u32, 64), target in 1..3000u32,
        ) {
            let shards: Vec<Shard> = (0u8..).zip(divide(Capacity(start), 25)).map(|(number, capacity)| Shard {
                free: capacity - booked[usize::from(number)].min(capacity),
                ..Shard::fresh(pool().shard(number), capacity)
            }).collect();
            let taken: u32 = shards.iter().map(|shard| shard.capacity - shard.free).sum();
            match replan(pool(), &shards, Capacity(target), 25, false) {
                Err(BelowBooked { booked }) => {
                    prop_assert_eq!(booked, taken);
                    prop_assert!(target < taken);
                }
                Ok(changes) => {
                    let after = apply(&shards, &changes);
                    prop_assert_eq!(after.iter().map(|shard| shard.capacity).sum::<u32>(), target);
                    prop_assert_eq!(after.iter().map(|shard| shard.capacity - shard.free).sum::<u32>(), taken);
                    prop_assert!(after.len() <= usize::from(MOST_SHARDS));
                    prop_assert!(changes.len() <= usize::from(MOST_SHARDS));
                }
            }
        }
    }
}
