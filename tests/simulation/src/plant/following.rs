//! A projector that adds up, where it should count again.

use std::sync::Arc;

use aws_lambda_events::dynamodb::EventRecord;
use vaxslot_app::{
    ports::{DayFigures, Host, RollupWrite, Sessions, StoreError, Tried},
    retry::persist,
};
use vaxslot_aws::rows::{Item, Row, read_shard};
use vaxslot_domain::{
    rollup::{Level, Node},
    session::{Session, Shard},
};

use crate::store::SimStore;

/// Whether a record tells of a shard that was there before.
#[must_use]
pub fn is_of_shard(record: &EventRecord) -> bool {
    image(&record.change.old_image).is_some() && image(&record.change.new_image).is_some()
}

/// Adds to the sums what each record changed.
pub async fn increment(store: SimStore, host: Arc<dyn Host>, records: Vec<EventRecord>) {
    for record in records {
        let (before, after) = (image(&record.change.old_image), image(&record.change.new_image));
        if let (Some(before), Some(after)) = (before, after) {
            let _ = add(&store, &*host, &before, &after).await;
        }
    }
}

fn image(item: &serde_dynamo::Item) -> Option<Shard> {
    read_shard(&Row::new("table", &Item::from(item.clone()))).ok()
}

async fn add(store: &SimStore, host: &dyn Host, before: &Shard, after: &Shard) -> Result<(), StoreError> {
    let pool = after.key.pool;
    let session = loop {
        let Some(mut session) = persist(host, || store.session(pool.session)).await? else { return Ok(()) };
        let Some(place) = session.pool_place(pool.slot, pool.dose) else { return Ok(()) };
        let sums = &mut session.pools[place];
        sums.free = (sums.free + after.free).saturating_sub(before.free);
        sums.capacity = (sums.capacity + after.capacity).saturating_sub(before.capacity);
        let write = || store.summarize(session.id, session.version, &session.pools);
        if let Tried::Done(()) = persist(host, write).await? {
            break session;
        }
    };
    for (under, node) in rows_of(&session) {
        add_to_row(store, host, &session, (under, node), before, after).await?;
    }
    Ok(())
}

async fn add_to_row(
    store: &SimStore,
    host: &dyn Host,
    session: &Session,
    (under, node): (Level, Node),
    before: &Shard,
    after: &Shard,
) -> Result<(), StoreError> {
    let booked = |shard: &Shard| u64::from(shard.capacity.saturating_sub(shard.free));
    loop {
        let version = persist(host, || store.row_version(session.date, under, node)).await?;
        let rows = persist(host, || store.rows(session.date, under)).await?;
        let Some(mut row) = rows.into_iter().find(|row| row.node == node) else { return Ok(()) };
        row.figures.booked = (row.figures.booked + booked(after)).saturating_sub(booked(before));
        row.figures.capacity =
            (row.figures.capacity + u64::from(after.capacity)).saturating_sub(before.capacity.into());
        let write = RollupWrite { date: session.date, under, row, version };
        if let Tried::Done(()) = persist(host, || store.write_row(&write)).await? {
            return Ok(());
        }
    }
}

fn rows_of(session: &Session) -> [(Level, Node); 4] {
    let (center, district) = (session.center.id, session.center.district.id);
    let state = session.center.district.state.id;
    [
        (Level::Center(center), Node::Session(session.id)),
        (Level::District(district), Node::Center(center)),
        (Level::State(state), Node::District(district)),
        (Level::Country, Node::State(state)),
    ]
}
