use aws_sdk_dynamodb::types::AttributeValue;
use vaxslot_app::ports::{Listed, StoreError};
use vaxslot_domain::{
    Date,
    id::{CenterId, SessionId},
    search::{Days, ListOf, Listing},
    session::{Session, Shard, ShardKey},
};

use crate::{
    error::classify,
    expression::Terms,
    keys::{self, LISTING},
    rows::{read_session, read_shard},
    store::DynamoStore,
};

/// Sorts behind every listing that begins with the same text: `~` comes after digits, letters, `#` and `-`.
const LAST: &str = "~";
/// Sorts right behind the very text it is appended to.
const NEXT: &str = " ";

/// Reads of sessions and shards.
impl DynamoStore {
    pub(crate) async fn read_session(&self, id: SessionId) -> Result<Option<Session>, StoreError> {
        let item = self.read(&keys::session(id)).await?;
        item.map(|item| Ok(read_session(&self.row(&item))?)).transpose()
    }

    pub(crate) async fn list_days(
        &self,
        list: ListOf,
        days: Days,
        after: Option<Listing>,
        most: u32,
    ) -> Result<Listed, StoreError> {
        let from = behind(after, days.from());
        self.list_between(list, from, format!("{}{LAST}", days.to()), most).await
    }

    pub(crate) async fn list_from(
        &self,
        center: CenterId,
        from: Date,
        after: Option<Listing>,
        most: u32,
    ) -> Result<Listed, StoreError> {
        let from = behind(after, from);
        self.list_between(ListOf::Center(center), from, LAST.to_owned(), most).await
    }

    /// One query over the index that keeps the list.
    async fn list_between(&self, list: ListOf, from: String, to: String, most: u32) -> Result<Listed, StoreError> {
        if from > to {
            return Ok(Listed { sessions: Vec::new(), more: false });
        }
        let (index, attribute, value) = keys::list(list);
        let terms = Terms::default().names(&[attribute, LISTING]).value("list", value);
        let (names, values) = terms.text("from", from).text("to", to).parts();
        let query = self
            .client
            .query()
            .table_name(&self.table)
            .index_name(index)
            .key_condition_expression(format!("#{attribute} = :list AND #{LISTING} BETWEEN :from AND :to"))
            .set_expression_attribute_names(names)
            .set_expression_attribute_values(values)
            // One more, to see whether the list goes on.
            .limit(i32::try_from(most.saturating_add(1)).unwrap_or(i32::MAX));
        let answer = query.send().await.map_err(classify)?;
        let read = |item| Ok(read_session(&self.row(item))?);
        let most = usize::try_from(most).unwrap_or(usize::MAX);
        let sessions = answer.items().iter().take(most).map(read).collect::<Result<_, StoreError>>()?;
        Ok(Listed { sessions, more: answer.items().len() > most || answer.last_evaluated_key.is_some() })
    }

    pub(crate) async fn read_shards(&self, keys: &[ShardKey]) -> Result<Vec<Shard>, StoreError> {
        if keys.is_empty() {
            return Ok(Vec::new());
        }
        let keys: Vec<_> = keys.iter().map(|key| keys::shard(*key)).collect();
        let items = self.read_all(&keys).await?;
        let mut shards =
            items.iter().map(|item| Ok(read_shard(&self.row(item))?)).collect::<Result<Vec<Shard>, StoreError>>()?;
        shards.sort_by_key(|shard| shard.key);
        Ok(shards)
    }
}

/// Where a list is read from: a day, or behind a place on it or later.
fn behind(after: Option<Listing>, from: Date) -> String {
    let place = after.map(|listing| format!("{listing}{NEXT}"));
    place.unwrap_or_default().max(from.to_string())
}

/// A list of a session's row as a value for `:name`.
pub(crate) fn pool_values(terms: Terms, lists: [(&'static str, AttributeValue); 3]) -> Terms {
    lists.into_iter().fold(terms, |terms, (name, value)| terms.names(&[name]).value(name, value))
}
