use vaxslot_app::ports::{Store, Stretch};
use vaxslot_domain::{
    SignedDuration, Timestamp,
    trail::{Deed, Entry, Ledger, Object, Signature, Subject},
};

use crate::make::{appointment_id, center_id, entry, pune, read};

const CENTER: u32 = 13_274;

fn at(seconds: i64) -> Timestamp {
    let start: Timestamp = read("2026-11-21T10:00:00Z");
    start.checked_add(SignedDuration::from_secs(seconds)).unwrap()
}

fn center() -> Ledger {
    Ledger::Center(center_id(CENTER))
}

fn all() -> Stretch {
    Stretch { from: Timestamp::MIN, to: Timestamp::MAX, before: None }
}

async fn note(store: &dyn Store, entries: &[&Entry]) {
    for entry in entries {
        store.note(entry, at(86_400)).await.unwrap();
    }
}

async fn trail(store: &dyn Store, stretch: &Stretch, most: u32) -> Vec<String> {
    let entries = store.trail(center(), stretch, most).await.unwrap();
    entries.into_iter().map(|entry| entry.id).collect()
}

pub async fn an_entry_reads_back_as_it_was_noted(store: &dyn Store) {
    assert_eq!(store.trail(center(), &all(), 10).await.unwrap(), []);
    let closed = entry(CENTER, "a", at(3));
    let of_center = Entry { object: Object::Center, before: [].into(), ..entry(CENTER, "b", at(2)) };
    let signature = Signature { by: Subject::new("asha#1"), at: at(1), deed: Deed::EndAppointment };
    let ended = Entry { object: Object::Appointment(appointment_id(7)), signature, ..entry(CENTER, "c:d#e", at(1)) };
    note(store, &[&closed, &of_center, &ended]).await;
    assert_eq!(store.trail(center(), &all(), 10).await.unwrap(), [closed, of_center, ended]);
}

pub async fn an_entry_that_is_there_stays_as_it_is(store: &dyn Store) {
    let first = entry(CENTER, "a", at(1));
    let again = Entry { before: [].into(), after: [].into(), ..first.clone() };
    note(store, &[&first, &again, &first]).await;
    assert_eq!(store.trail(center(), &all(), 10).await.unwrap(), [first]);
}

pub async fn a_trail_is_newest_first_and_of_one_center(store: &dyn Store) {
    let (old, new, other) = (entry(CENTER, "z", at(1)), entry(CENTER, "a", at(2)), entry(CENTER + 1, "b", at(3)));
    note(store, &[&new, &old, &other]).await;
    assert_eq!(trail(store, &all(), 10).await, ["a", "z"]);
}

pub async fn states_and_districts_have_a_trail_of_their_own(store: &dyn Store) {
    let of = |object, id| Entry { ledger: Ledger::Places, object, ..entry(CENTER, id, at(1)) };
    let (state, district) = (of(Object::State(pune().state.id), "a"), of(Object::District(pune().id), "b"));
    note(store, &[&state, &district, &entry(CENTER, "c", at(1))]).await;
    assert_eq!(store.trail(Ledger::Places, &all(), 10).await.unwrap(), [district, state]);
}

pub async fn a_stretch_begins_and_ends_at_its_moments(store: &dyn Store) {
    let entries: Vec<Entry> = (0..4).map(|number| entry(CENTER, &number.to_string(), at(number))).collect();
    note(store, &entries.iter().collect::<Vec<_>>()).await;
    assert_eq!(trail(store, &Stretch { from: at(1), to: at(3), before: None }, 10).await, ["2", "1"]);
    assert_eq!(trail(store, &Stretch { from: at(3), to: at(1), before: None }, 10).await, [""; 0]);
    assert_eq!(trail(store, &Stretch { from: at(3), ..all() }, 10).await, ["3"]);
    assert_eq!(trail(store, &Stretch { to: at(1), ..all() }, 10).await, ["0"]);
}

pub async fn pages_of_a_trail_follow_one_another(store: &dyn Store) {
    // Some at one moment, so that a page ends among them.
    let entries: Vec<Entry> = (0..7).map(|number| entry(CENTER, &number.to_string(), at(number / 3))).collect();
    note(store, &entries.iter().collect::<Vec<_>>()).await;
    let mut seen = Vec::new();
    let mut before = None;
    loop {
        let page = store.trail(center(), &Stretch { before: before.clone(), ..all() }, 2).await.unwrap();
        let Some(last) = page.last() else { break };
        before = Some(last.place());
        seen.extend(page.into_iter().map(|entry| entry.id));
    }
    assert_eq!(seen, ["6", "5", "4", "3", "2", "1", "0"]);
}
