//! Tables for tests, as `template.yaml` defines them: there is no second definition.

use std::{error::Error, time::Duration};

use aws_sdk_dynamodb::{
    Client,
    config::{BehaviorVersion, Credentials, Region, retry::RetryConfig},
    types::{
        AttributeDefinition, BillingMode, GlobalSecondaryIndex, KeySchemaElement, KeyType, Projection, ProjectionType,
        ScalarAttributeType, TableStatus,
    },
};
use serde::Deserialize;

use crate::wire::Wire;

const TEMPLATE: &str = include_str!("../../../template.yaml");

/// What can go wrong.
pub type Failure = Box<dyn Error + Send + Sync>;

/// Makes an empty table with a name of its own at `engine`, an address such as `http://127.0.0.1:8000`. The client goes
/// over `wire` and makes one attempt a call, as the functions' client does.
///
/// # Errors
/// When the template's table cannot be read or the engine does not make it.
pub async fn create(engine: &str, wire: &Wire) -> Result<(Client, String), Failure> {
    create_as(engine, wire, Template::read()?.resources.table.properties).await
}

/// Makes such a table without its indexes, for measuring what these cost an engine.
///
/// # Errors
/// As [`create`].
pub async fn create_without_indexes(engine: &str, wire: &Wire) -> Result<(Client, String), Failure> {
    create_as(engine, wire, Template::read()?.resources.table.properties.without_indexes()).await
}

async fn create_as(engine: &str, wire: &Wire, table: Table) -> Result<(Client, String), Failure> {
    let client = client(engine, wire);
    let name = unique_name();
    let indexes = Some(table.indexes()?).filter(|indexes| !indexes.is_empty());
    let request = client
        .create_table()
        .table_name(&name)
        .billing_mode(BillingMode::PayPerRequest)
        .set_attribute_definitions(Some(table.attributes()?))
        .set_key_schema(Some(keys(&table.key_schema)?))
        .set_global_secondary_indexes(indexes);
    let mut table = request.send().await?.table_description;
    // Some engines take a moment, as the service does.
    for _ in 0..100 {
        match table.and_then(|table| table.table_status) {
            Some(TableStatus::Active) => return Ok((client, name)),
            Some(TableStatus::Creating) => tokio::time::sleep(Duration::from_millis(20)).await,
            status => return Err(format!("table {name} should be active or soon be so, but is {status:?}").into()),
        }
        table = client.describe_table().table_name(&name).send().await?.table;
    }
    Err(format!("table {name} did not become active").into())
}

/// A client of an engine that asks for no real credentials.
#[must_use]
pub fn client(engine: &str, wire: &Wire) -> Client {
    let config = aws_sdk_dynamodb::Config::builder()
        .behavior_version(BehaviorVersion::latest())
        .endpoint_url(engine)
        .region(Region::from_static("us-east-1"))
        .credentials_provider(Credentials::new("local", "local", None, None, "tests"))
        .retry_config(RetryConfig::disabled())
        .http_client(wire.client());
    Client::from_conf(config.build())
}

#[expect(clippy::disallowed_methods, reason = "tests of one engine must not meet in a table")]
fn unique_name() -> String {
    format!("test-{}", uuid::Uuid::new_v4())
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Template {
    resources: Resources,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Resources {
    table: Resource,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Resource {
    properties: Table,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Table {
    attribute_definitions: Vec<Attribute>,
    key_schema: Vec<Key>,
    global_secondary_indexes: Vec<Index>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Attribute {
    attribute_name: String,
    attribute_type: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Key {
    attribute_name: String,
    key_type: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Index {
    #[serde(rename = "IndexName")]
    name: String,
    key_schema: Vec<Key>,
    projection: Projected,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Projected {
    projection_type: String,
}

impl Template {
    fn read() -> Result<Self, Failure> {
        Ok(serde_saphyr::from_str(TEMPLATE)?)
    }
}

impl Table {
    /// With the definitions of its own keys only: an engine refuses one that nothing uses.
    fn without_indexes(mut self) -> Self {
        self.global_secondary_indexes.clear();
        let keys = &self.key_schema;
        self.attribute_definitions
            .retain(|attribute| keys.iter().any(|key| key.attribute_name == attribute.attribute_name));
        self
    }

    fn attributes(&self) -> Result<Vec<AttributeDefinition>, Failure> {
        let define = |attribute: &Attribute| {
            let kind = ScalarAttributeType::from(attribute.attribute_type.as_str());
            Ok(AttributeDefinition::builder().attribute_name(&attribute.attribute_name).attribute_type(kind).build()?)
        };
        self.attribute_definitions.iter().map(define).collect()
    }

    fn indexes(&self) -> Result<Vec<GlobalSecondaryIndex>, Failure> {
        let define = |index: &Index| {
            let kind = ProjectionType::from(index.projection.projection_type.as_str());
            let projection = Projection::builder().projection_type(kind).build();
            let builder = GlobalSecondaryIndex::builder().index_name(&index.name).projection(projection);
            Ok(builder.set_key_schema(Some(keys(&index.key_schema)?)).build()?)
        };
        self.global_secondary_indexes.iter().map(define).collect()
    }
}

fn keys(keys: &[Key]) -> Result<Vec<KeySchemaElement>, Failure> {
    let define = |key: &Key| {
        let kind = KeyType::from(key.key_type.as_str());
        Ok(KeySchemaElement::builder().attribute_name(&key.attribute_name).key_type(kind).build()?)
    };
    keys.iter().map(define).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_templates_table_is_understood() {
        let table = Template::read().unwrap().resources.table.properties;
        let indexes: Vec<&str> = table.global_secondary_indexes.iter().map(|index| index.name.as_str()).collect();
        assert_eq!(indexes, ["by_district", "by_pincode", "by_center", "by_cell", "by_pool", "by_due"]);
        assert_eq!(table.key_schema.len(), 2);
        assert!(table.attributes().is_ok() && table.indexes().is_ok());
    }
}
