//! Citizens doing this and that while every few calls fail. Each keeps a diary of what they were told; in the end the table
//! agrees with all of them.

use std::sync::Arc;

use futures::future::join_all;
use vaxslot_app::{
    booking::{Booking, BookingError, Finality},
    ports::{Host, StoreError},
};
use vaxslot_aws::DynamoStore;
use vaxslot_domain::{
    SignedDuration,
    appointment::{Appointment, Status},
    booking::{ChangeRefusal, Own, Policy, Refusal},
    person::Beneficiary,
};
use vaxslot_testkit::{
    TestHost,
    make::{Draft, Published, own, read},
    wire::Fault,
};

use crate::{
    booking::{Drive, NOW, Outcome, reschedule, reserve},
    invariants,
};

const FAULTS: [Fault; 8] = [
    Fault::Conflict,
    Fault::AnswerLost,
    Fault::Throttled,
    Fault::NotSent,
    Fault::ServerErrorAfterwards,
    Fault::InProgress,
    Fault::ServerError,
    Fault::ThrottledInside,
];

/// Two people with one account.
struct Citizen<'a> {
    booking: &'a Booking,
    /// The same use cases over a line that does not fail.
    calm: &'a Booking,
    clock: &'a TestHost,
    chance: TestHost,
    people: &'a [Beneficiary],
    /// What each of the people has, as far as the citizen was told.
    diary: Vec<Option<Appointment>>,
}

impl Citizen<'_> {
    fn draw(&self, below: usize) -> usize {
        usize::try_from(self.chance.random() % below as u64).unwrap()
    }

    async fn do_something(&mut self, sessions: &[Published]) {
        // So that every change has a moment of its own.
        self.clock.advance(SignedDuration::from_millis(1));
        let party: Vec<usize> = [vec![0], vec![1], vec![0, 1]][self.draw(3)].clone();
        match self.draw(9) {
            0..=2 => self.reserve(&sessions[self.draw(sessions.len())], &party, Finality::Book).await,
            3 => self.reserve(&sessions[self.draw(sessions.len())], &party, Finality::Hold).await,
            4 => self.confirm(&party).await,
            5 | 6 => self.move_on(&sessions[self.draw(sessions.len())], &party).await,
            _ => self.cancel(&party).await,
        }
    }

    async fn reserve(&mut self, session: &Published, party: &[usize], finality: Finality) {
        let people: Vec<&Beneficiary> = party.iter().map(|place| &self.people[*place]).collect();
        let outcome = reserve(self.booking, session, &people, finality, None).await;
        let busy = party.iter().any(|place| self.diary[*place].is_some());
        match &outcome {
            Ok(made) if !busy => self.note(party, made),
            Err(BookingError::Refused(Refusal::AlreadyBooked { .. })) if busy => {}
            Err(BookingError::Refused(Refusal::SoldOut | Refusal::FewerLeft { .. })) if !busy => {}
            _ => self.look_again(outcome).await,
        }
    }

    async fn move_on(&mut self, to: &Published, party: &[usize]) {
        let Some(mine) = self.named(party) else { return };
        let people: Vec<&Beneficiary> = party.iter().map(|place| &self.people[*place]).collect();
        let outcome = reschedule(self.booking, to, &people, &mine, None).await;
        let there = |place: &usize| self.diary[*place].as_ref().unwrap().shard.pool.session == to.session.id;
        let there = party.iter().any(there);
        match &outcome {
            Ok(moved) if !there => self.note(party, moved),
            Err(BookingError::ChangeRefused(ChangeRefusal::SameSlot(_))) if there => {}
            Err(BookingError::Refused(Refusal::SoldOut | Refusal::FewerLeft { .. })) if !there => {}
            _ => self.look_again(outcome).await,
        }
    }

    async fn confirm(&mut self, party: &[usize]) {
        let Some(holds) = self.named(party) else { return };
        let outcome = self.booking.confirm(&self.people[0].account, &holds, None).await;
        let standing = |place: &usize| matches!(self.diary[*place].as_ref().unwrap().status, Status::Held { .. });
        let confirmable = party.iter().all(standing);
        match &outcome {
            Ok(confirmed) if confirmable => self.note(party, confirmed),
            Err(BookingError::ChangeRefused(ChangeRefusal::AlreadyConfirmed(_))) if !confirmable => {}
            _ => self.look_again(outcome).await,
        }
    }

    async fn cancel(&mut self, party: &[usize]) {
        let Some(mine) = self.named(party) else { return };
        let outcome = self.booking.cancel(&self.people[0].account, &mine, None).await;
        match &outcome {
            Ok(_) => party.iter().for_each(|place| self.diary[*place] = None),
            Err(_) => self.look_again(outcome).await,
        }
    }

    fn named(&self, party: &[usize]) -> Option<Vec<Own>> {
        party.iter().map(|place| self.diary[*place].as_ref().map(own)).collect()
    }

    fn note(&mut self, party: &[usize], told: &[Appointment]) {
        for (place, appointment) in party.iter().zip(told) {
            self.diary[*place] = Some(appointment.clone());
        }
    }

    /// After "try again" nothing has changed; after "not known" the citizen looks.
    async fn look_again(&mut self, outcome: Outcome) {
        match outcome {
            Err(BookingError::Store(StoreError::Conflict | StoreError::Throttled)) => {}
            Err(BookingError::Unclear(_) | BookingError::Store(StoreError::Unclear(_))) => {
                let all = self.calm.appointments(&self.people[0].account).await.unwrap();
                let standing = |person: &Beneficiary| {
                    let mut mine = all.iter().filter(|one| one.beneficiary == person.id);
                    mine.find(|one| matches!(one.status, Status::Held { .. } | Status::Confirmed)).cloned()
                };
                self.diary = self.people.iter().map(standing).collect();
            }
            other => panic!("{:?} does not fit {other:?}", self.diary),
        }
    }
}

/// Eight citizens with forty deeds each, and a fault at every so many calls.
async fn a_day(seed: u64, every: u32) {
    let drive = Drive::new().await;
    let mut sessions = Vec::new();
    for id in 1..=3 {
        sessions.push(drive.publish(Draft::new(id, &[2, 1, 1])).await);
    }
    let people = drive.register(1, 16, 2).await;
    let calm_store = DynamoStore::new(drive.table.raw.clone(), drive.table.name.clone());
    let host = Arc::new(TestHost::seeded(read(NOW), seed));
    let policy = Policy { changes_a_day: 1_000, ..Policy::USUAL };
    let calm = Booking::new(Arc::new(calm_store), host.clone(), policy);
    let sandboxes = [(); 2].map(|()| Booking::new(drive.table.store.clone(), host.clone(), policy));
    drive.table.wire.fail_often(every, &FAULTS);
    let days = people.chunks(2).zip((0u64..).zip(sandboxes.iter().cycle())).map(|(people, (number, booking))| {
        let chance = TestHost::seeded(read(NOW), seed * 100 + number);
        let mut citizen = Citizen { booking, calm: &calm, clock: &host, chance, people, diary: vec![None, None] };
        let sessions = &sessions;
        async move {
            for _ in 0..40 {
                citizen.do_something(sessions).await;
            }
            citizen
        }
    });
    let citizens = join_all(days).await;
    let rows = invariants::hold(&drive.table).await;
    let mut booked = 0;
    for citizen in &citizens {
        for (person, told) in citizen.people.iter().zip(&citizen.diary) {
            let active = rows.active_of(&person.id.to_string());
            let told = told.as_ref().map(|told| (told.id.to_string(), told.status.name().to_owned()));
            assert_eq!(active, told, "what the table has, and what the citizen was told");
            booked += rows.count(&person.id.to_string());
        }
    }
    assert!(booked > 20, "only {booked} appointments were ever made: the day was too quiet to tell anything");
}

#[tokio::test]
async fn in_bad_weather_every_citizen_knows_where_they_stand() {
    for (seed, every) in [(1, 2), (2, 3), (3, 5)] {
        a_day(seed, every).await;
    }
}
