//! No answer stays unclear: of every intent, the last word is a definite one.

use std::collections::BTreeMap;

use crate::{Asked, Broken, Deed, History, Invariant};

#[must_use]
pub fn check(history: &History) -> Vec<Broken> {
    // Of several at one moment, one definite answer is enough.
    let mut last: BTreeMap<u64, &Deed> = BTreeMap::new();
    for deed in &history.deeds {
        let known = last.entry(deed.intent).or_insert(deed);
        let order = |deed: &Deed| (deed.sent_at, deed.told.is_definite());
        if order(deed) >= order(known) {
            *known = deed;
        }
    }
    let open =
        last.values().filter(|deed| !deed.told.is_definite() && !matches!(deed.asked, Asked::Look | Asked::Ticket(_)));
    let message =
        |deed: &Deed| format!("account {}: the last word on {:?} is {:?}", deed.account, deed.asked, deed.told);
    open.map(|deed| Broken::new(Invariant::Resolved, message(deed))).collect()
}
