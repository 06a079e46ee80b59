use vaxslot_domain::{
    SignedDuration,
    access::Scope,
    id::SessionId,
    session::{Session, SessionStatus},
    trail::Deed,
};

use super::{Staff, StaffError};
use crate::{cancelling::Cancelling, ports::Tried, retry::persist};

/// How long a request to cancel a session goes on releasing appointments. The sweeper does the rest.
const WITHIN: SignedDuration = SignedDuration::from_secs(10);

impl Staff {
    /// Cancels a session for good. When this returns, no booking gets through any more; appointments are released as far as
    /// time allows, and soon afterwards by the sweeper. Repeated, it goes on where it stands.
    pub async fn cancel(&self, id: SessionId, scope: &Scope) -> Result<Session, StaffError> {
        let now = self.host.now();
        let store = self.signing(Deed::CancelSession);
        let begun = persist(&*self.host, || store.begin_cancelling(id, scope, now)).await?;
        if let Tried::Refused(None) = begun {
            return Err(StaffError::NoSuchSession(id));
        }
        let until = now.saturating_add(WITHIN).unwrap_or(now);
        let carried_on = Cancelling::new(self.store.clone(), self.host.clone()).carry_on(id, until).await;
        let session = persist(&*self.host, || self.store.session(id)).await?.ok_or(StaffError::NoSuchSession(id))?;
        match carried_on {
            // What fails after that is tried again each minute, and reported there.
            Err(error) if session.status != SessionStatus::Cancelled => Err(error.into()),
            _ => Ok(session),
        }
    }
}
