//! Judges the end of a race by what is stored, whoever stored it.

use std::collections::{BTreeMap, BTreeSet};

use crate::race::{Answer, Request, Told, Trace};

/// What a system has stored in the end.
#[derive(Debug, Clone, Default)]
pub struct Stored {
    /// The seats that it says are left, by session.
    pub left: Vec<i64>,
    pub bookings: Vec<Request>,
}

/// What is wrong, in words; nothing if the race was fair.
pub fn faults(trace: &Trace, told: &Told, stored: &Stored) -> Vec<String> {
    let mut faults = [over(trace, stored), lost(trace, stored), twice(stored)].concat();
    faults.extend(untrue(trace, told, stored));
    faults
}

fn taken(stored: &Stored, session: usize) -> i64 {
    stored.bookings.iter().map(|booking| i64::from(booking.session == session)).sum()
}

fn over(trace: &Trace, stored: &Stored) -> Vec<String> {
    let beyond = |(session, seats): (usize, &u32)| (taken(stored, session) - i64::from(*seats)).max(0);
    let beyond: i64 = trace.seats.iter().enumerate().map(beyond).sum();
    if beyond > 0 { vec![format!("{beyond} sold beyond the last seat")] } else { vec![] }
}

/// Seats that the count of what is left has lost or made up.
fn lost(trace: &Trace, stored: &Stored) -> Vec<String> {
    let astray = |(session, seats): (usize, &u32)| {
        let left = stored.left.get(session).copied().unwrap_or_default();
        (i64::from(*seats) - taken(stored, session) - left).abs()
    };
    let astray: i64 = trace.seats.iter().enumerate().map(astray).sum();
    if astray > 0 { vec![format!("the count of seats left is off by {astray}")] } else { vec![] }
}

fn twice(stored: &Stored) -> Vec<String> {
    let mut seen = BTreeMap::<usize, usize>::new();
    for booking in &stored.bookings {
        *seen.entry(booking.person).or_default() += 1;
    }
    let many = seen.values().filter(|count| **count > 1).count();
    if many > 0 { vec![format!("{many} people booked more than once")] } else { vec![] }
}

fn untrue(trace: &Trace, told: &Told, stored: &Stored) -> Vec<String> {
    let booked: BTreeSet<(usize, usize)> =
        stored.bookings.iter().map(|booking| (booking.person, booking.session)).collect();
    let people: BTreeSet<usize> = stored.bookings.iter().map(|booking| booking.person).collect();
    let (mut promised, mut wrong, mut unclear) = (BTreeSet::new(), 0, 0);
    for (request, answer) in trace.requests.iter().zip(&told.answers) {
        let place = (request.person, request.session);
        let seats = i64::from(trace.seats[request.session]);
        let is_true = match answer {
            Answer::Booked => promised.insert(place) && booked.contains(&place),
            Answer::AlreadyBooked => people.contains(&request.person),
            Answer::SoldOut => taken(stored, request.session) >= seats,
            Answer::Unclear(_) | Answer::Busy(_) => {
                unclear += 1;
                true
            }
        };
        wrong += usize::from(!is_true);
    }
    let silent = booked.difference(&promised).count();
    let mut faults = Vec::new();
    for (count, what) in
        [(wrong, "answers were untrue"), (unclear, "answers were unclear"), (silent, "bookings nobody was told of")]
    {
        if count > 0 {
            faults.push(format!("{count} {what}"));
        }
    }
    faults
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    /// Two people, one session with one seat.
    fn judged(answers: [Answer; 2], left: i64, bookers: &[usize]) -> Vec<String> {
        let requests = vec![Request { person: 0, session: 0 }, Request { person: 1, session: 0 }];
        let trace = Trace { people: 2, seats: vec![1], requests };
        let told = Told { answers: answers.into(), sold: Duration::ZERO, done: Duration::ZERO };
        let bookings = bookers.iter().map(|person| Request { person: *person, session: 0 }).collect();
        faults(&trace, &told, &Stored { left: vec![left], bookings })
    }

    #[test]
    fn a_fair_race_has_no_faults() {
        assert_eq!(judged([Answer::Booked, Answer::SoldOut], 0, &[0]), Vec::<String>::new());
    }

    #[test]
    fn each_kind_of_fault_is_named() {
        use Answer::{AlreadyBooked, Booked, SoldOut, Unclear};
        for (answers, left, bookers, expected) in [
            ([Booked, Booked], -1, &[0, 1][..], "1 sold beyond the last seat"),
            ([Booked, SoldOut], 1, &[0], "the count of seats left is off by 1"),
            ([Booked, SoldOut], -1, &[0, 0], "1 people booked more than once"),
            ([Booked, SoldOut], 0, &[1], "1 answers were untrue"),
            ([SoldOut, SoldOut], 1, &[], "2 answers were untrue"),
            ([AlreadyBooked, SoldOut], 0, &[1], "1 answers were untrue"),
            ([Booked, Unclear("503".to_owned())], 0, &[0], "1 answers were unclear"),
            ([SoldOut, SoldOut], 0, &[0], "1 bookings nobody was told of"),
        ] {
            let found = judged(answers, left, bookers);
            assert!(found.iter().any(|fault| fault == expected), "{found:?} should have {expected:?}");
        }
    }
}
