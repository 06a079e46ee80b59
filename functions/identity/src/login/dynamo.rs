use std::collections::HashMap;

use async_trait::async_trait;
use aws_sdk_dynamodb::{
    Client,
    operation::update_item::{UpdateItemError, builders::UpdateItemFluentBuilder},
    types::{AttributeValue, ReturnValue},
};
use uuid::Uuid;
use vaxslot_app::ports::StoreError;
use vaxslot_aws::{
    DynamoGrants, classify,
    keys::{self, Key, PK, SK},
    rows::{Item, Row},
};
use vaxslot_domain::{Timestamp, access::Caller, id::AccountId};

use super::{
    code::TRIES,
    rows::{Filed, Logins, Session},
};

/// How long what counts no more stays, in seconds: to be told from what never was, by whoever looks into it.
const KEPT: i64 = 24 * 3600;

/// Codes and logins in the table.
#[derive(Debug, Clone)]
pub struct DynamoLogins {
    client: Client,
    table: String,
}

impl DynamoLogins {
    #[must_use]
    pub fn new(client: Client, table: impl Into<String>) -> Self {
        Self { client, table: table.into() }
    }

    async fn put(
        &self,
        key: Key,
        facts: impl IntoIterator<Item = (&'static str, AttributeValue)>,
    ) -> Result<(), StoreError> {
        let keys = [(PK, AttributeValue::S(key.pk)), (SK, AttributeValue::S(key.sk))];
        let item: Item = keys.into_iter().chain(facts).map(|(name, value)| (name.to_owned(), value)).collect();
        self.client.put_item().table_name(&self.table).set_item(Some(item)).send().await.map_err(classify)?;
        Ok(())
    }

    fn read(&self, item: &Item) -> Result<Session, StoreError> {
        let row = Row::new(&self.table, item);
        let instant =
            |name: &str| Timestamp::from_millisecond(row.get(name)?).map_err(|_| row.bad(name, "is no instant"));
        Ok(Session {
            account: row.get("account")?,
            phone: row.get("phone")?,
            generation: row.get("generation")?,
            renewed_at: instant("renewed_ms")?,
            until: instant("until_ms")?,
            ended: item.get("ended").is_some_and(|ended| ended.as_bool() == Ok(&true)),
        })
    }

    fn update(&self, key: &Key) -> UpdateItemFluentBuilder {
        self.client.update_item().table_name(&self.table).set_key(Some(key.attributes()))
    }
}

/// What an update left; none if its condition failed.
async fn tried(update: UpdateItemFluentBuilder) -> Result<Option<Item>, StoreError> {
    match update.return_values(ReturnValue::AllNew).send().await {
        Ok(answer) => Ok(Some(answer.attributes.unwrap_or_default())),
        Err(error) => match error.as_service_error() {
            Some(UpdateItemError::ConditionalCheckFailedException(_)) => Ok(None),
            _ => Err(classify(error)),
        },
    }
}

fn text(value: impl ToString) -> AttributeValue {
    AttributeValue::S(value.to_string())
}

fn number(value: impl ToString) -> AttributeValue {
    AttributeValue::N(value.to_string())
}

#[async_trait]
impl Logins for DynamoLogins {
    async fn file(&self, challenge: Uuid, mac: &str, until: Timestamp) -> Result<(), StoreError> {
        let facts = [
            ("mac", text(mac)),
            ("tries", number(0)),
            ("until_ms", number(until.as_millisecond())),
            ("expires", number(until.as_second() + KEPT)),
        ];
        self.put(keys::code(challenge), facts).await
    }

    async fn try_code(&self, challenge: Uuid, now: Timestamp) -> Result<Option<Filed>, StoreError> {
        let update = self
            .update(&keys::code(challenge))
            .update_expression("SET tries = tries + :one")
            .condition_expression("tries < :most AND until_ms > :now AND attribute_not_exists(used_by)")
            .expression_attribute_values(":one", number(1))
            .expression_attribute_values(":most", number(TRIES))
            .expression_attribute_values(":now", number(now.as_millisecond()));
        let Some(item) = tried(update).await? else { return Ok(None) };
        let row = Row::new(&self.table, &item);
        Ok(Some(Filed { mac: row.text("mac")?.to_owned(), tries: row.get("tries")? }))
    }

    async fn use_up(&self, challenge: Uuid, attempt: Uuid) -> Result<bool, StoreError> {
        let update = self
            .update(&keys::code(challenge))
            .update_expression("SET used_by = :attempt")
            .condition_expression("attribute_exists(pk) AND (attribute_not_exists(used_by) OR used_by = :attempt)")
            .expression_attribute_values(":attempt", text(attempt));
        Ok(tried(update).await?.is_some())
    }

    async fn begin(&self, id: Uuid, session: &Session) -> Result<(), StoreError> {
        let facts = [
            ("account", text(session.account.as_str())),
            ("phone", text(session.phone.as_str())),
            ("generation", number(session.generation)),
            ("renewed_ms", number(session.renewed_at.as_millisecond())),
            ("until_ms", number(session.until.as_millisecond())),
            ("ended", AttributeValue::Bool(session.ended)),
            ("expires", number(session.until.as_second() + KEPT)),
        ];
        self.put(keys::login(&session.account, id), facts).await
    }

    async fn session(&self, account: &AccountId, id: Uuid) -> Result<Option<Session>, StoreError> {
        let key: HashMap<_, _> = keys::login(account, id).attributes();
        let get = self.client.get_item().table_name(&self.table).set_key(Some(key)).consistent_read(true);
        let item = get.send().await.map_err(classify)?.item;
        item.map(|item| self.read(&item)).transpose()
    }

    async fn of(&self, account: &AccountId) -> Result<Vec<(Uuid, Session)>, StoreError> {
        let mut logins = Vec::new();
        let mut from: Option<Item> = None;
        loop {
            let query = self
                .client
                .query()
                .table_name(&self.table)
                .consistent_read(true)
                .key_condition_expression("pk = :pk AND begins_with(sk, :logins)")
                .expression_attribute_values(":pk", text(&keys::account(account).pk))
                .expression_attribute_values(":logins", text(keys::LOGIN))
                .set_exclusive_start_key(from.take());
            let answer = query.send().await.map_err(classify)?;
            for item in answer.items.unwrap_or_default() {
                let row = Row::new(&self.table, &item);
                let id = row.text(SK)?.strip_prefix(keys::LOGIN).and_then(|id| id.parse().ok());
                logins.push((id.ok_or_else(|| row.bad(SK, "is no login's key"))?, self.read(&item)?));
            }
            match answer.last_evaluated_key {
                Some(key) => from = Some(key),
                None => return Ok(logins),
            }
        }
    }

    async fn renew(&self, account: &AccountId, id: Uuid, generation: u32, now: Timestamp) -> Result<bool, StoreError> {
        let update = self
            .update(&keys::login(account, id))
            .update_expression("SET generation = :next, renewed_ms = :now")
            .condition_expression("generation = :this AND ended = :no")
            .expression_attribute_values(":this", number(generation))
            .expression_attribute_values(":next", number(generation + 1))
            .expression_attribute_values(":now", number(now.as_millisecond()))
            .expression_attribute_values(":no", AttributeValue::Bool(false));
        Ok(tried(update).await?.is_some())
    }

    async fn granted(&self, account: &AccountId) -> Result<Option<Caller>, StoreError> {
        DynamoGrants::new(self.client.clone(), &self.table).of(account).await
    }

    async fn end(&self, account: &AccountId, id: Uuid) -> Result<(), StoreError> {
        let update = self
            .update(&keys::login(account, id))
            .update_expression("SET ended = :yes")
            .condition_expression("attribute_exists(pk)")
            .expression_attribute_values(":yes", AttributeValue::Bool(true));
        tried(update).await.map(drop)
    }

    async fn discard(&self, account: &AccountId, id: Uuid) -> Result<(), StoreError> {
        let key = keys::login(account, id).attributes();
        self.client.delete_item().table_name(&self.table).set_key(Some(key)).send().await.map_err(classify)?;
        Ok(())
    }
}
