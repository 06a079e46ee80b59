use vaxslot_app::ports::Store;
use vaxslot_domain::{
    Timestamp,
    appointment::{Appointment, Status},
    booking::{Check, Own, Release},
    id::AccountId,
    person::Beneficiary,
};

use super::support::{active, done, ended, free, person, publish, refused, register, reserve, withdrawn};
use crate::make::{Draft, Wish, account, adult, appointment_id, own, read};

/// The mark of a request.
const MARK: &str = "0123456789abcdef";
const UNTIL: &str = "2026-11-21T10:30:00Z";

fn at(text: &str) -> Timestamp {
    read(text)
}

fn before() -> Timestamp {
    at("2026-11-21T10:10:00.123Z")
}

/// Two people of account `a`, each with a hold until half past ten.
async fn holds(store: &dyn Store) -> (Vec<Beneficiary>, Vec<Appointment>) {
    let published = Draft::new(1, &[5]).made();
    publish(store, &published).await;
    let people: Vec<Beneficiary> = (1..=2).map(|number| adult(number, &account("a"))).collect();
    register(store, &[&people[0], &people[1]]).await;
    let wish = Wish::new(&published.session, &[&people[0], &people[1]]).held_until(UNTIL);
    let made = reserve(store, wish.reservation()).await;
    (people, made)
}

/// Sees that confirming is refused with the beneficiaries as they are, at the places told, and changes nothing.
async fn refuses(store: &dyn Store, account: &AccountId, holds: &[Own], now: Timestamp, failing: &[bool]) {
    let ids: Vec<_> = holds.iter().map(|own| own.beneficiary).collect();
    let rows = store.beneficiaries(&ids).await.unwrap();
    let check = |(row, fails): (&Option<Beneficiary>, &bool)| if *fails { Check::Failed(row.clone()) } else { Check::Held };
    let expected: Vec<_> = rows.iter().zip(failing).map(check).collect();
    assert_eq!(refused(store.confirm(account, holds, now, MARK).await), expected);
    assert_eq!(store.beneficiaries(&ids).await.unwrap(), rows, "nothing was written");
}

pub async fn a_hold_is_confirmed(store: &dyn Store) {
    let (people, made) = holds(store).await;
    let confirmed = done(store.confirm(&account("a"), &[own(&made[0])], before(), MARK).await);
    assert_eq!(confirmed, [made[0].turned_by(MARK, Status::Confirmed, before())]);
    let row = person(store, people[0].id).await;
    assert_eq!(row, Beneficiary { active: confirmed.into_iter().next(), ..people[0].clone() });
    assert_eq!(active(store, people[1].id).await.as_ref(), made.get(1), "the other hold stands as it was");
    assert_eq!(free(store, &[made[0].shard]).await, [3]);
}

pub async fn a_hold_is_confirmed_at_its_last_moment_and_not_later(store: &dyn Store) {
    let (_, made) = holds(store).await;
    done(store.confirm(&account("a"), &[own(&made[0])], at(UNTIL), MARK).await);
    refuses(store, &account("a"), &[own(&made[1])], at("2026-11-21T10:30:00.001Z"), &[true]).await;
}

pub async fn another_accounts_hold_is_not_confirmed(store: &dyn Store) {
    let (_, made) = holds(store).await;
    refuses(store, &account("b"), &[own(&made[0])], before(), &[true]).await;
    refuses(store, &account("b"), &[own(&made[0]), own(&made[1])], before(), &[true, true]).await;
}

pub async fn what_is_no_hold_is_not_confirmed(store: &dyn Store) {
    let (people, made) = holds(store).await;
    let mine = account("a");
    let other = Own { appointment: appointment_id(99), ..own(&made[0]) };
    refuses(store, &mine, &[other], before(), &[true]).await;
    let absent = Own { beneficiary: adult(99, &mine).id, ..other };
    refuses(store, &mine, &[absent], before(), &[true]).await;
    done(store.confirm(&mine, &[own(&made[0])], before(), MARK).await);
    refuses(store, &mine, &[own(&made[0])], at("2026-11-21T10:11:00Z"), &[true]).await;
    let ending = withdrawn(&made[1], made[1].turned(Status::Cancelled, before()));
    done(store.release(&Release(vec![ending])).await);
    refuses(store, &mine, &[own(&made[1])], before(), &[true]).await;
    assert_eq!(active(store, people[1].id).await, None);
}

pub async fn two_holds_are_confirmed_together(store: &dyn Store) {
    let (people, made) = holds(store).await;
    let turned = |place: usize| made[place].turned_by(MARK, Status::Confirmed, before());
    let confirmed = done(store.confirm(&account("a"), &[own(&made[1]), own(&made[0])], before(), MARK).await);
    assert_eq!(confirmed, [turned(1), turned(0)], "in the order asked for");
    for (person, place) in people.iter().zip(0..) {
        assert_eq!(active(store, person.id).await, Some(turned(place)));
    }
}

pub async fn one_expired_hold_stops_the_others(store: &dyn Store) {
    let (people, made) = holds(store).await;
    let late = Draft::new(2, &[5]).made();
    publish(store, &late).await;
    let third = adult(3, &account("a"));
    register(store, &[&third]).await;
    let wish = Wish::new(&late.session, &[&third]).held_until("2026-11-21T10:05:00Z");
    let expired = reserve(store, wish.reservation()).await;
    let all = [own(&made[0]), own(&expired[0]), own(&made[1])];
    refuses(store, &account("a"), &all, before(), &[false, true, false]).await;
    assert_eq!(active(store, people[0].id).await.as_ref(), made.first());
}

pub async fn a_confirmed_hold_is_not_released_as_one(store: &dyn Store) {
    let (people, made) = holds(store).await;
    let confirmed = done(store.confirm(&account("a"), &[own(&made[0])], before(), MARK).await);
    let expired = withdrawn(&made[0], made[0].turned(Status::Expired, at("2026-11-21T10:31:00Z")));
    refused(store.release(&Release(vec![expired])).await);
    assert_eq!(active(store, people[0].id).await, confirmed.into_iter().next());
    assert_eq!(ended(store, people[0].id).await, []);
    assert_eq!(free(store, &[made[0].shard]).await, [3]);
}
