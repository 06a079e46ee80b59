//! The transactions of bookings.

use aws_sdk_dynamodb::types::AttributeValue;
use vaxslot_app::ports::hold_list;
use vaxslot_domain::{
    appointment::{Appointment, Status},
    booking::{Move, Release, Reservation, Used},
    person::Beneficiary,
    session::ShardKey,
};

use super::terms::{eligibility, fitness, note, still, unknown};
use crate::{
    expression::{Changes, Terms},
    keys::{self, APPOINTMENT, DUE, DUE_AT, POOL},
    rows::{STATUS_BEFORE, active_value, instant, put_text, write_beneficiary, write_ended},
    transaction::Transaction,
};

/// Units taken from the shards, and appointments put where none is. `shards` tells what the reservations take together.
pub fn reserve(reservations: &[Reservation], shards: &[(ShardKey, u32)]) -> Transaction {
    let mut transaction = Transaction::default();
    take_units(&mut transaction, shards);
    for reservation in reservations {
        let (condition, terms) = eligibility(reservation);
        for (place, appointment) in reservation.appointments.iter().enumerate() {
            if let Some(newcomer) = &reservation.newcomer {
                let active = Some(appointment.clone());
                transaction.insert(write_beneficiary(&Beneficiary { active, ..newcomer.clone() }));
                continue;
            }
            let (unknown, terms) = unknown(reservation, place, terms.clone());
            let (mut changes, mut terms) = put_active(appointment, terms);
            if let Status::Held { until } = appointment.status {
                let list = keys::due_holds(hold_list(appointment.beneficiary));
                terms = terms.names(&[DUE, DUE_AT]).text("due", list).text("due_at", instant(until));
                changes = changes.set("#due = :due").set("#due_at = :due_at");
            }
            let key = keys::beneficiary(appointment.beneficiary);
            transaction.update(&key, &changes.expression(), &format!("{condition}{unknown}"), terms);
        }
    }
    transaction
}

/// Units taken and returned, and appointments put in the place of others. A hold keeps its last moment, and so is due when it
/// was.
pub fn reschedule(wanted: &Move, shards: &[(ShardKey, u32)]) -> Transaction {
    let mut transaction = Transaction::default();
    take_units(&mut transaction, shards);
    let (fits, terms) = fitness(&wanted.reservation);
    for (appointment, ending) in wanted.reservation.appointments.iter().zip(&wanted.release.0) {
        let (still, terms) = still(&ending.was, terms.clone());
        let (changes, terms) = put_active(appointment, terms);
        let (changes, terms) = note(ending, changes, terms);
        let key = keys::beneficiary(appointment.beneficiary);
        transaction.update(&key, &changes.expression(), &format!("{fits} AND {still}"), terms);
    }
    end(&mut transaction, &wanted.release);
    transaction
}

/// Appointments taken from their people, and units returned.
pub fn release(release: &Release) -> Transaction {
    let mut transaction = Transaction::default();
    for ending in &release.0 {
        let (condition, terms) = still(&ending.was, Terms::default().names(&[POOL, DUE, DUE_AT]));
        let changes = Changes::default().remove(["#active", "#pool", "#appointment", "#due", "#due_at"]);
        let (changes, terms) = note(ending, changes, terms);
        let key = keys::beneficiary(ending.was.beneficiary);
        transaction.update(&key, &changes.expression(), &condition, terms);
    }
    end(&mut transaction, release);
    transaction
}

/// An appointment taken from its person, and the dose recorded. No unit is returned.
pub fn use_up(used: &Used) -> Transaction {
    let Used { ending, given } = used;
    let (mut condition, terms) = still(&ending.was, Terms::default().names(&[POOL, DUE, DUE_AT]));
    let changes = Changes::default().remove(["#active", "#pool", "#appointment", "#due", "#due_at"]);
    let (mut changes, mut terms) = note(ending, changes, terms);
    if let Some(given) = given {
        condition.push_str(" AND #doses = :had");
        terms = terms.names(&["doses"]).number("had", given.before.taken).number("doses", given.after.taken);
        changes = changes.set("#doses = :doses");
        if let Some(last) = given.after.last {
            terms = terms.names(&["last_vaccine", "last_dose_on"]);
            terms = terms.text("last_vaccine", last.vaccine).text("last_dose_on", last.on);
            changes = changes.set("#last_vaccine = :last_vaccine").set("#last_dose_on = :last_dose_on");
        }
    }
    let mut transaction = Transaction::default();
    transaction.update(&keys::beneficiary(ending.was.beneficiary), &changes.expression(), &condition, terms);
    let mut ended = write_ended(&ending.is);
    put_text(&mut ended, STATUS_BEFORE, ending.was.status.name());
    transaction.put(ended, None);
    transaction
}

fn put_active(appointment: &Appointment, terms: Terms) -> (Changes, Terms) {
    let changes = Changes::default().set("#active = :active").set("#pool = :pool").set("#appointment = :appointment");
    let terms = terms.names(&["active", POOL, APPOINTMENT]).value("active", active_value(appointment));
    (changes, terms.text("pool", appointment.shard).text("appointment", appointment.id))
}

fn take_units(transaction: &mut Transaction, shards: &[(ShardKey, u32)]) {
    for (shard, units) in shards {
        let terms = Terms::default().names(&["free", "closed"]).number("units", units);
        let terms = terms.value("no", AttributeValue::Bool(false));
        let update = "SET #free = #free - :units ADD #moves :one";
        transaction.update(&keys::shard(*shard), update, "#free >= :units AND #closed = :no", terms.moved());
    }
}

/// Returns units, and keeps the appointments that held them.
fn end(transaction: &mut Transaction, release: &Release) {
    for (shard, units) in release.returns() {
        let terms = Terms::default().names(&["free", "capacity"]).number("units", units);
        let update = "SET #free = #free + :units ADD #moves :one";
        transaction.update(&keys::shard(shard), update, "#free < #capacity", terms.moved());
    }
    for ending in &release.0 {
        transaction.put(write_ended(&ending.is), None);
    }
}
