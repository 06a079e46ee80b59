use vaxslot_domain::{
    access::Scope, id::SessionId, opening::Opening, schedule::BadSchedule, session::Session, trail::Deed,
};

use super::{Staff, StaffError, standing};
use crate::retry::persist;

impl Staff {
    /// Says from when a session can be booked, and whether reservations are queued. Functions may remember for a second how
    /// it was before.
    pub async fn set_opening(&self, id: SessionId, scope: &Scope, opening: Opening) -> Result<Session, StaffError> {
        let found = persist(&*self.host, || self.store.session(id)).await?;
        let mine = found.filter(|session| scope.covers_center(&session.center));
        let session = mine.ok_or(StaffError::NoSuchSession(id))?;
        // Neither its day nor its slots ever change, so what was just read still holds when the write arrives.
        if opening.opens_at >= session.last_start() {
            return Err(BadSchedule::OpensTooLate.into());
        }
        let (store, now) = (self.signing(Deed::SetOpening), self.host.now());
        standing(id, persist(&*self.host, || store.set_opening(id, scope, opening, now)).await?)
    }
}
