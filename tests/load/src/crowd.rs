//! A table with many people in it, and a token for each of their accounts.

use aws_sdk_dynamodb::{
    Client,
    types::{PutRequest, WriteRequest},
};
use futures::{StreamExt, TryStreamExt, stream};
use vaxslot_aws::{DynamoStore, rows};
use vaxslot_domain::id::{AccountId, BeneficiaryId};
use vaxslot_testkit::{make, table, wire::Wire};

use crate::{Outcome, people::Citizen, setting::Setting};

/// How many people book with one account: as many as it may in a minute before a sandbox asks the table.
const A_FAMILY: u128 = 3;

/// A table of the template's shape on an engine.
pub struct Table {
    pub endpoint: String,
    pub name: String,
    pub client: Client,
}

/// Somebody who can log in.
#[derive(Debug, Clone)]
pub struct Person {
    pub account: AccountId,
    pub beneficiary: BeneficiaryId,
    pub token: String,
}

impl Table {
    pub async fn create(endpoint: &str) -> Outcome<Self> {
        let (client, name) = table::create(endpoint, &Wire::new()).await?;
        Ok(Self { endpoint: endpoint.to_owned(), name, client })
    }

    /// As the template has it, but for its indexes. Bookings need none.
    pub async fn without_indexes(endpoint: &str) -> Outcome<Self> {
        let (client, name) = table::create_without_indexes(endpoint, &Wire::new()).await?;
        Ok(Self { endpoint: endpoint.to_owned(), name, client })
    }

    pub fn store(&self) -> DynamoStore {
        DynamoStore::new(self.client.clone(), &self.name)
    }

    /// Where functions find it.
    pub fn variables(&self) -> Vec<(&'static str, String)> {
        vec![("AWS_ENDPOINT_URL", self.endpoint.clone()), ("TABLE_NAME", self.name.clone())]
    }

    /// `count` people, numbered from `first`, in families of three. Only the rows that a booking meets are written.
    pub async fn people(&self, setting: &Setting, first: u128, count: usize) -> Outcome<Vec<Person>> {
        let numbers: Vec<u128> = (first..).take(count).collect();
        let families: Vec<&[u128]> = numbers.chunks(usize::try_from(A_FAMILY)?).collect();
        let mut people = Vec::with_capacity(count);
        for family in &families {
            let account = account_of(family[0]);
            let citizen = Citizen { account: account.clone(), beneficiary: make::person_id(family[0]) };
            let token = setting.token(&citizen)?;
            people.extend(family.iter().map(|number| Person {
                account: account.clone(),
                beneficiary: make::person_id(*number),
                token: token.clone(),
            }));
        }
        let rows = families.chunks(8).map(|families| {
            let puts = families.iter().flat_map(|family| family.iter().map(|number| put(*number, family[0])));
            let batch = puts.collect::<Outcome<Vec<WriteRequest>>>();
            async { self.write(batch?).await }
        });
        stream::iter(rows).buffer_unordered(8).try_collect::<()>().await?;
        Ok(people)
    }

    async fn write(&self, batch: Vec<WriteRequest>) -> Outcome<()> {
        let answer = self.client.batch_write_item().request_items(&self.name, batch).send().await?;
        let left = answer.unprocessed_items.unwrap_or_default();
        if left.is_empty() { Ok(()) } else { Err("the engine left rows unwritten".into()) }
    }
}

fn account_of(number: u128) -> AccountId {
    make::account(&format!("citizen-{number}"))
}

fn put(number: u128, eldest: u128) -> Outcome<WriteRequest> {
    let row = rows::write_beneficiary(&make::adult(number, &account_of(eldest)));
    Ok(WriteRequest::builder().put_request(PutRequest::builder().set_item(Some(row)).build()?).build())
}
