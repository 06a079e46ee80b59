use super::Take;
use crate::session::{Shard, ShardKey};

/// Seats parties of so many people in the order they came, with the shards in sight. Each goes whole into one shard if any
/// can serve it, `first` before the others and those in order of number behind it; else into several. A party for which
/// too few units are left gets nothing, and takes nothing from those behind it.
#[must_use]
pub fn seat(shards: &[Shard], first: ShardKey, parties: &[u32]) -> Vec<Option<Take>> {
    let mut rows: Vec<(ShardKey, u32)> =
        shards.iter().filter(|shard| !shard.closed).map(|shard| (shard.key, shard.free)).collect();
    rows.sort_by_key(|(key, _)| key.number.wrapping_sub(first.number));
    parties.iter().map(|units| seat_one(&mut rows, *units)).collect()
}

fn seat_one(rows: &mut [(ShardKey, u32)], units: u32) -> Option<Take> {
    if let Some((key, free)) = rows.iter_mut().find(|(_, free)| *free >= units) {
        *free -= units;
        return Some(Take::of(vec![(*key, units)]));
    }
    if rows.iter().map(|(_, free)| free).sum::<u32>() < units {
        return None;
    }
    let mut fullest: Vec<&mut (ShardKey, u32)> = rows.iter_mut().filter(|(_, free)| *free > 0).collect();
    fullest.sort_by_key(|(_, free)| std::cmp::Reverse(*free));
    let mut wanted = units;
    let mut parts = Vec::new();
    for (key, free) in fullest.into_iter().map(|row| (row.0, &mut row.1)) {
        let part = wanted.min(*free);
        if part == 0 {
            break;
        }
        *free -= part;
        wanted -= part;
        parts.push((key, part));
    }
    Some(Take::of(parts))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use uuid::Uuid;

    use super::*;
    use crate::{
        id::SessionId,
        session::{PoolKey, SlotNumber},
        vaccine::Dose,
    };

    fn pool() -> PoolKey {
        PoolKey { session: SessionId::new(Uuid::from_u128(1)), slot: SlotNumber(0), dose: Dose::FIRST }
    }

    fn shards(free: &[u32]) -> Vec<Shard> {
        (0u8..).zip(free).map(|(number, free)| Shard::fresh(pool().shard(number), *free)).collect()
    }

    /// The shards that each party takes from, as numbers and units.
    fn seated(free: &[u32], first: u8, parties: &[u32]) -> Vec<Option<Vec<(u8, u32)>>> {
        let takes = seat(&shards(free), pool().shard(first), parties);
        let parts = |take: Take| take.parts().iter().map(|(key, units)| (key.number, *units)).collect();
        takes.into_iter().map(|take| take.map(parts)).collect()
    }

    #[test]
    fn the_front_sits_in_the_first_shard_and_the_rest_in_the_next_with_room() {
        let one = |number| Some(vec![(number, 1)]);
        assert_eq!(seated(&[2, 2, 2], 1, &[1; 7]), [one(1), one(1), one(2), one(2), one(0), one(0), None]);
        assert_eq!(seated(&[1, 0, 1], 0, &[1, 1, 1]), [one(0), one(2), None]);
    }

    #[test]
    fn a_family_sits_together_where_it_can_and_apart_where_it_must() {
        assert_eq!(seated(&[2, 3], 0, &[3, 2]), [Some(vec![(1, 3)]), Some(vec![(0, 2)])]);
        assert_eq!(seated(&[1, 2, 1], 0, &[4]), [Some(vec![(1, 2), (0, 1), (2, 1)])]);
    }

    #[test]
    fn who_does_not_fit_is_passed_by_those_who_do() {
        assert_eq!(seated(&[1, 1], 0, &[3, 1, 2, 1]), [None, Some(vec![(0, 1)]), None, Some(vec![(1, 1)])]);
    }

    #[test]
    fn closed_shards_seat_nobody() {
        let mut rows = shards(&[5, 5]);
        rows[0].closed = true;
        let takes = seat(&rows, pool().shard(0), &[1, 5]);
        assert_eq!(takes[0].as_ref().map(|take| take.parts()[0].0.number), Some(1));
        assert_eq!(takes[1], None);
        assert_eq!(seat(&[], pool().shard(0), &[1]), [None]);
    }

    proptest! {
        #[test]
        fn nothing_is_taken_that_is_not_there_and_whoever_fits_is_seated(
            free in proptest::collection::vec(0..6u32, 1..6), first in 0..6u8, parties in proptest::collection::vec(1..5u32, 0..12),
        ) {
            let mut left = free.clone();
            for (units, seats) in parties.iter().zip(seated(&free, first, &parties)) {
                match seats {
                    Some(parts) => {
                        prop_assert_eq!(parts.iter().map(|(_, units)| units).sum::<u32>(), *units);
                        for (number, units) in parts {
                            prop_assert!(units > 0 && left[usize::from(number)] >= units);
                            left[usize::from(number)] -= units;
                        }
                    }
                    None => prop_assert!(left.iter().sum::<u32>() < *units),
                }
            }
        }
    }
}
