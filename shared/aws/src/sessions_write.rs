use async_trait::async_trait;
use aws_sdk_dynamodb::{
    operation::update_item::UpdateItemError,
    types::{ReturnValue, ReturnValuesOnConditionCheckFailure as OnFailure},
};
use futures::{StreamExt, TryStreamExt, stream};
use vaxslot_app::ports::{Listed, Sessions, StoreError, Tried};
use vaxslot_domain::{
    Date, Timestamp,
    access::Scope,
    availability::Turns,
    booking::Check,
    capacity::ShardChange,
    center::Center,
    id::{CenterId, SessionId},
    opening::Opening,
    search::{Days, ListOf, Listing},
    session::{PoolSummary, Session, SessionStatus, Shard, ShardKey},
};

use crate::{
    cancellations::{counted, stands},
    centers::scope_condition,
    error::classify,
    expression::Terms,
    keys::{self, Key},
    rows::{Item, TURNS, instant, pool_lists, read_session, read_shard, turns_value, write_session, write_shard},
    sessions::pool_values,
    store::DynamoStore,
    transaction::Transaction,
};

/// The most items that one transaction takes.
const WRITES_A_TRANSACTION: usize = 100;
/// How many shards of a very large session are put at once.
const PUTS_AT_ONCE: usize = 16;

#[async_trait]
impl Sessions for DynamoStore {
    async fn session(&self, id: SessionId) -> Result<Option<Session>, StoreError> {
        self.read_session(id).await
    }

    async fn list(&self, list: ListOf, days: Days, after: Option<Listing>, most: u32) -> Result<Listed, StoreError> {
        self.list_days(list, days, after, most).await
    }

    async fn sessions_from(
        &self,
        center: CenterId,
        from: Date,
        after: Option<Listing>,
        most: u32,
    ) -> Result<Listed, StoreError> {
        self.list_from(center, from, after, most).await
    }

    async fn publish(&self, session: &Session, shards: &[Shard]) -> Result<Tried<(), Session>, StoreError> {
        let together = shards.len() < WRITES_A_TRANSACTION;
        if !together {
            if let Some(earlier) = self.read_session(session.id).await? {
                return Ok(Tried::Refused(earlier));
            }
            // The session's row comes last: until it is there, nobody looks for the shards.
            self.put_shards(shards).await?;
        }
        let mut transaction = Transaction::default();
        transaction.insert(self.signed_row(write_session(session)));
        if together {
            for shard in shards {
                transaction.insert(write_shard(shard));
            }
        }
        let Tried::Refused(found) = self.transact(transaction).await? else { return Ok(Tried::Done(())) };
        match found.first() {
            Some(Check::Failed(Some(item))) => Ok(Tried::Refused(read_session(&self.row(item))?)),
            _ => Err(StoreError::Failed(format!("session {} is absent, but not its shards", session.id).into())),
        }
    }

    async fn shards(&self, keys: &[ShardKey]) -> Result<Vec<Shard>, StoreError> {
        self.read_shards(keys).await
    }

    async fn set_status(
        &self,
        id: SessionId,
        scope: &Scope,
        status: SessionStatus,
    ) -> Result<Tried<Session, Option<Session>>, StoreError> {
        let terms = stands(counted()).text("status", status.name());
        self.change_standing(id, scope, "SET #status = :status, #version = #version + :one", terms).await
    }

    async fn set_opening(
        &self,
        id: SessionId,
        scope: &Scope,
        opening: Opening,
        now: Timestamp,
    ) -> Result<Tried<Session, Option<Session>>, StoreError> {
        let terms = stands(counted()).names(&["queue", "opens_at", "opening_set_at"]);
        let terms = terms.text("queue", opening.queue).text("opening_set_at", instant(now));
        let (update, terms) = match opening.opens_at {
            Some(opens_at) => ("SET #queue = :queue, #opens_at = :opens_at", terms.text("opens_at", instant(opens_at))),
            None => ("REMOVE #opens_at SET #queue = :queue", terms),
        };
        let update = format!("{update}, #opening_set_at = :opening_set_at, #version = #version + :one");
        self.change_standing(id, scope, &update, terms).await
    }

    async fn mark_shard(&self, shard: ShardKey, closed: bool) -> Result<(), StoreError> {
        let value = aws_sdk_dynamodb::types::AttributeValue::Bool(closed);
        let terms = Terms::default().names(&["closed"]).value("closed", value);
        let (key, terms) = (keys::shard(shard), terms.names(&["cancelled"]).moved());
        let condition = "attribute_exists(pk) AND attribute_not_exists(#cancelled)";
        self.update_if(&key, "SET #closed = :closed ADD #moves :one", condition, terms).await.map(drop)
    }

    async fn change_capacity(
        &self,
        session: &Session,
        scope: &Scope,
        changes: &[ShardChange],
    ) -> Result<Tried<(), ()>, StoreError> {
        let mut transaction = Transaction::default();
        let (condition, terms) = scope_condition(scope, versioned(session.version, &session.pools));
        let condition = format!("#version = :version AND {condition}");
        let (update, terms) = self.signed_update(SET_POOLS, terms);
        transaction.update(&keys::session(session.id), &update, &condition, terms);
        for change in changes {
            add_change(&mut transaction, change);
        }
        Ok(self.transact(transaction).await?.without_row())
    }

    async fn summarize(
        &self,
        id: SessionId,
        version: u64,
        pools: &[PoolSummary],
        turns: &Turns,
    ) -> Result<Tried<(), ()>, StoreError> {
        let terms = versioned(version, pools).names(&[TURNS]).value(TURNS, turns_value(turns));
        let update = format!("{SET_POOLS}, #{TURNS} = :{TURNS}");
        let tried = self.update_if(&keys::session(id), &update, "#version = :version", terms).await?;
        Ok(tried.without_row())
    }

    async fn relist(&self, session: &Session, center: &Center) -> Result<Tried<(), ()>, StoreError> {
        let changed = Session { center: center.clone(), version: session.version + 1, ..session.clone() };
        let terms = Terms::default().names(&["version"]).number("version", session.version);
        Ok(self.put_if(write_session(&changed), "#version = :version", terms).await?.without_row())
    }
}

/// Writes a session's pool lists and counts the change.
const SET_POOLS: &str = "SET #shards = :shards, #capacity = :capacity, #free = :free, #version = #version + :one";

fn versioned(version: u64, pools: &[PoolSummary]) -> Terms {
    let terms = Terms::default().names(&["version"]).number("version", version).number("one", 1);
    pool_values(terms, pool_lists(pools))
}

fn add_change(transaction: &mut Transaction, change: &ShardChange) {
    let key = keys::shard(change.shard().key);
    let by = |units: u32| Terms::default().number("by", units);
    let moving = |units: u32| by(units).names(&["capacity", "free"]).moved();
    let more = "SET #capacity = #capacity + :by, #free = #free + :by ADD #moves :one";
    let less = "SET #capacity = #capacity - :by, #free = #free - :by ADD #moves :one";
    match change {
        ShardChange::Add(shard) => transaction.insert(write_shard(shard)),
        ShardChange::Raise { by, .. } => transaction.update(&key, more, "attribute_exists(pk)", moving(*by)),
        ShardChange::Lower { by, .. } => transaction.update(&key, less, "#free >= :by", moving(*by)),
        ShardChange::Drain(shard) if shard.free == 0 => {
            transaction.check(&key, "#free = :by", by(0).names(&["free"]));
        }
        ShardChange::Drain(shard) => transaction.update(&key, less, "#free = :by", moving(shard.free)),
    }
}

impl DynamoStore {
    /// Updates a row under a condition and returns it as it is then; or as it is where it is refused, if it is there.
    pub(crate) async fn update_if(
        &self,
        key: &Key,
        update: &str,
        condition: &str,
        terms: Terms,
    ) -> Result<Tried<Item, Option<Item>>, StoreError> {
        let (names, values) = terms.parts();
        let request = self
            .client
            .update_item()
            .table_name(&self.table)
            .set_key(Some(key.attributes()))
            .update_expression(update)
            .condition_expression(condition)
            .set_expression_attribute_names(names)
            .set_expression_attribute_values(values)
            .return_values(ReturnValue::AllNew)
            .return_values_on_condition_check_failure(OnFailure::AllOld);
        match request.send().await {
            Ok(answer) => Ok(Tried::Done(answer.attributes.unwrap_or_default())),
            Err(error) => match error.as_service_error() {
                Some(UpdateItemError::ConditionalCheckFailedException(failed)) => {
                    Ok(Tried::Refused(failed.item().cloned()))
                }
                _ => Err(classify(error)),
            },
        }
    }

    /// Puts the shards of a session too large for one transaction. One that is there already must be from an earlier try
    /// of the same session, and unused.
    async fn put_shards(&self, shards: &[Shard]) -> Result<(), StoreError> {
        let puts: Vec<_> = shards.iter().copied().map(|shard| self.put_shard(shard)).collect();
        stream::iter(puts).buffer_unordered(PUTS_AT_ONCE).try_collect::<Vec<()>>().await.map(drop)
    }

    async fn put_shard(&self, shard: Shard) -> Result<(), StoreError> {
        match self.put_if(write_shard(&shard), "attribute_not_exists(pk)", Terms::default()).await? {
            Tried::Refused(item) if read_shard(&self.row(&item))?.capacity != shard.capacity => {
                Err(StoreError::Failed("a shard of another layout is in the way".into()))
            }
            _ => Ok(()),
        }
    }
}
