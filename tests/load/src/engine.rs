//! The engine alone: its own rate of two-item transactions, as the measure of everything else.

use std::time::Duration;

use aws_sdk_dynamodb::{
    Client,
    types::{AttributeValue, TransactWriteItem, Update},
};
use vaxslot_aws::keys::{PK, SK};

use crate::{Outcome, rate::Rate};

/// Transactions of two conditional updates each, from `clients` at once, every one on items of its own.
pub async fn transactions(client: &Client, table: &str, clients: usize, time: Duration) -> Outcome<Rate> {
    for number in 0..clients {
        for kind in ["LEFT", "RIGHT"] {
            let put = client.put_item().table_name(table).item(PK, text(&format!("RAW#{kind}#{number}")));
            put.item(SK, text("RAW")).item("units", AttributeValue::N("1000000".to_owned())).send().await?;
        }
    }
    Rate::of(clients, time, async |number| {
        let items = ["LEFT", "RIGHT"].map(|kind| decrement(table, &format!("RAW#{kind}#{number}")));
        client.transact_write_items().set_transact_items(Some(items.into())).send().await?;
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
