use std::collections::BTreeMap;

use aws_sdk_dynamodb::{
    config::http::HttpResponse,
    error::{BuildError, ProvideErrorMetadata, SdkError},
    operation::transact_write_items::TransactWriteItemsError,
    types::{
        AttributeValue, CancellationReason, ConditionCheck, Delete, Put,
        ReturnValuesOnConditionCheckFailure as OnFailure, TransactWriteItem, Update,
    },
};
use vaxslot_app::{
    derive,
    ports::{StoreError, Tried},
};
use vaxslot_domain::booking::Check;

use crate::{error::classify, expression::Terms, keys::Key, rows::Item, store::DynamoStore};

/// Writes that happen together or not at all.
#[derive(Debug, Default)]
pub struct Transaction {
    writes: Vec<Result<TransactWriteItem, BuildError>>,
}

/// How each item of a cancelled transaction stood, by position.
pub type Found = Vec<Check<Item>>;

impl Transaction {
    pub fn update(&mut self, key: &Key, update: &str, condition: &str, terms: Terms) {
        let (names, values) = terms.parts();
        let update = Update::builder()
            .set_key(Some(key.attributes()))
            .update_expression(update)
            .condition_expression(condition)
            .set_expression_attribute_names(names)
            .set_expression_attribute_values(values)
            .return_values_on_condition_check_failure(OnFailure::AllOld);
        self.writes.push(Ok(TransactWriteItem::builder().update(unnamed(update)).build()));
    }

    /// Lets the others happen only if a row is as told.
    pub fn check(&mut self, key: &Key, condition: &str, terms: Terms) {
        let (names, values) = terms.parts();
        let check = ConditionCheck::builder()
            .table_name("")
            .set_key(Some(key.attributes()))
            .condition_expression(condition)
            .set_expression_attribute_names(names.filter(|names| !names.is_empty()))
            .set_expression_attribute_values(values)
            .return_values_on_condition_check_failure(OnFailure::AllOld)
            .build();
        self.writes.push(check.map(|check| TransactWriteItem::builder().condition_check(check).build()));
    }

    /// Removes a row that is as told.
    pub fn delete(&mut self, key: &Key, condition: &str, terms: Terms) {
        let (names, values) = terms.parts();
        let delete = Delete::builder()
            .table_name("")
            .set_key(Some(key.attributes()))
            .condition_expression(condition)
            .set_expression_attribute_names(names.filter(|names| !names.is_empty()))
            .set_expression_attribute_values(values)
            .return_values_on_condition_check_failure(OnFailure::AllOld)
            .build();
        self.writes.push(delete.map(|delete| TransactWriteItem::builder().delete(delete).build()));
    }

    /// Puts a row; fails if its key is taken.
    pub fn insert(&mut self, item: Item) {
        self.put(item, Some("attribute_not_exists(pk)"));
    }

    /// Puts a row whatever is there.
    pub fn put(&mut self, item: Item, condition: Option<&str>) {
        let put = Put::builder()
            .table_name("")
            .set_item(Some(item))
            .set_condition_expression(condition.map(str::to_owned))
            .return_values_on_condition_check_failure(OnFailure::AllOld)
            .build();
        self.writes.push(put.map(|put| TransactWriteItem::builder().put(put).build()));
    }
}

fn unnamed(update: aws_sdk_dynamodb::types::builders::UpdateBuilder) -> Update {
    update.table_name("").build().unwrap_or_else(|_| unreachable!("key, expression and table are set"))
}

/// A request token (at most 36 characters) made of all that a request writes, so that a repeat, and nothing else, is known
/// as one. An AWS account knows its tokens across tables, so the table is a part of it.
fn token(table: &str, writes: &[TransactWriteItem]) -> String {
    let spelled: Vec<String> = writes.iter().map(spell_write).collect();
    let parts: Vec<&str> = std::iter::once(table).chain(spelled.iter().map(String::as_str)).collect();
    derive::id(&parts).to_string()
}

fn spell_write(write: &TransactWriteItem) -> String {
    let update = write.update.as_ref().map(|update| {
        let values = update.expression_attribute_values.as_ref().map(spell);
        let names = update.expression_attribute_names.as_ref().map(|names| names.iter().collect::<BTreeMap<_, _>>());
        (spell(&update.key), &update.update_expression, &update.condition_expression, names, values)
    });
    let put = write.put.as_ref().map(|put| (spell(&put.item), &put.condition_expression));
    let check = write.condition_check.as_ref().map(|check| {
        let values = check.expression_attribute_values.as_ref().map(spell);
        (spell(&check.key), &check.condition_expression, values)
    });
    let delete = write.delete.as_ref().map(|delete| {
        let values = delete.expression_attribute_values.as_ref().map(spell);
        (spell(&delete.key), &delete.condition_expression, values)
    });
    format!("{update:?} {put:?} {check:?} {delete:?}")
}

/// A row as text, its attributes in one order.
fn spell(item: &Item) -> String {
    let attribute = |(name, value): (&String, &AttributeValue)| match value {
        AttributeValue::M(map) => format!("{name}={{{}}}", spell(map)),
        other => format!("{name}={other:?}"),
    };
    let mut attributes: Vec<String> = item.iter().map(attribute).collect();
    attributes.sort_unstable();
    attributes.join(",")
}

impl DynamoStore {
    /// Sends a transaction once. The same again within ten minutes is the same request.
    pub(crate) async fn transact(&self, transaction: Transaction) -> Result<Tried<(), Found>, StoreError> {
        let writes: Result<Vec<TransactWriteItem>, BuildError> = transaction.writes.into_iter().collect();
        let writes = writes.map_err(|error| StoreError::Failed(error.into()))?;
        let token = token(&self.table, &writes);
        let named = writes.into_iter().map(|write| self.named(write)).collect();
        let request = self.client.transact_write_items().set_transact_items(Some(named)).client_request_token(token);
        match request.send().await {
            Ok(_) => Ok(Tried::Done(())),
            Err(error) => cancelled(error),
        }
    }

    fn named(&self, mut write: TransactWriteItem) -> TransactWriteItem {
        if let Some(update) = &mut write.update {
            update.table_name.clone_from(&self.table);
        }
        if let Some(put) = &mut write.put {
            put.table_name.clone_from(&self.table);
        }
        if let Some(check) = &mut write.condition_check {
            check.table_name.clone_from(&self.table);
        }
        if let Some(delete) = &mut write.delete {
            delete.table_name.clone_from(&self.table);
        }
        write
    }
}

fn cancelled(error: SdkError<TransactWriteItemsError, HttpResponse>) -> Result<Tried<(), Found>, StoreError> {
    let reasons = match error.as_service_error() {
        Some(TransactWriteItemsError::TransactionCanceledException(cancelled)) => cancelled.cancellation_reasons(),
        _ => return Err(classify(error)),
    };
    let any = |codes: &[&str]| reasons.iter().filter_map(CancellationReason::code).any(|code| codes.contains(&code));
    // The condition of an item in conflict was not looked at. What it would have told may matter more than what failed: a
    // person who carries this very appointment already, say, where units have run out meanwhile.
    if any(&["TransactionConflict"]) {
        return Err(StoreError::Conflict);
    }
    if any(&["ThrottlingError", "ProvisionedThroughputExceeded", "RequestLimitExceeded"]) {
        return Err(StoreError::Throttled);
    }
    if any(&["ConditionalCheckFailed"]) {
        let check = |reason: &CancellationReason| match reason.code() {
            Some("ConditionalCheckFailed") => Check::Failed(reason.item().cloned()),
            _ => Check::Held,
        };
        return Ok(Tried::Refused(reasons.iter().map(check).collect()));
    }
    let code = error.code().map(str::to_owned);
    tracing::error!(code, "a transaction was cancelled for a reason that should not occur");
    Err(StoreError::Failed(error.into()))
}

#[cfg(test)]
mod tests {
    use aws_sdk_dynamodb::types::error::TransactionCanceledException;

    use super::*;

    fn read(codes: &[&str]) -> Result<Tried<(), Found>, StoreError> {
        let reasons = codes.iter().map(|code| CancellationReason::builder().code(*code).build()).collect();
        let cancelled_as = TransactionCanceledException::builder().set_cancellation_reasons(Some(reasons)).build();
        let raw = HttpResponse::new(400.try_into().unwrap(), "".into());
        cancelled(SdkError::service_error(TransactWriteItemsError::TransactionCanceledException(cancelled_as), raw))
    }

    #[test]
    fn reasons_are_read_by_position() {
        let found = read(&["None", "ConditionalCheckFailed", "None"]);
        assert!(matches!(found, Ok(Tried::Refused(found)) if found == [Check::Held, Check::Failed(None), Check::Held]));
    }

    #[test]
    fn a_failed_condition_is_no_answer_while_another_was_not_looked_at() {
        let conflict = read(&["ConditionalCheckFailed", "TransactionConflict"]);
        assert!(matches!(conflict, Err(StoreError::Conflict)), "{conflict:?}");
        let throttled = read(&["ThrottlingError", "ConditionalCheckFailed"]);
        assert!(matches!(throttled, Err(StoreError::Throttled)), "{throttled:?}");
    }
}
