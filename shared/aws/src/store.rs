use std::{collections::HashMap, env};

use aws_config::{
    BehaviorVersion, Region, SdkConfig, environment::EnvironmentVariableCredentialsProvider, retry::RetryConfig,
    timeout::TimeoutConfig,
};
use aws_sdk_dynamodb::{
    Client,
    config::SharedCredentialsProvider,
    types::{AttributeValue, KeysAndAttributes, WriteRequest},
};
use vaxslot_app::{
    ports::StoreError,
    times::{ATTEMPT, CONNECT},
};

use vaxslot_domain::trail::Signature;

use crate::{
    error::classify,
    keys::Key,
    rows::{Item, Row},
};

/// The most keys that `BatchGetItem` takes.
const READS_A_BATCH: usize = 100;
/// The most puts that `BatchWriteItem` takes.
const WRITES_A_BATCH: usize = 25;

/// The SDK's configuration from a function's environment, with one attempt a call: retrying is the use cases' business.
///
/// On Lambda, credentials and region come in environment variables, and nowhere else; looking for them elsewhere would
/// cost size and start-up time.
#[must_use]
pub fn connect() -> SdkConfig {
    let timeouts = TimeoutConfig::builder().operation_attempt_timeout(ATTEMPT).connect_timeout(CONNECT).build();
    let mut config = SdkConfig::builder()
        .behavior_version(BehaviorVersion::latest())
        .region(env::var("AWS_REGION").ok().map(Region::new))
        .credentials_provider(SharedCredentialsProvider::new(EnvironmentVariableCredentialsProvider::new()))
        .retry_config(RetryConfig::disabled())
        .timeout_config(timeouts);
    config.set_endpoint_url(env::var("AWS_ENDPOINT_URL").ok());
    config.build()
}

/// The store on one DynamoDB table.
#[derive(Debug, Clone)]
pub struct DynamoStore {
    pub(crate) client: Client,
    pub(crate) table: String,
    /// On whose behalf staff's rows are written.
    pub(crate) signature: Option<Signature>,
}

impl DynamoStore {
    #[must_use]
    pub fn new(client: Client, table: impl Into<String>) -> Self {
        Self { client, table: table.into(), signature: None }
    }

    pub(crate) fn row<'a>(&'a self, item: &'a Item) -> Row<'a> {
        Row::new(&self.table, item)
    }

    /// One row, as it is now.
    pub(crate) async fn read(&self, key: &Key) -> Result<Option<Item>, StoreError> {
        let get = self.client.get_item().table_name(&self.table).set_key(Some(key.attributes()));
        Ok(get.consistent_read(true).send().await.map_err(classify)?.item)
    }

    /// Puts a row in place of whatever is there.
    pub(crate) async fn put(&self, item: Item) -> Result<(), StoreError> {
        let put = self.client.put_item().table_name(&self.table).set_item(Some(item));
        put.send().await.map_err(classify).map(drop)
    }

    /// Rows as they are now, in no order; absent ones are left out. No key may stand twice.
    pub(crate) async fn read_all(&self, keys: &[Key]) -> Result<Vec<Item>, StoreError> {
        if let [key] = keys {
            return Ok(self.read(key).await?.into_iter().collect());
        }
        let mut items = Vec::with_capacity(keys.len());
        for chunk in keys.chunks(READS_A_BATCH) {
            let mut wanted = Some(wanted(chunk).map_err(|error| StoreError::Failed(error.into()))?);
            while let Some(keys) = wanted.take() {
                let asked = keys.keys().len();
                let request = HashMap::from([(self.table.clone(), keys)]);
                let answer = self.client.batch_get_item().set_request_items(Some(request)).send().await;
                let answer = answer.map_err(classify)?;
                let found = answer.responses.and_then(|mut tables| tables.remove(&self.table));
                items.extend(found.unwrap_or_default());
                wanted = answer.unprocessed_keys.and_then(|mut tables| tables.remove(&self.table));
                progress(asked, wanted.as_ref().map_or(0, |keys| keys.keys().len()))?;
            }
        }
        Ok(items)
    }

    /// Puts rows, overwriting what is there.
    pub(crate) async fn put_all(&self, items: Vec<Item>) -> Result<(), StoreError> {
        for chunk in items.chunks(WRITES_A_BATCH) {
            let puts: Result<Vec<WriteRequest>, _> = chunk.iter().map(put_request).collect();
            let puts = puts.map_err(|error| StoreError::Failed(error.into()))?;
            let mut pending = Some(puts).filter(|puts| !puts.is_empty());
            while let Some(puts) = pending.take() {
                let sent = puts.len();
                let request = HashMap::from([(self.table.clone(), puts)]);
                let answer = self.client.batch_write_item().set_request_items(Some(request)).send().await;
                let left = answer.map_err(classify)?.unprocessed_items;
                pending = left.and_then(|mut tables| tables.remove(&self.table)).filter(|puts| !puts.is_empty());
                progress(sent, pending.as_ref().map_or(0, Vec::len))?;
            }
        }
        Ok(())
    }

    /// Every row of a partition whose sort key begins with `prefix`, as they are now, in order.
    pub(crate) async fn partition(&self, pk: &str, prefix: &str) -> Result<Vec<Item>, StoreError> {
        if prefix.is_empty() {
            return self.rows_where("pk = :pk", &[(":pk", pk)]).await;
        }
        self.rows_where("pk = :pk AND begins_with(sk, :prefix)", &[(":pk", pk), (":prefix", prefix)]).await
    }

    /// Every row of a partition up to the sort key `last`, as they are now, in order.
    pub(crate) async fn partition_up_to(&self, pk: &str, last: &str) -> Result<Vec<Item>, StoreError> {
        self.rows_where("pk = :pk AND sk <= :last", &[(":pk", pk), (":last", last)]).await
    }

    async fn rows_where(&self, condition: &str, values: &[(&str, &str)]) -> Result<Vec<Item>, StoreError> {
        let value = |(name, text): &(&str, &str)| ((*name).to_owned(), AttributeValue::S((*text).to_owned()));
        let values: Item = values.iter().map(value).collect();
        let mut items = Vec::new();
        let mut from: Option<Item> = None;
        loop {
            let query = self
                .client
                .query()
                .table_name(&self.table)
                .consistent_read(true)
                .key_condition_expression(condition)
                .set_expression_attribute_values(Some(values.clone()))
                .set_exclusive_start_key(from.take());
            let answer = query.send().await.map_err(classify)?;
            items.extend(answer.items.unwrap_or_default());
            match answer.last_evaluated_key {
                Some(key) => from = Some(key),
                None => return Ok(items),
            }
        }
    }
}

/// A batch of which nothing was carried out was throttled: to ask again is up to the one layer of retries.
fn progress(sent: usize, left: usize) -> Result<(), StoreError> {
    if left < sent { Ok(()) } else { Err(StoreError::Throttled) }
}

fn wanted(keys: &[Key]) -> Result<KeysAndAttributes, aws_sdk_dynamodb::error::BuildError> {
    let attributes = keys.iter().map(Key::attributes).collect();
    KeysAndAttributes::builder().set_keys(Some(attributes)).consistent_read(true).build()
}

fn put_request(item: &Item) -> Result<WriteRequest, aws_sdk_dynamodb::error::BuildError> {
    let put = aws_sdk_dynamodb::types::PutRequest::builder().set_item(Some(item.clone())).build()?;
    Ok(WriteRequest::builder().put_request(put).build())
}
