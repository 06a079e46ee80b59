use futures::future::join_all;
use vaxslot_domain::{
    Timestamp,
    booking::{Refusal, shortage},
    ticket::{Claim, Queued, TicketEnd},
};

use super::{
    Booker,
    facts::{Case, Sorted},
    round::{Round, Sight},
};
use crate::{ports::StoreError, tickets::close};

/// How many transactions a line is given. Each books somebody, ends a ticket, or finds that somebody else was faster.
const MOST_ROUNDS: u32 = 32;

/// What a line is left with when the store is in trouble: it comes again.
struct BrokenOff;

impl From<StoreError> for BrokenOff {
    fn from(error: StoreError) -> Self {
        let error: &dyn std::error::Error = &error;
        tracing::warn!(error, "a line of reservations was broken off");
        Self
    }
}

impl Booker {
    /// Carries out the reservations of one shard, first come, first served. Tells of each whether its ticket has ended.
    pub(super) async fn stand_in_line(&self, line: &[(&Queued, u32)], deadline: Timestamp) -> Vec<bool> {
        let mut done = vec![false; line.len()];
        // How far it got is all that counts: what broke off comes again, and is found where it was left.
        let _: Result<(), BrokenOff> = self.serve(line, &mut done, deadline).await;
        done
    }

    async fn serve(&self, line: &[(&Queued, u32)], done: &mut [bool], deadline: Timestamp) -> Result<(), BrokenOff> {
        done.copy_from_slice(&self.ended(line, deadline).await?);
        let mut left = Vec::new();
        let mut ends = Vec::new();
        let mut sorted = Ok(());
        for (place, (queued, _)) in line.iter().enumerate().filter(|(place, _)| !done[*place]).collect::<Vec<_>>() {
            match self.sort(place, queued).await {
                Ok(Sorted::Case(case)) => left.push(case),
                Ok(Sorted::End(claim, end)) => ends.push((place, claim, end)),
                // What is in front can still be served.
                Err(error) => {
                    sorted = Err(error);
                    break;
                }
            }
        }
        self.close_all(ends, done, deadline).await?;
        self.make(left, done, deadline).await?;
        Ok(sorted?)
    }

    async fn make(&self, mut left: Vec<Case<'_>>, done: &mut [bool], deadline: Timestamp) -> Result<(), BrokenOff> {
        let mut round = Round::default();
        for _ in 0..MOST_ROUNDS {
            if left.is_empty() || self.now() >= deadline {
                break;
            }
            let seen = self.look(&left[0], round.look, deadline).await?;
            let chosen = round.choose(&left, seen.as_ref());
            if chosen.is_empty() {
                self.close_all(short(&left, seen.as_ref()), done, deadline).await?;
            } else {
                let ends = self.try_to_make(&mut round, &left, chosen, done, deadline).await?;
                self.close_all(ends, done, deadline).await?;
            }
            left.retain(|case| !done[case.place] && !round.stuck.contains(&case.place));
        }
        Ok(())
    }

    /// Closes tickets side by side: nothing that one person is told depends on another.
    async fn close_all(
        &self,
        ends: Vec<(usize, Claim, TicketEnd)>,
        done: &mut [bool],
        deadline: Timestamp,
    ) -> Result<(), StoreError> {
        let (store, host) = (&*self.booking.store, &*self.booking.host);
        let closings = ends
            .into_iter()
            .map(|(place, claim, end)| async move { close(store, host, deadline, &claim, end).await.map(|_| place) });
        let mut outcome = Ok(());
        for closed in join_all(closings).await {
            match closed {
                Ok(place) => done[place] = true,
                Err(error) => outcome = Err(error),
            }
        }
        outcome
    }
}

/// Those for whom fewer units are left than they need, with nobody in front of them who may still take or leave some.
fn short(left: &[Case<'_>], seen: Option<&Sight>) -> Vec<(usize, Claim, TicketEnd)> {
    let units = seen.map_or(0, Sight::left);
    let closed = seen.is_some_and(Sight::closed);
    let refusal = || if closed { Refusal::SessionClosed } else { shortage(units) };
    let short = left.iter().filter(|case| case.units() > units);
    short.map(|case| (case.place, case.claim.clone(), TicketEnd::Refused(refusal()))).collect()
}
