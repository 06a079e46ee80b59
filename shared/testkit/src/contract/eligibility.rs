//! The store compares what it has stored with the terms; the domain's own check is written out separately. Both must tell
//! the same story about the same person.

use vaxslot_app::ports::{Store, Tried};
use vaxslot_domain::{
    Date,
    booking::{Check, Rejection},
    person::Beneficiary,
    session::AgeBand,
    vaccine::{Dose, Vaccine},
};

use super::support::{publish, register};
use crate::make::{DOSES, Draft, Published, Wish, account, adult, born, read, with_doses};

/// Each person has an account of their own, so that any number can be tried.
fn someone(number: u128) -> Beneficiary {
    adult(number, &account(&format!("a{number}")))
}

/// Tries to book the first slot, and sees that store and domain agree with what is expected.
async fn admitted(store: &dyn Store, published: &Published, dose: Dose, person: &Beneficiary, expected: bool, what: &str) {
    register(store, &[person]).await;
    let reservation = Wish { dose, ..Wish::new(&published.session, &[person]) }.reservation();
    assert_eq!(reservation.admits(0, person), expected, "the domain: {what}");
    let checks = vec![Check::Failed(Some(person.clone()))];
    let refused = Tried::Refused(Rejection { shards: vec![Check::Held], people: checks });
    let outcome = if expected { Tried::Done(()) } else { refused };
    assert_eq!(store.reserve(&reservation).await.unwrap(), outcome, "the store: {what}");
}

async fn ages(store: &dyn Store, date: &str, min: u8, max: Option<u8>, cases: &[(&str, bool)]) {
    let band = AgeBand::new(min, max).unwrap();
    let published = Draft { date: read(date), ages: band, ..Draft::new(1, &[100]) }.made();
    publish(store, &published).await;
    for (number, (birth, expected)) in (1..).zip(cases) {
        let person = born(someone(number), birth);
        let what = format!("born {birth}, {min} to {max:?} years on {date}");
        admitted(store, &published, Dose::FIRST, &person, *expected, &what).await;
    }
}

pub async fn ages_are_compared_to_the_day(store: &dyn Store) {
    let cases = [
        ("2008-11-22", true),
        ("2008-11-23", false),
        ("2008-11-21", true),
        ("1981-11-23", true),
        ("1981-11-22", false),
        ("1900-01-01", false),
        ("2026-11-20", false),
    ];
    ages(store, "2026-11-22", 18, Some(44), &cases).await;
}

pub async fn ages_of_a_leap_day(store: &dyn Store) {
    // Of age on 1 March in a common year, and past 17 on the same day.
    let cases = [("2008-02-28", true), ("2008-02-29", false), ("2008-03-01", false), ("1926-02-28", true)];
    ages(store, "2026-02-28", 18, None, &cases).await;
}

pub async fn a_year_counts_as_its_first_day(store: &dyn Store) {
    let cases = [
        ("2009", true),
        ("2009-01-01", true),
        ("2009-01-02", false),
        ("2010", false),
        ("2008", true),
        ("1982", false),
        ("1982-01-01", false),
        ("1982-01-02", true),
        ("1983", true),
        ("1981", false),
    ];
    ages(store, "2027-01-01", 18, Some(44), &cases).await;
}

/// A session that gives every dose of a vaccine in its one slot.
async fn giving(store: &dyn Store, vaccine: Vaccine) -> Published {
    let published = Draft { vaccine, doses: DOSES.to_vec(), ..Draft::new(1, &[100]) }.made();
    publish(store, &published).await;
    published
}

pub async fn doses_come_in_order(store: &dyn Store) {
    let published = giving(store, Vaccine::Covaxin).await;
    let long_ago = read("2021-03-01");
    let mut number = 0;
    for taken in 0..=3 {
        for dose in DOSES {
            number += 1;
            let person = match taken {
                0 => someone(number),
                _ => with_doses(someone(number), taken, Vaccine::Covaxin, long_ago),
            };
            let what = format!("dose {dose} after {taken}");
            admitted(store, &published, dose, &person, dose.get() == taken + 1, &what).await;
        }
    }
}

pub async fn a_later_dose_is_of_the_same_vaccine(store: &dyn Store) {
    let published = giving(store, Vaccine::SputnikV).await;
    let long_ago = read("2021-03-01");
    let mut number = 0;
    for vaccine in Vaccine::ALL {
        for (taken, dose) in [(1, Dose::SECOND), (2, Dose::PRECAUTION)] {
            number += 1;
            let person = with_doses(someone(number), taken, vaccine, long_ago);
            let what = format!("{vaccine} before dose {dose}");
            admitted(store, &published, dose, &person, vaccine == Vaccine::SputnikV, &what).await;
        }
    }
}

pub async fn a_later_dose_waits_for_its_interval(store: &dyn Store) {
    let published = giving(store, Vaccine::Covishield).await;
    // 84 and 182 days before 22 November 2026.
    let cases = [
        (1, Dose::SECOND, "2026-08-30", true),
        (1, Dose::SECOND, "2026-08-31", false),
        (2, Dose::PRECAUTION, "2026-05-24", true),
        (2, Dose::PRECAUTION, "2026-05-25", false),
        (1, Dose::SECOND, "2026-11-22", false),
    ];
    for (number, (taken, dose, on, expected)) in (1..).zip(cases) {
        let last: Date = read(on);
        let person = with_doses(someone(number), taken, Vaccine::Covishield, last);
        admitted(store, &published, dose, &person, expected, &format!("dose {dose} after {on}")).await;
    }
}
