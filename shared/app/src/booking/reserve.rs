use vaxslot_domain::{
    Timestamp,
    appointment::{Appointment, Status},
    booking::{
        Admission, Ending, Making, Order, Refusal, Release, Reservation, Take, Verdict, admit, closed_ticket, judge,
        lapse, shortage,
    },
    id::{AppointmentId, BeneficiaryId, SessionId},
    person::Beneficiary,
    session::{PoolKey, Session},
    ticket::TicketId,
};

use super::{Booking, BookingError, Finality, recall::Request, tries::Tries};
use crate::{
    derive,
    ports::{StoreError, Tried},
    retry::persist,
};

/// The appointments of a request; none if a ticket that it has in the queue was closed before it made any.
pub(crate) type Made = Option<Vec<Appointment>>;

impl Booking {
    /// Books or holds a place for each of the party, or for none.
    ///
    /// With an idempotency key, a repeat is told the answer of the first time, for a day at least and whatever became of the
    /// appointments since. A refusal is not remembered.
    pub async fn reserve(
        &self,
        session: SessionId,
        order: &Order,
        finality: Finality,
        key: Option<&str>,
    ) -> Result<Vec<Appointment>, BookingError> {
        let session = self.sessions.get(session).await?.ok_or(Refusal::NoSuchSession)?;
        let made = self.reserve_now(&session, order, finality, key, self.host.now(), &[]).await?;
        made.ok_or_else(|| StoreError::Failed("closed without a ticket".into()).into())
    }

    /// As [`Booking::reserve`], while none of the tickets is closed that the request may have in the queue.
    pub(super) async fn reserve_now(
        &self,
        session: &Session,
        order: &Order,
        finality: Finality,
        key: Option<&str>,
        now: Timestamp,
        tickets: &[TicketId],
    ) -> Result<Made, BookingError> {
        let request = Request {
            people: order.party.people(),
            names: self.names(&order.account, order.party.people(), key, now),
            digest: key.map(|_| derive::request_digest(session.id, order, finality)),
        };
        let status = match finality {
            Finality::Book => Status::Confirmed,
            Finality::Hold => Status::Held { until: now.saturating_add(self.policy.hold).unwrap_or(Timestamp::MAX) },
        };
        let making = Making {
            session,
            status,
            now,
            request: request.digest.as_deref(),
            others: &request.names.others,
            changes_a_day: self.policy.changes_a_day,
            tickets,
            walk_in: None,
        };
        let outcome = match admit(session, order, &self.policy, now) {
            Ok(Admission { pool, .. }) => self.reserve_in(pool, order, &request, &making).await,
            Err(refusal) => Err(refusal.into()),
        };
        self.or_recalled(&order.account, &request, outcome).await
    }

    /// Tries shards until the booking stands or is refused. One transaction in the usual case.
    pub(crate) async fn reserve_in(
        &self,
        pool: PoolKey,
        order: &Order,
        request: &Request<'_>,
        making: &Making<'_>,
    ) -> Result<Made, BookingError> {
        let units = order.party.units();
        let mut take = self.first_take(pool, order, request, making.session).await?;
        let mut tries = Tries::new(&*self.host);
        while tries.go_on(&*self.host) {
            let reservation = Reservation::new(order, take.clone(), &request.names.ids, making);
            match self.store.reserve(&reservation).await {
                Ok(Tried::Done(())) => return Ok(Some(reservation.appointments)),
                Ok(Tried::Refused(found)) if closed_ticket(&reservation, &found).is_some() => return Ok(None),
                Ok(Tried::Refused(found)) => {
                    tries.refused();
                    match judge(&reservation, &found, self.host.now()) {
                        Verdict::Repeated(appointments) => return Ok(Some(appointments)),
                        Verdict::Recall => match self.recall(&order.account, request).await {
                            Ok(None) => {}
                            Ok(Some(appointments)) => return Ok(Some(appointments)),
                            Err(error) => return Err(tries.lost.map_or(error, BookingError::Unclear)),
                        },
                        Verdict::Refused(refusal) => return Err(refusal.into()),
                        Verdict::Release(stale) => self.expire(stale).await?,
                        Verdict::Forget(faded) => self.forget(faded).await?,
                        Verdict::LookAround => take = self.look_around(pool, making.session, units).await?,
                    }
                }
                Err(error) => {
                    let hop = || self.blind(pool, making.session, units);
                    self.wait_after(error, &mut tries, &mut take, hop).await?;
                }
            }
        }
        self.after_all(&order.account, request, tries).await.map(Some)
    }

    /// The first try: blind, without a read; or with the shards in sight where they were empty a moment ago. A transaction in
    /// vain costs more than a look.
    async fn first_take(
        &self,
        pool: PoolKey,
        order: &Order,
        request: &Request<'_>,
        session: &Session,
    ) -> Result<Take, BookingError> {
        let units = order.party.units();
        if !self.empty.has(pool, self.host.now()) {
            return Ok(self.blind(pool, session, units));
        }
        let seen = self.look_around(pool, session, units).await;
        if matches!(seen, Err(BookingError::Refused(_))) && !self.is_new(order, request).await? {
            // Whoever comes again because the first answer was lost must not be told that all is gone.
            return Ok(self.blind(pool, session, units));
        }
        seen
    }

    /// Whether all of the party are the caller's and free to book, and nothing tells that the request came before.
    async fn is_new(&self, order: &Order, request: &Request<'_>) -> Result<bool, BookingError> {
        let people = persist(&*self.host, || self.store.beneficiaries(request.people)).await?;
        let free = |person: &Beneficiary| person.account == order.account && person.active.is_none();
        Ok(!request.traced(&order.account, &people) && people.iter().all(|person| person.as_ref().is_some_and(free)))
    }

    /// A shard by chance.
    pub(super) fn blind(&self, pool: PoolKey, session: &Session, units: u32) -> Take {
        let shards = session.pool(pool.slot, pool.dose).map_or(1, |summary| summary.shards);
        Take::blind(pool, shards, units, self.host.random())
    }

    pub(super) async fn look_around(&self, pool: PoolKey, session: &Session, units: u32) -> Result<Take, BookingError> {
        let count = session.pool(pool.slot, pool.dose).map_or(0, |summary| summary.shards);
        let keys: Vec<_> = (0..count).map(|number| pool.shard(number)).collect();
        let shards = persist(&*self.host, || self.store.shards(&keys)).await?;
        if !shards.is_empty() && shards.iter().all(|shard| shard.closed) {
            let cancelled = shards.iter().any(|shard| shard.cancelled);
            return Err(if cancelled { Refusal::SessionCancelled } else { Refusal::SessionClosed }.into());
        }
        Take::among(&shards, units, self.host.random()).map_err(|left| {
            if left == 0 {
                self.empty.note(pool, self.host.now());
            }
            shortage(left).into()
        })
    }

    /// Ends what is over: holds that have run out, which give their units back, and appointments whose day is long past, which
    /// do not. Somebody else may have done it first: then there is nothing to do.
    pub(crate) async fn expire(&self, people: Vec<Beneficiary>) -> Result<(), BookingError> {
        let now = self.host.now();
        for person in people {
            let Some(active) = &person.active else { continue };
            match active.over_at(now) {
                Some(Status::NoShow) => {
                    let used = lapse(&person, active, now);
                    persist(&*self.host, || self.store.use_up(&used)).await?;
                }
                Some(status) => {
                    let release = Release(vec![Ending::given_up(&person, active, active.turned(status, now))]);
                    persist(&*self.host, || self.store.release(&release)).await?;
                }
                None => {}
            }
        }
        Ok(())
    }

    /// Drops notes of given up appointments that count no more.
    pub(crate) async fn forget(&self, faded: Vec<(BeneficiaryId, Vec<AppointmentId>)>) -> Result<(), BookingError> {
        for (person, faded) in faded {
            persist(&*self.host, || self.store.forget(person, &faded)).await?;
        }
        Ok(())
    }
}
