use std::sync::Arc;

use aws_lambda_events::{
    dynamodb::{Event, EventRecord},
    streams::{DynamoDbBatchItemFailure, DynamoDbEventResponse},
};
use vaxslot_app::{
    ports::{BadRow, StoreError},
    projection::{Projection, Touched},
    times::{TRAIL_DAYS, days},
};
use vaxslot_aws::{
    rows::Item,
    stream::{self, Change},
};
use vaxslot_domain::SignedDuration;

/// Carries out what follows from a batch of changes.
pub struct Projector {
    projection: Arc<Projection>,
    table: String,
    trail: SignedDuration,
}

impl Projector {
    #[must_use]
    pub fn new(projection: Arc<Projection>, table: impl Into<String>) -> Self {
        Self { projection, table: table.into(), trail: days(TRAIL_DAYS) }
    }

    /// The same, keeping the trail of staff for so many days.
    #[must_use]
    pub fn keeping_trail(self, number: u32) -> Self {
        Self { trail: days(number), ..self }
    }

    /// Handles a batch. Names the first record that could not be handled: the stream brings it and all behind it again.
    pub async fn handle(&self, batch: Event) -> DynamoDbEventResponse {
        let mut response = DynamoDbEventResponse::default();
        if let Err(failure) = self.follow(&batch.records).await {
            let record = &batch.records[failure.place];
            let error = vaxslot_api::chain(&*failure.error);
            tracing::error!(error, event_id = record.event_id, "a stream record could not be handled");
            let mut first = DynamoDbBatchItemFailure::default();
            first.item_identifier.clone_from(&record.change.sequence_number);
            response.batch_item_failures.push(first);
        }
        response
    }

    /// Carries out what follows from the records, up to the first that fails: whatever is before it counts as handled, and does not
    /// come again.
    async fn follow(&self, records: &[EventRecord]) -> Result<(), Failure> {
        let (changes, bad) = self.read_all(records);
        let touched = touched(&changes);
        self.projection.recount(&touched).await.map_err(|error| Failure::at(0, error))?;
        let failed = [bad, self.note(&changes).await.err(), self.announce(&changes).await.err()];
        let failed = failed.into_iter().flatten().min_by_key(|failure| failure.place);
        let end = failed.as_ref().map_or(records.len(), |failure| failure.place);
        for (place, change) in changes.into_iter().filter(|(place, _)| *place < end) {
            match change {
                Change::Told(event) => self.projection.tell(&event).await,
                Change::Center(id) => self.projection.relist(id).await,
                Change::Session(_)
                | Change::Ended(_)
                | Change::Refiled(_)
                | Change::Stands(_)
                | Change::Noted(_)
                | Change::Turned(_) => Ok(()),
            }
            .map_err(|error| Failure::at(place, error))?;
        }
        failed.map_or(Ok(()), Err)
    }

    /// The changes up to the first record that does not parse.
    fn read_all(&self, records: &[EventRecord]) -> (Vec<(usize, Change)>, Option<Failure>) {
        let mut changes = Vec::new();
        for (place, record) in records.iter().enumerate() {
            match self.read(record) {
                Ok(found) => changes.extend(found.map(|change| (place, change))),
                Err(error) => return (changes, Some(Failure { place, error: error.into() })),
            }
        }
        (changes, None)
    }

    fn read(&self, record: &EventRecord) -> Result<impl Iterator<Item = Change> + use<>, BadRow> {
        let image = |item: &serde_dynamo::Item| Some(Item::from(item.clone())).filter(|item| !item.is_empty());
        let (before, after) = (image(&record.change.old_image), image(&record.change.new_image));
        let change = stream::read(&self.table, before.as_ref(), after.as_ref())?;
        let stands = stream::stands(&self.table, before.as_ref(), after.as_ref())?;
        let noted = stream::noted(&self.table, &record.event_id, before.as_ref(), after.as_ref())?;
        let turned = stream::turned(&self.table, before.as_ref(), after.as_ref())?;
        Ok(change.into_iter().chain(stands).chain(noted).chain(turned))
    }

    /// The entries of the trail that a batch adds. Names the first that could not be.
    async fn note(&self, changes: &[(usize, Change)]) -> Result<(), Failure> {
        let (places, entries) = picked(changes, |change| match change {
            Change::Noted(entry) => Some(&**entry),
            _ => None,
        });
        for (place, outcome) in places.into_iter().zip(self.projection.note(&entries, self.trail).await) {
            outcome.map_err(|error| Failure::at(place, error))?;
        }
        Ok(())
    }

    /// What can be had since this batch, or no longer. Names the first that could not be told.
    async fn announce(&self, changes: &[(usize, Change)]) -> Result<(), Failure> {
        let (places, turns) = picked(changes, |change| match change {
            Change::Turned(turned) => Some(&**turned),
            _ => None,
        });
        let announced = self.projection.announce(&turns).await;
        announced.map_err(|(first, error)| Failure::at(places[first], error))
    }
}

/// The changes of one kind, and where their records stand.
fn picked<'a, T>(
    changes: &'a [(usize, Change)],
    pick: impl Fn(&'a Change) -> Option<&'a T>,
) -> (Vec<usize>, Vec<&'a T>) {
    changes.iter().filter_map(|(place, change)| Some((*place, pick(change)?))).unzip()
}

/// Each session and each appointment once, however many records tell of it.
fn touched(changes: &[(usize, Change)]) -> Touched {
    let mut touched = Touched::default();
    for (_, change) in changes {
        match change {
            Change::Session(id) => drop(touched.sessions.insert(*id)),
            Change::Ended(id) => drop(touched.ended.insert(*id)),
            Change::Refiled(id) => drop(touched.refiled.insert(*id)),
            Change::Stands(appointment) => touched.stands(appointment),
            Change::Center(_) | Change::Told(_) | Change::Noted(_) | Change::Turned(_) => {}
        }
    }
    touched
}

/// A record that could not be handled.
struct Failure {
    place: usize,
    error: Box<dyn std::error::Error + Send + Sync>,
}

impl Failure {
    fn at(place: usize, error: StoreError) -> Self {
        Self { place, error: error.into() }
    }
}
