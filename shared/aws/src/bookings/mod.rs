//! Appointments on the table, and the beneficiaries that carry them.

mod make;
mod terms;

use std::collections::HashMap;

use async_trait::async_trait;
use aws_sdk_dynamodb::{
    operation::update_item::UpdateItemError,
    types::{ReturnValue, ReturnValuesOnConditionCheckFailure as OnFailure},
};
use vaxslot_app::ports::{Bookings, StoreError, Tried};
use vaxslot_domain::{
    Timestamp,
    appointment::Appointment,
    booking::{Check, Own, Rejection, Release, Reservation},
    id::{AccountId, AppointmentId, BeneficiaryId},
    person::Beneficiary,
    session::ShardKey,
};

use self::terms::{CONFIRM, STANDS, confirm_terms, give_up, given_up_paths, still};
use crate::{
    error::classify,
    expression::Terms,
    keys::{self, BY_POOL, DUE, DUE_AT, PK, POOL, PROFILE, SK},
    rows::{Item, read_beneficiary, read_ended, write_ended},
    store::DynamoStore,
    transaction::{Found, Transaction},
};

#[async_trait]
impl Bookings for DynamoStore {
    async fn reserve_all(&self, reservations: &[Reservation]) -> Result<Tried<(), Vec<Rejection>>, StoreError> {
        self.make_all(reservations).await
    }

    async fn confirm(
        &self,
        account: &AccountId,
        holds: &[Own],
        now: Timestamp,
        mark: &str,
    ) -> Result<Tried<Vec<Appointment>, Vec<Check<Beneficiary>>>, StoreError> {
        let terms = |own: &Own| confirm_terms(account, *own, now, mark);
        if let [own] = holds { self.confirm_one(*own, terms(own)).await } else { self.confirm_all(holds, terms).await }
    }

    async fn release(&self, release: &Release) -> Result<Tried<(), ()>, StoreError> {
        let mut transaction = Transaction::default();
        for (shard, units) in release.returns() {
            let terms = Terms::default().names(&["free", "capacity"]).number("units", units);
            let update = "SET #free = #free + :units ADD #moves :one";
            transaction.update(&keys::shard(shard), update, "#free < #capacity", terms.moved());
        }
        for ending in &release.0 {
            let (condition, terms) = still(&ending.was);
            let (given_up, terms) = give_up(ending, terms.names(&[POOL, DUE, DUE_AT]));
            let update = format!("REMOVE #active, #pool, #appointment, #due, #due_at{given_up}");
            transaction.update(&keys::beneficiary(ending.was.beneficiary), &update, &condition, terms);
        }
        for ending in &release.0 {
            transaction.put(write_ended(&ending.is), None);
        }
        Ok(match self.transact(transaction).await? {
            Tried::Done(()) => Tried::Done(()),
            Tried::Refused(_) => Tried::Refused(()),
        })
    }

    async fn forget(&self, person: BeneficiaryId, faded: &[AppointmentId]) -> Result<(), StoreError> {
        let (paths, terms) = given_up_paths("faded", faded.iter().copied(), Terms::default());
        if paths.is_empty() {
            return Ok(());
        }
        let update = format!("REMOVE {}", paths.join(", "));
        // Refused only where the person is not there: then nothing is to be dropped.
        self.update_if(&keys::beneficiary(person), &update, "attribute_exists(pk)", terms).await.map(drop)
    }

    async fn beneficiaries(&self, ids: &[BeneficiaryId]) -> Result<Vec<Option<Beneficiary>>, StoreError> {
        if ids.is_empty() {
            return Ok(Vec::new());
        }
        let keys: Vec<_> = ids.iter().map(|id| keys::beneficiary(*id)).collect();
        let items = self.read_all(&keys).await?;
        let people = items.iter().map(|item| read_beneficiary(&self.row(item)));
        let mut by_id: HashMap<BeneficiaryId, Beneficiary> =
            people.map(|person| person.map(|person| (person.id, person))).collect::<Result<_, _>>()?;
        Ok(ids.iter().map(|id| by_id.remove(id)).collect())
    }

    async fn ended(&self, own: &[Own]) -> Result<Vec<Option<Appointment>>, StoreError> {
        let keys: Vec<_> = own.iter().map(|own| keys::ended(own.beneficiary, own.appointment)).collect();
        let items = self.read_all(&keys).await?;
        let ended = items.iter().map(|item| Ok(read_ended(&self.row(item))?));
        let ended: Vec<Appointment> = ended.collect::<Result<_, StoreError>>()?;
        let named = |own: &Own| {
            let mine = |one: &&Appointment| one.beneficiary == own.beneficiary && one.id == own.appointment;
            ended.iter().find(mine).cloned()
        };
        Ok(own.iter().map(named).collect())
    }

    async fn history(&self, id: BeneficiaryId) -> Result<Option<(Beneficiary, Vec<Appointment>)>, StoreError> {
        // Ended appointments sort before the person's own row, and what is none of this behind it.
        let items = self.partition_up_to(&keys::beneficiary_partition(id), PROFILE).await?;
        let (profile, ended): (Vec<&Item>, Vec<&Item>) = items.iter().partition(|item| is_profile(item));
        let Some(profile) = profile.first() else { return Ok(None) };
        let person = read_beneficiary(&self.row(profile))?;
        let mut ended =
            ended.into_iter().map(|item| Ok(read_ended(&self.row(item))?)).collect::<Result<Vec<_>, StoreError>>()?;
        ended.sort_by_key(|appointment| std::cmp::Reverse(appointment.changed_at));
        Ok(Some((person, ended)))
    }

    async fn appointments_of(&self, shard: ShardKey) -> Result<Vec<Appointment>, StoreError> {
        let mut appointments = Vec::new();
        let mut from: Option<Item> = None;
        loop {
            let (names, values) = Terms::default().names(&[POOL]).text("pool", shard).parts();
            let query = self
                .client
                .query()
                .table_name(&self.table)
                .index_name(BY_POOL)
                .key_condition_expression("#pool = :pool")
                .set_expression_attribute_names(names)
                .set_expression_attribute_values(values)
                .set_exclusive_start_key(from.take());
            let answer = query.send().await.map_err(classify)?;
            for item in answer.items() {
                let row = self.row(item);
                if is_profile(item) {
                    appointments.extend(read_beneficiary(&row)?.active);
                } else {
                    appointments.push(read_ended(&row)?);
                }
            }
            match answer.last_evaluated_key {
                Some(key) => from = Some(key),
                None => return Ok(appointments),
            }
        }
    }
}

impl DynamoStore {
    /// One conditional update, without a transaction.
    async fn confirm_one(
        &self,
        own: Own,
        terms: Terms,
    ) -> Result<Tried<Vec<Appointment>, Vec<Check<Beneficiary>>>, StoreError> {
        let (names, values) = terms.parts();
        let update = self
            .client
            .update_item()
            .table_name(&self.table)
            .set_key(Some(keys::beneficiary(own.beneficiary).attributes()))
            .update_expression(CONFIRM)
            .condition_expression(STANDS)
            .set_expression_attribute_names(names)
            .set_expression_attribute_values(values)
            .return_values(ReturnValue::AllNew)
            .return_values_on_condition_check_failure(OnFailure::AllOld);
        match update.send().await {
            Ok(answer) => {
                let person = read_beneficiary(&self.row(&answer.attributes.unwrap_or_default()))?;
                Ok(Tried::Done(person.active.into_iter().collect()))
            }
            Err(error) => match error.as_service_error() {
                Some(UpdateItemError::ConditionalCheckFailedException(failed)) => {
                    let person = failed.item().map(|item| read_beneficiary(&self.row(item))).transpose()?;
                    Ok(Tried::Refused(vec![Check::Failed(person)]))
                }
                _ => Err(classify(error)),
            },
        }
    }

    async fn confirm_all(
        &self,
        holds: &[Own],
        terms: impl Fn(&Own) -> Terms,
    ) -> Result<Tried<Vec<Appointment>, Vec<Check<Beneficiary>>>, StoreError> {
        let mut transaction = Transaction::default();
        for own in holds {
            transaction.update(&keys::beneficiary(own.beneficiary), CONFIRM, STANDS, terms(own));
        }
        if let Tried::Refused(found) = self.transact(transaction).await? {
            return Ok(Tried::Refused(read_checks(found, |item| read_beneficiary(&self.row(item)))?));
        }
        let mut confirmed = Vec::new();
        for own in holds {
            confirmed.extend(self.as_it_is(*own).await?);
        }
        Ok(Tried::Done(confirmed))
    }

    /// An appointment wherever it stands by now: active, or ended a moment ago.
    async fn as_it_is(&self, own: Own) -> Result<Option<Appointment>, StoreError> {
        let found = self.history(own.beneficiary).await?;
        let all = found.into_iter().flat_map(|(person, ended)| person.active.into_iter().chain(ended));
        Ok(all.into_iter().find(|appointment| appointment.id == own.appointment))
    }
}

pub(crate) fn read_checks<T>(
    found: Found,
    read: impl Fn(&Item) -> Result<T, vaxslot_app::ports::BadRow>,
) -> Result<Vec<Check<T>>, StoreError> {
    let check = |check: Check<Item>| match check {
        Check::Held => Ok(Check::Held),
        Check::Failed(None) => Ok(Check::Failed(None)),
        Check::Failed(Some(item)) if !item.contains_key(PK) => Ok(Check::Failed(None)),
        Check::Failed(Some(item)) => Ok(Check::Failed(Some(read(&item)?))),
    };
    found.into_iter().map(check).collect()
}

fn is_profile(item: &Item) -> bool {
    item.get(SK).is_some_and(|sk| sk.as_s().is_ok_and(|sk| sk == PROFILE))
}
