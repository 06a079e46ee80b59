use vaxslot_domain::{
    Timestamp,
    appointment::Appointment,
    booking::{Check, Rejection, Reservation, Take, Verdict, closed_ticket, judge, seat},
    id::BeneficiaryId,
    session::{Shard, ShardKey},
    ticket::{Claim, TicketEnd, TicketId},
};

use super::{
    Booker,
    facts::{Case, Ending},
};
use crate::{
    booking::{BookingError, Names, Request},
    ports::{StoreError, Tried},
    retry::{passing, persist_until},
};

/// How many reservations go into one transaction.
const TOGETHER: usize = 10;

/// How the next transaction is put together.
#[derive(Default)]
pub(super) struct Round {
    /// The line's own shard was found too short: look at all of them first.
    pub look: bool,
    /// Something about a row is wrong: one reservation at a time, so that it stops nobody else.
    alone: bool,
    /// The places of those for which something is wrong.
    pub stuck: Vec<usize>,
}

/// The shards of a pool as they were a moment ago.
pub(super) struct Sight(Vec<Shard>);

impl Sight {
    pub fn closed(&self) -> bool {
        !self.0.is_empty() && self.0.iter().all(|shard| shard.closed)
    }

    pub fn left(&self) -> u32 {
        self.0.iter().filter(|shard| !shard.closed).map(|shard| shard.free).sum()
    }
}

impl Round {
    /// Who goes into the next transaction, with what each takes: from the front as many as fit, nobody twice. With the shards
    /// in sight, it may be nobody.
    pub fn choose(&self, left: &[Case<'_>], seen: Option<&Sight>) -> Vec<(usize, Take)> {
        let own: ShardKey = left[0].queued.shard;
        let takes: Vec<Option<Take>> = match seen {
            None => left.iter().map(|case| Some(Take::whole(own, case.units()))).collect(),
            Some(sight) => seat(&sight.0, own, &left.iter().map(Case::units).collect::<Vec<_>>()),
        };
        let mut people: Vec<BeneficiaryId> = Vec::new();
        let mut chosen = Vec::new();
        for (number, (case, take)) in left.iter().zip(takes).enumerate() {
            let party = case.queued.order.party.people();
            let met = party.iter().any(|person| people.contains(person));
            // Whoever comes again behind waits until it is clear what becomes of them here.
            people.extend(party);
            if let Some(take) = take.filter(|_| !met) {
                chosen.push((number, take));
            }
            if chosen.len() == if self.alone { 1 } else { TOGETHER } {
                break;
            }
        }
        chosen
    }
}

impl Booker {
    /// The shards of the line's pool, if they are to be looked at.
    pub(super) async fn look(
        &self,
        case: &Case<'_>,
        wanted: bool,
        deadline: Timestamp,
    ) -> Result<Option<Sight>, StoreError> {
        if !wanted {
            return Ok(None);
        }
        let pool = case.queued.shard.pool;
        let count = case.session.pool(pool.slot, pool.dose).map_or(0, |summary| summary.shards);
        let keys: Vec<ShardKey> = (0..count).map(|number| pool.shard(number)).collect();
        let store = &self.booking.store;
        let shards = persist_until(&*self.booking.host, deadline, || store.shards(&keys)).await?;
        Ok(Some(Sight(shards)))
    }

    /// Sends one transaction until its outcome is known. Marks who is done, and returns the tickets that are to be closed.
    pub(super) async fn try_to_make(
        &self,
        round: &mut Round,
        left: &[Case<'_>],
        chosen: Vec<(usize, Take)>,
        done: &mut [bool],
        deadline: Timestamp,
    ) -> Result<Vec<Ending>, StoreError> {
        let changes = self.booking.policy.changes_a_day;
        let (cases, wanted): (Vec<&Case<'_>>, Vec<Reservation>) =
            chosen.into_iter().map(|(number, take)| (&left[number], left[number].reservation(take, changes))).unzip();
        let store = &self.booking.store;
        // The very same reservations each time: the store knows them by their token, and takes nothing twice.
        let found = match persist_until(&*self.booking.host, deadline, || store.reserve_all(&wanted)).await {
            Ok(Tried::Done(())) => {
                for case in cases {
                    done[case.place] = true;
                }
                return Ok(Vec::new());
            }
            Ok(Tried::Refused(found)) => found,
            Err(error) if passing(&error) => return Err(error),
            // Something about one of them is wrong. Alone, each shows whether it is the one.
            Err(error) => {
                if let [case] = cases[..] {
                    tracing::error!(ticket = %case.queued.ticket, %error, "a reservation cannot be carried out");
                    round.stuck.push(case.place);
                }
                round.alone = true;
                return Ok(Vec::new());
            }
        };
        let mut ends = Vec::new();
        for ((case, wanted), found) in cases.into_iter().zip(&wanted).zip(&found) {
            if let Some(end) = self.judge(round, case, wanted, found, done).await? {
                ends.push(case.ends(end));
            }
        }
        Ok(ends)
    }

    /// Reads what a refused transaction found about one of its reservations, and clears what can be cleared out of its way.
    async fn judge(
        &self,
        round: &mut Round,
        case: &Case<'_>,
        wanted: &Reservation,
        found: &Rejection,
        done: &mut [bool],
    ) -> Result<Option<TicketEnd>, StoreError> {
        match closed_ticket(wanted, found) {
            Some(ticket) if ticket == case.queued.ticket => {
                done[case.place] = true;
                return Ok(None);
            }
            Some(TicketId { request, .. }) => return Ok(Some(TicketEnd::Elsewhere { request })),
            None => {}
        }
        match judge(wanted, found, self.now()) {
            Verdict::Repeated(made) => return Ok(repeated(case, &made, done)),
            Verdict::Recall => return self.recall(case, wanted, done).await,
            Verdict::Refused(refusal) => return Ok(Some(TicketEnd::Refused(refusal))),
            Verdict::Release(stale) => self.booking.expire(stale).await.map_err(trouble)?,
            Verdict::Forget(faded) => self.booking.forget(faded).await.map_err(trouble)?,
            Verdict::LookAround => round.look |= found.shards.iter().any(|check| matches!(check, Check::Failed(_))),
        }
        Ok(None)
    }

    /// Looks for what the same request made before, and has ended since.
    async fn recall(
        &self,
        case: &Case<'_>,
        wanted: &Reservation,
        done: &mut [bool],
    ) -> Result<Option<TicketEnd>, StoreError> {
        let request = Request {
            people: case.queued.order.party.people(),
            names: Names {
                ids: wanted.appointments.iter().map(|made| made.id).collect(),
                others: wanted.others.clone(),
            },
            digest: Some(case.queued.ticket.digest()),
        };
        match self.booking.recall(&wanted.account, &request).await {
            Ok(Some(made)) => Ok(repeated(case, &made, done)),
            // What was found a moment ago is gone: the next transaction tells more.
            Ok(None) => Ok(None),
            Err(BookingError::Refused(refusal)) => Ok(Some(TicketEnd::Refused(refusal))),
            Err(error) => Err(trouble(error)),
        }
    }
}

/// What a ticket ends as whose request was carried out before: as those very appointments, or as a pointer to them.
fn repeated(case: &Case<'_>, made: &[Appointment], done: &mut [bool]) -> Option<TicketEnd> {
    let has = |claim: &&Claim| claim.party.iter().any(|own| made.iter().any(|made| made.id == own.appointment));
    let other = case.others.iter().find(has).map(|other| TicketEnd::Elsewhere { request: other.ticket.request });
    done[case.place] |= other.is_none();
    other
}

/// A failure on the way. A refusal is none: it does not come here.
fn trouble(error: BookingError) -> StoreError {
    match error {
        BookingError::Store(error) => error,
        BookingError::Unclear(source) => StoreError::Unclear(source),
        other => StoreError::Failed(other.into()),
    }
}
