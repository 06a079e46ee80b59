//! Which shards the units of a booking come from.

use super::Refusal;
use crate::session::{PoolKey, Shard, ShardKey};

/// How many units to take from which shards.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Take(Vec<(ShardKey, u32)>);

impl Take {
    pub(super) fn of(parts: Vec<(ShardKey, u32)>) -> Self {
        Self(parts)
    }

    /// All units from this shard.
    #[must_use]
    pub fn whole(shard: ShardKey, units: u32) -> Self {
        Self(vec![(shard, units)])
    }

    /// The first try, made blind: all units from one shard, `random` choosing which.
    #[must_use]
    pub fn blind(pool: PoolKey, shards: u8, units: u32, random: u64) -> Self {
        Self(vec![(pool.shard(choose(shards, random)), units)])
    }

    /// A try with the shards in sight: from one shard if any can serve the whole party, else from the fullest ones.
    ///
    /// # Errors
    /// The units left, if they are fewer than `units`.
    pub fn among(shards: &[Shard], units: u32, random: u64) -> Result<Self, u32> {
        let open: Vec<&Shard> = shards.iter().filter(|shard| !shard.closed && shard.free > 0).collect();
        let whole: Vec<&Shard> = open.iter().copied().filter(|shard| shard.free >= units).collect();
        if !whole.is_empty() {
            let place = usize::from(choose(u8::try_from(whole.len()).unwrap_or(u8::MAX), random));
            return Ok(Self(vec![(whole[place].key, units)]));
        }
        let left: u32 = open.iter().map(|shard| shard.free).sum();
        if left < units {
            return Err(left);
        }
        // Equals stand in an order of chance, so that parties at once do not all pick the same ones.
        let turn = u8::try_from(random % 256).unwrap_or(0);
        let mut fullest = open;
        fullest.sort_by_key(|shard| (std::cmp::Reverse(shard.free), shard.key.number.wrapping_add(turn)));
        let mut wanted = units;
        let mut parts = Vec::new();
        for shard in fullest {
            let part = wanted.min(shard.free);
            if part > 0 {
                parts.push((shard.key, part));
            }
            wanted -= part;
        }
        Ok(Self(parts))
    }

    #[must_use]
    pub fn parts(&self) -> &[(ShardKey, u32)] {
        &self.0
    }

    /// The shard of each person of the party, in the party's order.
    pub(super) fn seats(&self) -> impl Iterator<Item = ShardKey> + '_ {
        self.0.iter().flat_map(|(shard, units)| std::iter::repeat_n(*shard, usize::try_from(*units).unwrap_or(0)))
    }
}

fn choose(count: u8, random: u64) -> u8 {
    u8::try_from(random % u64::from(count.max(1))).unwrap_or(0)
}

/// Where a slot of a session stands for a party, as a citizen may be told after a look at the shards.
#[must_use]
pub fn shortage(left: u32) -> Refusal {
    if left == 0 { Refusal::SoldOut } else { Refusal::FewerLeft { left } }
}
