use std::collections::{BTreeMap, BTreeSet};

use vaxslot_domain::{
    appointment::Appointment,
    id::{AppointmentId, SessionId},
    tally::Standing,
};

/// What a batch of changes touched.
#[derive(Debug, Clone, Default)]
pub struct Touched {
    /// Sessions whose own rows or shards changed.
    pub sessions: BTreeSet<SessionId>,
    /// Sessions whose last slot is said to have begun.
    pub ended: BTreeSet<SessionId>,
    /// Sessions all of whose figures are divided or called otherwise than before.
    pub refiled: BTreeSet<SessionId>,
    appointments: BTreeMap<AppointmentId, Appointment>,
}

/// What is to be done of one session.
#[derive(Debug, Clone, Default)]
pub(super) struct Work<'a> {
    pub sums: bool,
    pub ended: bool,
    pub all_days: bool,
    pub appointments: Vec<&'a Appointment>,
}

impl Touched {
    /// The same for sessions whose shards changed.
    #[must_use]
    pub fn sessions(ids: impl IntoIterator<Item = SessionId>) -> Self {
        Self { sessions: ids.into_iter().collect(), ..Self::default() }
    }

    /// An appointment was seen to stand somewhere. Of several sights the furthest counts, in whatever order they come.
    pub fn stands(&mut self, appointment: &Appointment) {
        let earlier = self.appointments.get(&appointment.id).map(Standing::of);
        if earlier.is_none_or(|earlier| Standing::of(appointment).earlier().contains(&earlier)) {
            self.appointments.insert(appointment.id, appointment.clone());
        }
    }

    /// What is to be done, by session.
    pub(super) fn by_session(&self) -> BTreeMap<SessionId, Work<'_>> {
        let mut work: BTreeMap<SessionId, Work<'_>> = BTreeMap::new();
        for id in &self.sessions {
            work.entry(*id).or_default().sums = true;
        }
        for id in &self.ended {
            let work = work.entry(*id).or_default();
            (work.sums, work.ended) = (true, true);
        }
        for id in &self.refiled {
            let work = work.entry(*id).or_default();
            (work.sums, work.all_days) = (true, true);
        }
        for appointment in self.appointments.values() {
            work.entry(appointment.shard.pool.session).or_default().appointments.push(appointment);
        }
        work
    }
}
