//! Tables on the engine that `make test` starts.

use std::{env, sync::Arc};

use aws_sdk_dynamodb::Client;
use vaxslot_aws::DynamoStore;
use vaxslot_testkit::{table, wire::Wire};

/// A table of one test's own.
pub struct Table {
    pub name: String,
    /// What the store's calls go over.
    pub wire: Wire,
    pub store: Arc<DynamoStore>,
    /// A client over the wire, for stores of functions.
    pub client: Client,
    /// A client for looking at rows as they are, beside the wire.
    pub raw: Client,
}

/// Makes an empty table.
pub async fn table() -> Table {
    over(Wire::new()).await
}

/// Makes an empty table whose store tells the capacity units it consumes.
pub async fn table_with_units() -> Table {
    over(Wire::counting_units()).await
}

async fn over(wire: Wire) -> Table {
    let engine = env::var("DYNAMODB_LOCAL_URL").expect(
        "DYNAMODB_LOCAL_URL is not set: these tests need DynamoDB Local, which `make test` installs, starts and names",
    );
    let made = table::create(&engine, &wire).await;
    let (client, name) = made.unwrap_or_else(|error| panic!("no table at {engine}, is DynamoDB Local up? {error:?}"));
    wire.reset();
    let raw = table::client(&engine, &Wire::new());
    Table { store: Arc::new(DynamoStore::new(client.clone(), name.clone())), client, name, wire, raw }
}
