//! Appointments on the table, and the beneficiaries that carry them.

mod confirm;
mod lists;
mod make;
mod terms;
mod writes;

use std::collections::HashMap;

use async_trait::async_trait;
use vaxslot_app::ports::{Bookings, StoreError, Taken, Tried};
use vaxslot_domain::{
    Timestamp,
    appointment::Appointment,
    booking::{Check, Move, Own, Rejection, Release, Reservation, Used},
    id::{AccountId, AppointmentId, BeneficiaryId},
    person::Beneficiary,
    reference::Reference,
    session::ShardKey,
};

use self::terms::given_up_paths;
use crate::{
    expression::{Changes, Terms},
    keys::{self, PK, PROFILE, SK},
    rows::{Item, read_beneficiary, read_ended},
    store::DynamoStore,
    transaction::Found,
};

#[async_trait]
impl Bookings for DynamoStore {
    async fn reserve_all(&self, reservations: &[Reservation]) -> Result<Tried<(), Vec<Rejection>>, StoreError> {
        self.make_all(reservations).await
    }

    async fn reschedule(&self, wanted: &Move) -> Result<Tried<(), Rejection>, StoreError> {
        self.move_all(wanted).await
    }

    async fn confirm(
        &self,
        account: &AccountId,
        holds: &[Own],
        now: Timestamp,
        mark: &str,
    ) -> Result<Tried<Vec<Appointment>, Vec<Check<Beneficiary>>>, StoreError> {
        self.confirm_holds(account, holds, now, mark).await
    }

    async fn release(&self, release: &Release) -> Result<Tried<(), ()>, StoreError> {
        Ok(self.transact(writes::release(release)).await?.without_row())
    }

    async fn use_up(&self, used: &Used) -> Result<Tried<(), ()>, StoreError> {
        Ok(self.transact(writes::use_up(used)).await?.without_row())
    }

    async fn forget(&self, person: BeneficiaryId, faded: &[AppointmentId]) -> Result<(), StoreError> {
        let (paths, terms) = given_up_paths("faded", faded.iter().copied(), Terms::default());
        if paths.is_empty() {
            return Ok(());
        }
        let update = Changes::default().remove(paths).expression();
        // Refused only where the person is not there: then nothing is to be dropped.
        self.update_if(&keys::beneficiary(person), &update, "attribute_exists(pk)", terms).await.map(drop)
    }

    async fn beneficiaries(&self, ids: &[BeneficiaryId]) -> Result<Vec<Option<Beneficiary>>, StoreError> {
        if ids.is_empty() {
            return Ok(Vec::new());
        }
        let keys: Vec<_> = ids.iter().map(|id| keys::beneficiary(*id)).collect();
        let items = self.read_all(&keys).await?;
        let people = items.iter().map(|item| read_beneficiary(&self.row(item)));
        let mut by_id: HashMap<BeneficiaryId, Beneficiary> =
            people.map(|person| person.map(|person| (person.id, person))).collect::<Result<_, _>>()?;
        Ok(ids.iter().map(|id| by_id.remove(id)).collect())
    }

    async fn ended(&self, own: &[Own]) -> Result<Vec<Option<Appointment>>, StoreError> {
        let keys: Vec<_> = own.iter().map(|own| keys::ended(own.beneficiary, own.appointment)).collect();
        let items = self.read_all(&keys).await?;
        let ended = items.iter().map(|item| Ok(read_ended(&self.row(item))?));
        let ended: Vec<Appointment> = ended.collect::<Result<_, StoreError>>()?;
        let named = |own: &Own| {
            let mine = |one: &&Appointment| one.beneficiary == own.beneficiary && one.id == own.appointment;
            ended.iter().find(mine).cloned()
        };
        Ok(own.iter().map(named).collect())
    }

    async fn history(&self, id: BeneficiaryId) -> Result<Option<(Beneficiary, Vec<Appointment>)>, StoreError> {
        // Ended appointments sort before the person's own row, and what is none of this behind it.
        let items = self.partition_up_to(&keys::beneficiary_partition(id), PROFILE).await?;
        let (profile, ended): (Vec<&Item>, Vec<&Item>) = items.iter().partition(|item| is_profile(item));
        let Some(profile) = profile.first() else { return Ok(None) };
        let person = read_beneficiary(&self.row(profile))?;
        let mut ended =
            ended.into_iter().map(|item| Ok(read_ended(&self.row(item))?)).collect::<Result<Vec<_>, StoreError>>()?;
        ended.sort_by_key(|appointment| std::cmp::Reverse(appointment.changed_at));
        Ok(Some((person, ended)))
    }

    async fn taken_in(&self, shard: ShardKey) -> Result<Taken, StoreError> {
        self.list_taken(shard).await
    }

    async fn find_in(&self, shard: ShardKey, reference: Reference) -> Result<Vec<Own>, StoreError> {
        self.list_named(shard, reference).await
    }

    async fn appointments_of(&self, shard: ShardKey) -> Result<Vec<Appointment>, StoreError> {
        self.list_all(shard).await
    }
}

pub(crate) fn read_checks<T>(
    found: Found,
    read: impl Fn(&Item) -> Result<T, vaxslot_app::ports::BadRow>,
) -> Result<Vec<Check<T>>, StoreError> {
    let check = |check: Check<Item>| match check {
        Check::Held => Ok(Check::Held),
        Check::Failed(None) => Ok(Check::Failed(None)),
        Check::Failed(Some(item)) if !item.contains_key(PK) => Ok(Check::Failed(None)),
        Check::Failed(Some(item)) => Ok(Check::Failed(Some(read(&item)?))),
    };
    found.into_iter().map(check).collect()
}

fn is_profile(item: &Item) -> bool {
    item.get(SK).is_some_and(|sk| sk.as_s().is_ok_and(|sk| sk == PROFILE))
}
