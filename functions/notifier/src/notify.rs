use std::sync::Arc;

use vaxslot_app::{
    ports::{Host, Sms, Store, StoreError},
    retry::persist,
};
use vaxslot_aws::EventMessage;
use vaxslot_domain::{
    Date,
    appointment::{Appointment, Status},
    id::{AppointmentId, BeneficiaryId, SessionId},
    person::{Beneficiary, Phone},
    preferences::{Channel, Language, Preferences},
    reference::Reference,
    session::Session,
    window::Window,
};

use crate::{
    days,
    later::Later,
    marks::{Handed, Marked, Marks},
    message::{Facts, Template, Which},
    relay::{Errand, Relay},
    texts::Templates,
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
    pub relay: Arc<dyn Relay>,
    pub later: Arc<dyn Later>,
    pub host: Arc<dyn Host>,
    pub templates: Templates,
    /// The channels of which receipts come that know a message by the id of its delivery alone.
    pub named: Vec<Channel>,
}

/// What is to be told, to whom.
struct News<'a> {
    event: &'a EventMessage,
    template: Template,
    phone: Phone,
    wants: Preferences,
    person: Beneficiary,
    session: Session,
    date: Date,
    reference: Reference,
}

impl Notify {
    /// Tells one event by each channel that the account wants, unless it asks for no message or was told before. In quiet hours it
    /// comes again.
    ///
    /// # Errors
    /// When it is to be tried again. One channel that fails keeps none of the others from telling.
    pub async fn tell(&self, event: &EventMessage) -> Result<(), NotifyError> {
        let Some(template) = Template::of(&event.kind, &event.status) else { return Ok(()) };
        let (person, session) = self.look_up(event).await?;
        // Who was registered at a center left no phone.
        if person.account.is_of_center() {
            return Ok(());
        }
        if template == Template::Reminder && !stands(&person, event) {
            return Ok(());
        }
        let wants = persist(&*self.host, || self.store.preferences(&person.account)).await?.unwrap_or_default();
        if wants.opted_out {
            return Ok(());
        }
        let slot: Window = event.slot.parse().map_err(|_| NotifyError::BadEvent("slot"))?;
        let now = self.host.now();
        let begins = session.starts_at(slot);
        if template == Template::Reminder && begins <= now {
            return Ok(());
        }
        if let Some(until) = wants.waits_until(now, begins, session.center.zone.clock()) {
            return Ok(persist(&*self.host, || self.later.bring(event, until.duration_since(now))).await?);
        }
        let account = persist(&*self.host, || self.store.account(&person.account)).await?;
        let phone = account.ok_or(NotifyError::Absent("account"))?.phone;
        let date: Date = event.date.parse().map_err(|_| NotifyError::BadEvent("date"))?;
        let appointment: AppointmentId =
            event.appointment_id.parse().map_err(|_| NotifyError::BadEvent("appointment_id"))?;
        let reference = Reference::of(appointment);
        let news = News { event, template, phone, wants, person, session, date, reference };
        let mut outcome = Ok(());
        for channel in &news.wants.channels {
            outcome = outcome.and(self.tell_by(*channel, &news).await);
        }
        outcome
    }

    async fn tell_by(&self, channel: Channel, news: &News<'_>) -> Result<(), NotifyError> {
        let which = Which { language: news.wants.language, channel, template: news.template };
        let (which, rendered) = self.templates.render(which, |language| facts(news, language))?;
        let event = &news.event.id;
        match persist(&*self.host, || self.marks.take(event, channel, self.host.now())).await? {
            // What broke off may have been the name, and nothing before it.
            Marked::Sent { delivery } => return self.name(&delivery, event, channel).await,
            Marked::Busy => return Err(NotifyError::Busy),
            Marked::Ours => {}
        }
        let to = match (channel, &news.wants.email) {
            (Channel::Email, Some(email)) => email.as_str(),
            _ => news.phone.as_str(),
        };
        let delivery = if channel == Channel::Sms {
            self.sms.send(&news.phone, &rendered.text, &which.name()).await?
        } else {
            let errand = Errand {
                id: format!("{event}:{channel}"),
                channel,
                language: which.language,
                template: which.template.name(),
                to: to.to_owned(),
                subject: rendered.subject,
                text: rendered.text,
                facts: facts(news, which.language),
            };
            self.relay.hand(&errand).await?
        };
        let handed = Handed { text: which.name(), delivery };
        persist(&*self.host, || self.marks.done(event, channel, &handed, self.host.now())).await?;
        self.name(&handed.delivery, event, channel).await
    }

    /// Lets receipts find the mark by the id of the delivery. The mark comes first: a crash between the two sends nothing again.
    async fn name(&self, delivery: &str, event: &str, channel: Channel) -> Result<(), NotifyError> {
        if delivery.is_empty() || !self.named.contains(&channel) {
            return Ok(());
        }
        Ok(persist(&*self.host, || self.marks.name(delivery, event, channel, self.host.now())).await?)
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

/// Whether somebody still has the appointment that they are to be reminded of.
fn stands(person: &Beneficiary, event: &EventMessage) -> bool {
    let mine =
        |active: &Appointment| active.status == Status::Confirmed && active.id.to_string() == event.appointment_id;
    person.active.as_ref().is_some_and(mine)
}

fn facts(news: &News<'_>, language: Language) -> Facts {
    let center = &news.session.center;
    Facts {
        name: news.person.name.as_str().to_owned(),
        vaccine: news.event.vaccine.clone(),
        dose: news.event.dose,
        date: days::written(news.date, language),
        slot: news.event.slot.clone(),
        center: center.name.as_str().to_owned(),
        address: center.address.as_str().to_owned(),
        pincode: center.pincode.get(),
        reference: news.reference.to_string(),
    }
}
