use async_trait::async_trait;
use vaxslot_app::ports::{BadRow, DueCancellation, DueEnd, DueHold, Dues, StoreError};
use vaxslot_domain::{Timestamp, id::SessionId};

use crate::{
    error::classify,
    expression::Terms,
    keys::{self, BY_DUE, DUE, DUE_AT, Key},
    rows::{Item, Row, instant, read_end, write_end},
    store::DynamoStore,
};

#[async_trait]
impl Dues for DynamoStore {
    async fn due_holds(
        &self,
        list: u8,
        before: Timestamp,
        after: Option<DueHold>,
        most: u32,
    ) -> Result<Vec<DueHold>, StoreError> {
        let due = keys::due_holds(list);
        let after = after.map(|hold| place(&due, hold.until, &keys::beneficiary(hold.person)));
        let items = self.due(&due, Some(before), after, most).await?;
        items.iter().map(|item| Ok(read_hold(&self.row(item))?)).collect()
    }

    async fn due_cancellations(
        &self,
        after: Option<DueCancellation>,
        most: u32,
    ) -> Result<Vec<DueCancellation>, StoreError> {
        let due = keys::DUE_CANCELLATIONS;
        let after = after.map(|work| place(due, work.since, &keys::session(work.session)));
        let items = self.due(due, None, after, most).await?;
        items.iter().map(|item| Ok(read_cancellation(&self.row(item))?)).collect()
    }

    async fn due_ends(
        &self,
        list: u8,
        before: Timestamp,
        after: Option<DueEnd>,
        most: u32,
    ) -> Result<Vec<DueEnd>, StoreError> {
        let due = keys::due_ends(list);
        let after = after.map(|end| place(&due, end.at, &keys::end(end.session)));
        let items = self.due(&due, Some(before), after, most).await?;
        items.iter().map(|item| Ok(read_end(&self.row(item))?)).collect()
    }

    async fn file_end(&self, end: DueEnd) -> Result<(), StoreError> {
        self.put(write_end(end)).await
    }

    async fn drop_end(&self, session: SessionId) -> Result<(), StoreError> {
        let key = Some(keys::end(session).attributes());
        let delete = self.client.delete_item().table_name(&self.table).set_key(key);
        delete.send().await.map_err(classify).map(drop)
    }
}

/// Where a page ended, as the index has it.
fn place(due: &str, at: Timestamp, key: &Key) -> Item {
    let text = aws_sdk_dynamodb::types::AttributeValue::S;
    let mut place = key.attributes();
    place.insert(DUE.to_owned(), text(due.to_owned()));
    place.insert(DUE_AT.to_owned(), text(instant(at)));
    place
}

fn read_hold(row: &Row<'_>) -> Result<DueHold, BadRow> {
    Ok(DueHold { until: row.get(DUE_AT)?, person: row.beneficiary()? })
}

fn read_cancellation(row: &Row<'_>) -> Result<DueCancellation, BadRow> {
    Ok(DueCancellation { since: row.get(DUE_AT)?, session: row.session()? })
}

impl DynamoStore {
    /// One query over the index of what falls due.
    async fn due(
        &self,
        due: &str,
        before: Option<Timestamp>,
        after: Option<Item>,
        most: u32,
    ) -> Result<Vec<Item>, StoreError> {
        let terms = Terms::default().names(&[DUE]).text("due", due);
        let (condition, terms) = match before {
            Some(before) => {
                ("#due = :due AND #due_at < :before", terms.names(&[DUE_AT]).text("before", instant(before)))
            }
            None => ("#due = :due", terms),
        };
        let (names, values) = terms.parts();
        let query = self
            .client
            .query()
            .table_name(&self.table)
            .index_name(BY_DUE)
            .key_condition_expression(condition)
            .set_expression_attribute_names(names)
            .set_expression_attribute_values(values)
            .set_exclusive_start_key(after)
            .limit(i32::try_from(most).unwrap_or(i32::MAX));
        Ok(query.send().await.map_err(classify)?.items.unwrap_or_default())
    }
}
