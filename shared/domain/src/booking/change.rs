//! What becomes of an appointment that is there.

use std::collections::BTreeMap;

use jiff::{SignedDuration, Timestamp};

use crate::{
    appointment::{Appointment, Status},
    id::{AccountId, AppointmentId, BeneficiaryId},
    person::{Beneficiary, has_faded},
    session::ShardKey,
};

/// An appointment of one's own, named by both of its keys.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Own {
    pub beneficiary: BeneficiaryId,
    pub appointment: AppointmentId,
}

/// Why an appointment cannot be changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ChangeRefusal {
    /// Absent, ended, or another account's: they look the same.
    NoSuchAppointment(Own),
    /// The hold ran out before it was confirmed.
    HoldExpired(Own),
    AlreadyConfirmed(Own),
    /// The slot has begun.
    SlotPast(Own),
    /// The appointment is in the slot that it is to be moved to.
    SameSlot(Own),
    /// Appointments that are to be moved together are for different doses.
    DifferentDoses,
    /// The program wants a confirmed appointment to be changed sooner before its slot.
    CutOffPassed {
        own: Own,
        latest: Timestamp,
    },
}

/// Decides on confirming `own`, given the beneficiary as found.
///
/// # Errors
/// Why it cannot be confirmed.
pub fn check_confirm(
    account: &AccountId,
    own: Own,
    found: Option<&Beneficiary>,
    now: Timestamp,
) -> Result<(), ChangeRefusal> {
    let (_, active) = own_active(account, own, found)?;
    match active.status {
        Status::Held { .. } if active.status.expired_at(now) => Err(ChangeRefusal::HoldExpired(own)),
        Status::Held { .. } => Ok(()),
        _ => Err(ChangeRefusal::AlreadyConfirmed(own)),
    }
}

/// Decides on giving `own` up, to cancel or to move it: possible until its slot starts, which is `start`'s to say; and once it
/// is confirmed, until the program's cut-off before that.
///
/// # Errors
/// Why it cannot be cancelled.
pub fn check_give_up<'a>(
    account: &AccountId,
    own: Own,
    found: Option<&'a Beneficiary>,
    start: impl FnOnce(&Appointment) -> Timestamp,
    cut_off: SignedDuration,
    now: Timestamp,
) -> Result<(&'a Beneficiary, &'a Appointment), ChangeRefusal> {
    let (person, active) = own_active(account, own, found)?;
    if active.status.expired_at(now) {
        return Err(ChangeRefusal::HoldExpired(own));
    }
    let start = start(active);
    if now >= start {
        return Err(ChangeRefusal::SlotPast(own));
    }
    let latest = start.saturating_sub(cut_off).unwrap_or(Timestamp::MIN);
    if active.status == Status::Confirmed && now > latest {
        return Err(ChangeRefusal::CutOffPassed { own, latest });
    }
    Ok((person, active))
}

fn own_active<'a>(
    account: &AccountId,
    own: Own,
    found: Option<&'a Beneficiary>,
) -> Result<(&'a Beneficiary, &'a Appointment), ChangeRefusal> {
    found
        .filter(|person| person.account == *account)
        .and_then(|person| Some((person, person.active.as_ref()?)))
        .filter(|(_, active)| active.id == own.appointment)
        .ok_or(ChangeRefusal::NoSuchAppointment(own))
}

/// One appointment that ends.
#[derive(Debug, Clone, PartialEq)]
pub struct Ending {
    /// As it was read: it must still be so.
    pub was: Appointment,
    /// In its final state.
    pub is: Appointment,
    pub note: Note,
}

/// How an ending is noted at its person, so that the appointment is not made again under its idempotency key.
#[derive(Debug, Clone, PartialEq)]
pub enum Note {
    /// Among those that the person gave up, of which these earlier ones count no more.
    GivenUp { faded: Vec<AppointmentId> },
    /// Among those that were withdrawn, which are these from now on. Nothing but an ending changes them, and of endings at
    /// once one goes through: so all of them can be written as they were read.
    Withdrawn(BTreeMap<AppointmentId, Timestamp>),
}

impl Ending {
    /// The end of a person's active appointment by the person's own doing, or because its hold ran out.
    #[must_use]
    pub fn given_up(person: &Beneficiary, was: &Appointment, is: Appointment) -> Self {
        let note = Note::GivenUp { faded: person.faded(is.changed_at) };
        Self { was: was.clone(), is, note }
    }

    /// The end of a person's active appointment through no doing of the person.
    #[must_use]
    pub fn withdrawn(person: &Beneficiary, was: &Appointment, is: Appointment) -> Self {
        let mut withdrawn = person.withdrawn.clone();
        withdrawn.retain(|_, at| !has_faded(*at, is.changed_at));
        withdrawn.insert(was.id, is.changed_at);
        Self { was: was.clone(), is, note: Note::Withdrawn(withdrawn) }
    }
}

/// Appointments that end together, and units that go back to shards.
#[derive(Debug, Clone, PartialEq)]
pub struct Release(pub Vec<Ending>);

impl Release {
    /// The appointments in their final state.
    #[must_use]
    pub fn ended(&self) -> Vec<Appointment> {
        self.0.iter().map(|ending| ending.is.clone()).collect()
    }

    /// The units to return to each shard.
    #[must_use]
    pub fn returns(&self) -> Vec<(ShardKey, u32)> {
        let mut returns: Vec<(ShardKey, u32)> = Vec::new();
        for Ending { was, .. } in &self.0 {
            match returns.iter_mut().find(|(shard, _)| *shard == was.shard) {
                Some((_, units)) => *units += 1,
                None => returns.push((was.shard, 1)),
            }
        }
        returns
    }
}
