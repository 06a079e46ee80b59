//! Writing rows as no use case would.

use aws_sdk_dynamodb::types::AttributeValue;

use crate::engine::Table;

/// Sets one attribute of a row.
pub async fn set(table: &Table, pk: &str, sk: &str, attribute: &str, value: AttributeValue) {
    let text = |value: &str| AttributeValue::S(value.to_owned());
    let update = table.raw.update_item().table_name(&table.name).key("pk", text(pk)).key("sk", text(sk));
    let update = update.update_expression("SET #name = :value").expression_attribute_names("#name", attribute);
    update.expression_attribute_values(":value", value).send().await.expect("the engine answers");
}

pub async fn set_text(table: &Table, pk: &str, sk: &str, attribute: &str, value: &str) {
    set(table, pk, sk, attribute, AttributeValue::S(value.to_owned())).await;
}

pub async fn set_number(table: &Table, pk: &str, sk: &str, attribute: &str, value: &str) {
    set(table, pk, sk, attribute, AttributeValue::N(value.to_owned())).await;
}
