use std::sync::Arc;

use vaxslot_app::{
    ports::{Host, Sms, Store, StoreError},
    retry::persist,
};
use vaxslot_aws::EventMessage;
use vaxslot_domain::{
    Date,
    id::{AppointmentId, BeneficiaryId, SessionId},
    person::Beneficiary,
    reference::Reference,
    session::Session,
};

use crate::{
    marks::{Marked, Marks},
    message::{Facts, Template, Templates},
};

/// Why an event could not be told. None of these names a person.
#[derive(Debug, thiserror::Error)]
pub enum NotifyError {
    #[error("another sender is at this event")]
    Busy,
    #[error("the event's {0} cannot be read")]
    BadEvent(&'static str),
    #[error("the event's {0} is not in the store")]
    Absent(&'static str),
    #[error("the text cannot be rendered")]
    Template(#[from] minijinja::Error),
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Telling people what happened to their appointments.
pub struct Notify {
    pub store: Arc<dyn Store>,
    pub marks: Arc<dyn Marks>,
    pub sms: Arc<dyn Sms>,
    pub host: Arc<dyn Host>,
    pub templates: Templates,
}

impl Notify {
    /// Tells one event, unless it asks for no message or was told before.
    ///
    /// # Errors
    /// When it is to be tried again.
    pub async fn tell(&self, event: &EventMessage) -> Result<(), NotifyError> {
        let Some(template) = Template::of(&event.kind, &event.status) else { return Ok(()) };
        let (person, session) = self.look_up(event).await?;
        // Who was registered at a center left no phone.
        if person.account.is_of_center() {
            return Ok(());
        }
        let account = persist(&*self.host, || self.store.account(&person.account)).await?;
        let account = account.ok_or(NotifyError::Absent("account"))?;
        let text = self.templates.render(template, &facts(event, &person, &session)?)?;
        match persist(&*self.host, || self.marks.take(&event.id, self.host.now())).await? {
            Marked::Sent => return Ok(()),
            Marked::Busy => return Err(NotifyError::Busy),
            Marked::Ours => {}
        }
        self.sms.send(&account.phone, &text).await?;
        Ok(persist(&*self.host, || self.marks.done(&event.id, self.host.now())).await?)
    }

    async fn look_up(&self, event: &EventMessage) -> Result<(Beneficiary, Session), NotifyError> {
        let beneficiary: BeneficiaryId =
            event.beneficiary_id.parse().map_err(|_| NotifyError::BadEvent("beneficiary_id"))?;
        let session: SessionId = event.session_id.parse().map_err(|_| NotifyError::BadEvent("session_id"))?;
        let ids = [beneficiary];
        let people = persist(&*self.host, || self.store.beneficiaries(&ids)).await?;
        let person = people.into_iter().flatten().next().ok_or(NotifyError::Absent("beneficiary"))?;
        let session = persist(&*self.host, || self.store.session(session)).await?;
        Ok((person, session.ok_or(NotifyError::Absent("session"))?))
    }
}

fn facts(event: &EventMessage, person: &Beneficiary, session: &Session) -> Result<Facts, NotifyError> {
    let date: Date = event.date.parse().map_err(|_| NotifyError::BadEvent("date"))?;
    let appointment: AppointmentId =
        event.appointment_id.parse().map_err(|_| NotifyError::BadEvent("appointment_id"))?;
    let center = &session.center;
    Ok(Facts {
        name: person.name.as_str().to_owned(),
        vaccine: event.vaccine.clone(),
        dose: event.dose,
        date: date.strftime("%a %-d %b %Y").to_string(),
        slot: event.slot.clone(),
        center: center.name.as_str().to_owned(),
        address: center.address.as_str().to_owned(),
        pincode: center.pincode.get(),
        reference: Reference::of(appointment).to_string(),
    })
}
