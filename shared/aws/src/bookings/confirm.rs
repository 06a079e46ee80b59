//! Confirming holds.

use aws_sdk_dynamodb::{
    operation::update_item::UpdateItemError,
    types::{ReturnValue, ReturnValuesOnConditionCheckFailure as OnFailure},
};
use vaxslot_app::ports::{Bookings, StoreError, Tried};
use vaxslot_domain::{
    Timestamp,
    appointment::{Appointment, Status},
    booking::{Check, Own},
    id::AccountId,
    person::Beneficiary,
};

use super::read_checks;
use crate::{
    error::classify,
    expression::Terms,
    keys::{self, APPOINTMENT, DUE, DUE_AT},
    rows::{instant, read_beneficiary},
    store::DynamoStore,
    transaction::Transaction,
};

const CONFIRM: &str = "SET #active.#status = :confirmed, #active.#changed_at = :now, #active.#change = :mark \
                           REMOVE #due, #due_at";
const STANDS: &str = "#account = :account AND #active.#appointment = :id AND #active.#status = :held AND \
                      #active.#hold_until >= :now";

fn confirm_terms(account: &AccountId, own: Own, now: Timestamp, mark: &str) -> Terms {
    Terms::default()
        .names(&["account", "active", APPOINTMENT, "status", "hold_until", "changed_at", "change", DUE, DUE_AT])
        .text("account", account.as_str())
        .text("id", own.appointment)
        .text("held", "HELD")
        .text("confirmed", Status::Confirmed.name())
        .text("now", instant(now))
        .text("mark", mark)
}

impl DynamoStore {
    pub(super) async fn confirm_holds(
        &self,
        account: &AccountId,
        holds: &[Own],
        now: Timestamp,
        mark: &str,
    ) -> Result<Tried<Vec<Appointment>, Vec<Check<Beneficiary>>>, StoreError> {
        let terms = |own: &Own| confirm_terms(account, *own, now, mark);
        if let [own] = holds { self.confirm_one(*own, terms(own)).await } else { self.confirm_all(holds, terms).await }
    }

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
