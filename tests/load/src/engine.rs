//! The engine alone: its own rate of bare transactions, as the measure of everything else.

use std::time::Duration;

use aws_sdk_dynamodb::{
    Client,
    types::{AttributeValue, TransactWriteItem, Update},
};
use vaxslot_aws::keys::{PK, SK};

use crate::{Outcome, rate::Rate};

/// Transactions of so many conditional updates each, from `clients` at once, every one on items of its own.
pub async fn transactions(client: &Client, table: &str, items: usize, clients: usize, time: Duration) -> Outcome<Rate> {
    let key = |number: usize, item: usize| format!("RAW#{number}#{item}");
    for (number, item) in (0..clients).flat_map(|number| (0..items).map(move |item| (number, item))) {
        let put = client.put_item().table_name(table).item(PK, text(&key(number, item)));
        put.item(SK, text("RAW")).item("units", AttributeValue::N("1000000".to_owned())).send().await?;
    }
    Rate::of(clients, time, async |number| {
        let writes = (0..items).map(|item| decrement(table, &key(number, item))).collect();
        client.transact_write_items().set_transact_items(Some(writes)).send().await?;
        Ok(())
    })
    .await
}

fn decrement(table: &str, pk: &str) -> TransactWriteItem {
    let update = Update::builder()
        .table_name(table)
        .key(PK, text(pk))
        .key(SK, text("RAW"))
        .update_expression("SET #units = #units - :one")
        .condition_expression("#units >= :one")
        .expression_attribute_names("#units", "units")
        .expression_attribute_values(":one", AttributeValue::N("1".to_owned()))
        .build()
        .unwrap_or_else(|_| unreachable!("all parts are set"));
    TransactWriteItem::builder().update(update).build()
}

fn text(text: &str) -> AttributeValue {
    AttributeValue::S(text.to_owned())
}
