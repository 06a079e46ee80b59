use async_trait::async_trait;
use vaxslot_app::ports::{DueCancellation, DueEnd, DueHold, Dues, StoreError, end_list, hold_list};
use vaxslot_domain::{Timestamp, appointment::Status, id::SessionId, person::Beneficiary};

use super::MemoryStore;

#[async_trait]
impl Dues for MemoryStore {
    async fn due_holds(
        &self,
        list: u8,
        before: Timestamp,
        after: Option<DueHold>,
        most: u32,
    ) -> Result<Vec<DueHold>, StoreError> {
        let tables = self.tables();
        let holds = tables.people.values().filter(|person| hold_list(person.id) == list).filter_map(hold);
        let due = holds.filter(|hold| hold.until < before);
        Ok(page(due, after, most))
    }

    async fn due_cancellations(
        &self,
        after: Option<DueCancellation>,
        most: u32,
    ) -> Result<Vec<DueCancellation>, StoreError> {
        let tables = self.tables();
        let due = tables
            .sessions
            .values()
            .filter_map(|session| session.cancelling.map(|since| DueCancellation { since, session: session.id }));
        Ok(page(due, after, most))
    }

    async fn due_ends(
        &self,
        list: u8,
        before: Timestamp,
        after: Option<DueEnd>,
        most: u32,
    ) -> Result<Vec<DueEnd>, StoreError> {
        let tables = self.tables();
        let due = tables.ends.values().copied().filter(|end| end_list(end.session) == list && end.at < before);
        Ok(page(due, after, most))
    }

    async fn file_end(&self, end: DueEnd) -> Result<(), StoreError> {
        self.tables().ends.insert(end.session, end);
        Ok(())
    }

    async fn drop_end(&self, session: SessionId) -> Result<(), StoreError> {
        self.tables().ends.remove(&session);
        Ok(())
    }
}

fn hold(person: &Beneficiary) -> Option<DueHold> {
    match person.active.as_ref()?.status {
        Status::Held { until } => Some(DueHold { until, person: person.id }),
        _ => None,
    }
}

fn page<T: Ord + Copy>(due: impl Iterator<Item = T>, after: Option<T>, most: u32) -> Vec<T> {
    let mut due: Vec<T> = due.filter(|one| after.is_none_or(|after| *one > after)).collect();
    due.sort_unstable();
    due.truncate(usize::try_from(most).unwrap_or(usize::MAX));
    due
}
