use aws_sdk_dynamodb::types::AttributeValue;
use vaxslot_app::ports::{StoreError, Tried, hold_list};
use vaxslot_domain::{
    appointment::{Appointment, Status},
    booking::{Check, Rejection, Reservation},
    session::{Shard, ShardKey},
};

use super::{
    read_checks,
    terms::{eligibility, unknown},
};
use crate::{
    expression::Terms,
    keys::{self, APPOINTMENT, DUE, DUE_AT, POOL},
    rows::{Item, active_value, instant, read_beneficiary, read_shard},
    store::DynamoStore,
    transaction::{Found, Transaction},
};

impl DynamoStore {
    pub(crate) async fn make_all(&self, reservations: &[Reservation]) -> Result<Tried<(), Vec<Rejection>>, StoreError> {
        let mut transaction = Transaction::default();
        let shards = together(reservations);
        for (shard, units) in &shards {
            take_from(&mut transaction, *shard, *units);
        }
        for reservation in reservations {
            let (condition, terms) = eligibility(reservation);
            for (place, appointment) in reservation.appointments.iter().enumerate() {
                let (unknown, terms) = unknown(reservation, place, terms.clone());
                give_to(&mut transaction, appointment, &format!("{condition}{unknown}"), terms);
            }
        }
        match self.transact(transaction).await? {
            Tried::Done(()) => Ok(Tried::Done(())),
            Tried::Refused(found) => Ok(Tried::Refused(self.rejections(reservations, &shards, found)?)),
        }
    }

    /// What was found, for each reservation: of its own shards, and of its own people.
    fn rejections(
        &self,
        reservations: &[Reservation],
        shards: &[(ShardKey, u32)],
        mut found: Found,
    ) -> Result<Vec<Rejection>, StoreError> {
        let mut people = found.split_off(shards.len().min(found.len()));
        let found: Vec<Check<Shard>> = read_checks(found, |item: &Item| read_shard(&self.row(item)))?;
        let of = |key: &ShardKey| {
            let place = shards.iter().position(|(shard, _)| shard == key);
            place.and_then(|place| found.get(place).cloned()).unwrap_or(Check::Held)
        };
        let mut rejections = Vec::with_capacity(reservations.len());
        for reservation in reservations {
            let others = people.split_off(reservation.appointments.len().min(people.len()));
            let mine = std::mem::replace(&mut people, others);
            rejections.push(Rejection {
                shards: reservation.take.parts().iter().map(|(key, _)| of(key)).collect(),
                people: read_checks(mine, |item: &Item| read_beneficiary(&self.row(item)))?,
            });
        }
        Ok(rejections)
    }
}

/// What reservations take from each shard together, in the order in which they name the shards.
fn together(reservations: &[Reservation]) -> Vec<(ShardKey, u32)> {
    let mut shards: Vec<(ShardKey, u32)> = Vec::new();
    for (key, units) in reservations.iter().flat_map(|reservation| reservation.take.parts()) {
        match shards.iter_mut().find(|(shard, _)| shard == key) {
            Some((_, sum)) => *sum += units,
            None => shards.push((*key, *units)),
        }
    }
    shards
}

fn take_from(transaction: &mut Transaction, shard: ShardKey, units: u32) {
    let terms = Terms::default().names(&["free", "closed"]).number("units", units);
    let terms = terms.value("no", AttributeValue::Bool(false));
    let condition = "#free >= :units AND #closed = :no";
    let update = "SET #free = #free - :units ADD #moves :one";
    transaction.update(&keys::shard(shard), update, condition, terms.moved());
}

fn give_to(transaction: &mut Transaction, appointment: &Appointment, condition: &str, terms: Terms) {
    let terms = terms.names(&[POOL, APPOINTMENT]).value("active", active_value(appointment));
    let terms = terms.text("pool", appointment.shard).text("appointment", appointment.id);
    let update = "SET #active = :active, #pool = :pool, #appointment = :appointment";
    let key = keys::beneficiary(appointment.beneficiary);
    match appointment.status {
        Status::Held { until } => {
            let update = format!("{update}, #due = :due, #due_at = :due_at");
            let list = keys::due_holds(hold_list(appointment.beneficiary));
            let terms = terms.names(&[DUE, DUE_AT]).text("due", list).text("due_at", instant(until));
            transaction.update(&key, &update, condition, terms);
        }
        _ => transaction.update(&key, update, condition, terms),
    }
}
