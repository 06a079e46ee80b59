//! I9: sums equal the shards and the appointments, once the stream is drained.
//!
//! The figures of every day are counted here from the raw rows, by day of appointment and by day of booking, at every level.

use std::collections::{BTreeMap, BTreeSet};

use crate::{
    Broken, Invariant, Table, instant,
    table::{Appointment, Figures, Session},
};

#[must_use]
pub fn check(table: &Table) -> Vec<Broken> {
    let mut broken = Vec::new();
    let mut days: BTreeMap<(String, String), Figures> = BTreeMap::new();
    let appointments = by_session(table);
    for (id, session) in &table.sessions {
        let counted = count(table, id, session);
        if session.pools != counted {
            let message = format!("session {id}: the sums are {:?}, its shards have {counted:?}", session.pools);
            broken.push(Broken::new(Invariant::I9, message));
        }
        let mine = appointments.get(id.as_str()).map_or(&[][..], Vec::as_slice);
        for ((basis, date), figures) in figures(session, &counted, mine) {
            for key in levels(&basis, &date, id, session) {
                add(days.entry(key).or_default(), &figures);
            }
        }
    }
    for key in days.keys().chain(table.days.keys()).collect::<BTreeSet<_>>() {
        let (counted, written) = (days.get(key), table.days.get(key));
        if counted != written {
            let message = format!("{} / {}: written is {written:?}, counted is {counted:?}", key.0, key.1);
            broken.push(Broken::new(Invariant::I9, message));
        }
    }
    broken
}

/// Every appointment there is or was, by session.
fn by_session(table: &Table) -> BTreeMap<&str, Vec<&Appointment>> {
    let mut sessions: BTreeMap<&str, Vec<&Appointment>> = BTreeMap::new();
    for (_, appointment) in table.appointments() {
        sessions.entry(appointment.session()).or_default().push(appointment);
    }
    sessions
}

/// The sums of a session's pools, from its shards.
fn count(table: &Table, id: &str, session: &Session) -> Vec<(i64, i64, i64)> {
    let pools =
        (0..session.slots).flat_map(|slot| session.doses.iter().map(move |dose| format!("{id}#{slot}#{dose}#")));
    let sum = |pool: String| {
        let mine = table.shards.range(pool.clone()..).take_while(|(name, _)| name.starts_with(&pool));
        mine.fold((0, 0, 0), |(shards, capacity, free), (_, shard)| {
            (shards + 1, capacity + shard.capacity, free + shard.free)
        })
    };
    pools.map(sum).collect()
}

/// Where an appointment is counted, behind capacity and free units.
fn place(appointment: &Appointment) -> usize {
    match (appointment.status.as_str(), &appointment.moved_to) {
        ("HELD", _) => 2,
        ("CONFIRMED", _) => 3,
        ("COMPLETED", _) => 4,
        ("NO_SHOW", _) => 5,
        ("CANCELLED", None) => 6,
        ("EXPIRED", _) => 7,
        _ => 8,
    }
}

/// What a session counts for, by the day that it is on and by the days on which people booked.
fn figures(
    session: &Session,
    pools: &[(i64, i64, i64)],
    appointments: &[&Appointment],
) -> BTreeMap<(String, String), Figures> {
    let cancelled = session.status == "CANCELLED";
    let mut days: BTreeMap<(String, String), Figures> = BTreeMap::new();
    let day = days.entry(("DAY".to_owned(), session.date.clone())).or_default();
    day.sessions = i64::from(!cancelled);
    for (number, (_, capacity, free)) in pools.iter().enumerate() {
        let cell = day.cells.entry(cell(session, session.doses[number % session.doses.len()])).or_insert([0; 9]);
        // Of a cancelled session what is still taken counts, as long as it is.
        cell[0] += if cancelled { capacity - free } else { *capacity };
        cell[1] += if cancelled { 0 } else { *free };
    }
    for appointment in appointments {
        let dose = appointment.shard.split('#').nth(2).and_then(|dose| dose.parse().ok()).unwrap_or(0);
        let made_on = instant::day(appointment.made_at, session.clock);
        for day in [("DAY".to_owned(), session.date.clone()), ("MADE".to_owned(), made_on)] {
            let day = days.entry(day).or_default();
            day.cells.entry(cell(session, dose)).or_insert([0; 9])[place(appointment)] += 1;
        }
    }
    for ((basis, _), day) in &mut days {
        day.cells.retain(|_, counts| *counts != [0; 9]);
        if basis == "MADE" {
            day.sessions = 1;
        }
    }
    days
}

fn cell(session: &Session, dose: i64) -> String {
    let Session { vaccine, ages, fee_type, .. } = session;
    format!("{vaccine}/{ages}/{fee_type}/{dose}")
}

fn add(sum: &mut Figures, part: &Figures) {
    sum.sessions += part.sessions;
    for (cell, counts) in &part.cells {
        let cell = sum.cells.entry(cell.clone()).or_insert([0; 9]);
        cell.iter_mut().zip(counts).for_each(|(sum, part)| *sum += part);
    }
}

/// The rows of a day that count a session.
fn levels(basis: &str, date: &str, id: &str, session: &Session) -> [(String, String); 5] {
    let Session { center, district, state, .. } = session;
    [
        (format!("{basis}#{date}#CENTER#{center}"), format!("SESSION#{id}")),
        (format!("{basis}#{date}#DISTRICT#{district}"), format!("CENTER#{center:010}")),
        (format!("{basis}#{date}#STATE#{state}"), format!("DISTRICT#{district:010}")),
        (format!("{basis}#{date}"), format!("STATE#{state:010}")),
        (format!("{basis}#{date}#TOP"), "COUNTRY".to_owned()),
    ]
}
