use std::sync::Arc;

use async_trait::async_trait;
use vaxslot_app::ports::{Signs, Store, StoreError, Stretch, Trail};
use vaxslot_domain::{
    Timestamp,
    trail::{Entry, Ledger, Signature},
};

use crate::{
    error::classify,
    expression::Terms,
    keys::{self, PK, SK},
    rows::{Item, instant, read_entry, signed, write_entry},
    store::DynamoStore,
};

impl Signs for DynamoStore {
    fn signing(self: Arc<Self>, signature: Signature) -> Arc<dyn Store> {
        Arc::new(Self { signature: Some(signature), ..(*self).clone() })
    }

    fn plain(self: Arc<Self>) -> Arc<dyn Store> {
        self
    }
}

impl DynamoStore {
    /// A row as it is put on behalf of staff.
    pub(crate) fn signed_row(&self, mut item: Item) -> Item {
        let attributes = self.signature.iter().flat_map(signed);
        item.extend(attributes.map(|(name, value)| (name.to_owned(), value)));
        item
    }

    /// An update on behalf of staff; it must end in its `SET` clause.
    pub(crate) fn signed_update(&self, update: &str, terms: Terms) -> (String, Terms) {
        let Some(signature) = &self.signature else { return (update.to_owned(), terms) };
        let (mut update, mut terms) = (update.to_owned(), terms);
        for (name, value) in signed(signature) {
            update = format!("{update}, #{name} = :{name}");
            terms = terms.names(&[name]).value(name, value);
        }
        (update, terms)
    }
}

#[async_trait]
impl Trail for DynamoStore {
    async fn note(&self, entry: &Entry, until: Timestamp) -> Result<(), StoreError> {
        let row = write_entry(entry, until);
        self.put_if(row, "attribute_not_exists(pk)", Terms::default()).await.map(drop)
    }

    async fn trail(&self, ledger: Ledger, stretch: &Stretch, most: u32) -> Result<Vec<Entry>, StoreError> {
        let (from, mut to) = (instant(stretch.from), instant(stretch.to));
        // A sort key is an instant and more: it sorts behind the bare instant, so that one at `to` is behind the end.
        if let Some(place) = &stretch.before {
            to = to.min(keys::trail_place(place));
        }
        if from >= to {
            return Ok(Vec::new());
        }
        // `BETWEEN` takes both ends: the one that a page ended with is asked for, and left out.
        let asked = most.saturating_add(1);
        let terms = Terms::default().names(&[PK, SK]).text("pk", keys::trail_of(ledger));
        let (names, values) = terms.text("from", &from).text("to", &to).parts();
        let query = self
            .client
            .query()
            .table_name(&self.table)
            .consistent_read(true)
            .key_condition_expression("#pk = :pk AND #sk BETWEEN :from AND :to")
            .set_expression_attribute_names(names)
            .set_expression_attribute_values(values)
            .scan_index_forward(false)
            .limit(i32::try_from(asked).unwrap_or(i32::MAX));
        let items = query.send().await.map_err(classify)?.items.unwrap_or_default();
        let entries = items.iter().map(|item| Ok(read_entry(&self.row(item))?));
        let mut entries: Vec<Entry> = entries.collect::<Result<_, StoreError>>()?;
        entries.retain(|entry| stretch.before.as_ref().is_none_or(|place| entry.place() < *place));
        entries.truncate(usize::try_from(most).unwrap_or(usize::MAX));
        Ok(entries)
    }
}
