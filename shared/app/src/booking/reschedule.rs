use vaxslot_domain::{
    appointment::{Appointment, Status},
    booking::{Making, Move, MoveOrder, MoveVerdict, Mover, Order, Refusal, admit_move, judge_move},
    session::{PoolKey, Session},
};

use super::{Booking, BookingError, recall::Request, tries::Tries};
use crate::{derive, ports::Tried, retry::persist};

impl Booking {
    /// Moves appointments to another slot, all or none. Each keeps its state, and a hold its last moment. Whoever does not get
    /// the new places keeps the old ones; whoever does has given the old ones back in the same moment.
    ///
    /// An idempotency key is as for [`Booking::reserve`].
    pub async fn reschedule(&self, wanted: &MoveOrder, key: Option<&str>) -> Result<Vec<Appointment>, BookingError> {
        let session = self.sessions.get(wanted.session).await?.ok_or(Refusal::NoSuchSession)?;
        let people = wanted.party().people();
        let request = Request {
            people,
            names: self.names(&wanted.account, people, key, self.host.now()),
            digest: key.map(|_| request_digest(wanted)),
        };
        let outcome = self.reschedule_now(&session, wanted, &request).await;
        self.or_recalled(&wanted.account, &request, outcome).await
    }

    /// Reads the people and tries, until the move stands or is refused. One read and one transaction in the usual case.
    async fn reschedule_now(
        &self,
        session: &Session,
        wanted: &MoveOrder,
        request: &Request<'_>,
    ) -> Result<Vec<Appointment>, BookingError> {
        let mut tries = Tries::new(&*self.host);
        while tries.go_on(&*self.host) {
            let people = persist(&*self.host, || self.store.beneficiaries(request.people)).await?;
            if request.traced(&wanted.account, &people) {
                if let Some(appointments) = self.recall(&wanted.account, request).await? {
                    return Ok(appointments);
                }
                tries.refused();
                continue;
            }
            let now = self.host.now();
            let starts = self.starts(&people).await?;
            let (movers, order) = wanted.check(&people, |active| starts.of(active), &self.policy, now)?;
            let pool = admit_move(session, &order, &movers, &self.policy, now)?;
            let making = Making {
                session,
                status: Status::Confirmed,
                now,
                request: request.digest.as_deref(),
                others: &request.names.others,
                changes_a_day: self.policy.changes_a_day,
                tickets: &[],
                walk_in: None,
            };
            if let Some(appointments) = self.try_moves(pool, &order, &movers, request, &making, &mut tries).await? {
                return Ok(appointments);
            }
        }
        self.after_all(&wanted.account, request, tries).await
    }

    /// Tries shards with the people as they were read. None if they have to be read again, or patience has run out.
    async fn try_moves(
        &self,
        pool: PoolKey,
        order: &Order,
        movers: &[Mover<'_>],
        request: &Request<'_>,
        making: &Making<'_>,
        tries: &mut Tries,
    ) -> Result<Option<Vec<Appointment>>, BookingError> {
        let units = order.party.units();
        let mut take = self.blind(pool, making.session, units);
        while tries.go_on(&*self.host) {
            let wanted = Move::new(order, movers, take.clone(), &request.names.ids, making);
            match self.store.reschedule(&wanted).await {
                Ok(Tried::Done(())) => return Ok(Some(wanted.reservation.appointments)),
                Ok(Tried::Refused(found)) => {
                    tries.refused();
                    match judge_move(&found) {
                        MoveVerdict::ReadAgain => return Ok(None),
                        MoveVerdict::Refused(refusal) => return Err(refusal.into()),
                        MoveVerdict::LookAround => take = self.look_around(pool, making.session, units).await?,
                    }
                }
                Err(error) => {
                    let hop = || self.blind(pool, making.session, units);
                    self.wait_after(error, tries, &mut take, hop).await?;
                }
            }
        }
        Ok(None)
    }
}

fn request_digest(wanted: &MoveOrder) -> String {
    let own = wanted.own().iter().flat_map(|own| [own.beneficiary.to_string(), own.appointment.to_string()]);
    let facts = ["reschedule".to_owned(), wanted.session.to_string(), wanted.slot.to_string()];
    let parts: Vec<String> = facts.into_iter().chain(own).collect();
    derive::digest(&parts.iter().map(String::as_str).collect::<Vec<_>>())
}
