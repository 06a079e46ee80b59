use futures::future::join_all;
use vaxslot_domain::{
    Timestamp,
    booking::{Refusal, shortage},
    ticket::{Queued, TicketEnd},
};

use super::{
    Booker,
    facts::{Case, Ending, Sorted},
    round::{Round, Sight},
};
use crate::{
    ports::StoreError,
    tickets::{Fate, close, fates},
};

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
        let (ended, mut ends) = self.ended(line, deadline).await?;
        done.copy_from_slice(&ended);
        let mut left = Vec::new();
        let mut sorted = Ok(());
        for (place, (queued, _)) in line.iter().enumerate() {
            if done[place] || ends.iter().any(|ending| ending.place == place) {
                continue;
            }
            match self.sort(place, queued).await {
                Ok(Sorted::Case(case)) => left.push(case),
                Ok(Sorted::End(ending)) => ends.push(ending),
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
    async fn close_all(&self, ends: Vec<Ending>, done: &mut [bool], deadline: Timestamp) -> Result<(), StoreError> {
        let mut outcome = Ok(());
        for closed in join_all(ends.into_iter().map(|ending| self.close(ending, deadline))).await {
            match closed {
                Ok(place) => done[place] = true,
                Err(error) => outcome = Err(error),
            }
        }
        outcome
    }

    /// Closes a ticket; as a pointer to that of another day, if that has ended.
    async fn close(&self, ending: Ending, deadline: Timestamp) -> Result<usize, StoreError> {
        let (store, host) = (&*self.booking.store, &*self.booking.host);
        let Ending { place, claim, others, mut end } = ending;
        if !others.is_empty() {
            let fates = fates(store, host, deadline, &others).await?;
            let ended = others.iter().zip(fates).find(|(_, fate)| *fate != Fate::Open);
            end = ended.map_or(end, |(other, fate)| fate.told_by(other));
        }
        close(store, host, deadline, &claim, end).await.map(|_| place)
    }
}

/// Those for whom fewer units are left than they need, with nobody in front of them who may still take or leave some.
fn short(left: &[Case<'_>], seen: Option<&Sight>) -> Vec<Ending> {
    let units = seen.map_or(0, Sight::left);
    let closed = seen.is_some_and(Sight::closed);
    let refusal = || if closed { Refusal::SessionClosed } else { shortage(units) };
    let short = left.iter().filter(|case| case.units() > units);
    short.map(|case| case.ends(TicketEnd::Refused(refusal()))).collect()
}
