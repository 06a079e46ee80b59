//! I5: the same `Idempotency-Key` gets the same answer, and with another request it is refused.

use std::collections::BTreeMap;

use crate::{Broken, Deed, History, Invariant, Told};

#[must_use]
pub fn check(history: &History) -> Vec<Broken> {
    let mut by_key: BTreeMap<(&str, &str), Vec<&Deed>> = BTreeMap::new();
    for deed in &history.deeds {
        if let Some(key) = &deed.key {
            by_key.entry((&deed.account, key)).or_default().push(deed);
        }
    }
    by_key.into_iter().flat_map(|((account, key), deeds)| of_key(account, key, &deeds)).collect()
}

fn of_key(account: &str, key: &str, deeds: &[&Deed]) -> Vec<Broken> {
    let mut successes = deeds.iter().filter(|deed| matches!(deed.told, Told::Made(_) | Told::Done));
    let Some(first) = successes.next() else { return Vec::new() };
    let mut broken = Vec::new();
    for deed in successes {
        if deed.asked != first.asked {
            let message = format!("account {account}: key {key} served two different requests");
            broken.push(Broken::new(Invariant::I5, message));
        } else if deed.told != first.told {
            let message = format!("account {account}: key {key} was answered {:?}, then {:?}", first.told, deed.told);
            broken.push(Broken::new(Invariant::I5, message));
        }
    }
    // What was sent after the success must find it.
    let later = deeds.iter().filter(|deed| deed.sent_at > first.told_at && deed.asked == first.asked);
    for deed in later {
        if let Told::Refused { why, .. } = &deed.told {
            let message =
                format!("account {account}: key {key} was served, then the same request was refused as {why}");
            broken.push(Broken::new(Invariant::I5, message));
        }
    }
    broken
}
