//! A projector that adds up, where it should count again.

use std::sync::Arc;

use aws_lambda_events::dynamodb::EventRecord;
use vaxslot_app::{
    ports::{DayFigures, Host, RollupWrite, Sessions, StoreError, Tried, Versioned},
    retry::persist,
};
use vaxslot_aws::rows::{Item, Row, read_shard};
use vaxslot_domain::{
    rollup::{Day, Spot, leaf, steps},
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
        let write = || store.summarize(session.id, session.version, &session.pools, &session.turns);
        if let Tried::Done(()) = persist(host, write).await? {
            break session;
        }
    };
    for spot in spots_of(&session) {
        add_to_row(store, host, spot, before, after).await?;
    }
    Ok(())
}

async fn add_to_row(
    store: &SimStore,
    host: &dyn Host,
    spot: Spot,
    before: &Shard,
    after: &Shard,
) -> Result<(), StoreError> {
    let spots = [spot];
    loop {
        let found = persist(host, || store.rows_at(&spots)).await?;
        let Some(Versioned { mut row, version }) = found.into_iter().flatten().next() else { return Ok(()) };
        let Some(counts) = row.figures.cells.values_mut().next() else { return Ok(()) };
        counts.free = (counts.free + u64::from(after.free)).saturating_sub(before.free.into());
        counts.capacity = (counts.capacity + u64::from(after.capacity)).saturating_sub(before.capacity.into());
        let write = RollupWrite { day: spot.day, under: spot.under, row, version };
        if let Tried::Done(()) = persist(host, || store.write_row(&write)).await? {
            return Ok(());
        }
    }
}

fn spots_of(session: &Session) -> Vec<Spot> {
    let day = Day::of_appointments(session.date);
    let above = steps(session).map(|step| Spot { day, under: step.under, node: step.node });
    std::iter::once(leaf(day, session)).chain(above).collect()
}
