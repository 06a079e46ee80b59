//! Many centers or sessions at once, as a file states them: every row is checked against the store before any is written.

use std::collections::{BTreeMap, BTreeSet};

use futures::{Future, StreamExt, TryStreamExt, stream};
use vaxslot_domain::{
    access::{Region, Scope},
    center::{Center, FeeType, Zone},
    id::{CenterId, DistrictId},
    place::{District, Pincode, Position},
    schedule::{BadSchedule, Schedule},
    session::{Session, SessionStatus},
    text::{Address, Name},
    vaccine::Dose,
    window::Window,
};

use crate::{
    ports::StoreError,
    staff::{Identity, Staff, StaffError, same_schedule},
};

/// How many rows are read or written at once.
const ROWS_AT_ONCE: usize = 16;

/// Whether good rows are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mode {
    /// Only says what is wrong: for a file of which some rows did not parse.
    Check,
    /// Writes the rows, if every one of them is good.
    Write,
}

/// A center as a file states it.
#[derive(Debug, Clone)]
pub struct CenterRow {
    pub id: CenterId,
    pub name: Name,
    pub address: Address,
    pub block: Option<Name>,
    pub district: DistrictId,
    /// What the file calls the district and its state; the stored names win.
    pub called: (Name, Name),
    pub pincode: Pincode,
    /// A center that has a position keeps it when the file has none.
    pub position: Option<Position>,
    pub hours: Window,
    pub fee_type: FeeType,
}

/// A session as a file states it.
#[derive(Debug, Clone)]
pub struct SessionRow {
    pub center: CenterId,
    pub schedule: Schedule,
}

/// Why a row cannot be written.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum RowFault {
    /// Absent, or out of the caller's scope: they look the same.
    #[error("there is no such district within the caller's scope")]
    NoSuchDistrict,
    /// Absent, or out of the caller's scope.
    #[error("there is no such center within the caller's scope")]
    NoSuchCenter,
    #[error("a center with this id exists in another district")]
    InOtherDistrict,
    #[error(transparent)]
    Schedule(#[from] BadSchedule),
    #[error("these slots are published already, with another fee or for other doses")]
    PublishedOtherwise,
}

/// What the caller should know of a row that is good.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Remark {
    #[error("the district is {district}, {state}, and stays so")]
    NamedOtherwise { district: String, state: String },
    #[error("the session is published already, and keeps its capacity for dose {0}")]
    CapacityKept(Dose),
    #[error("the session is published already, and stays closed")]
    StaysClosed,
}

/// What an import found, by the place of each row in its list, in order. Nothing was written if there are faults.
#[derive(Debug, Default)]
pub struct Findings {
    pub faults: Vec<(usize, RowFault)>,
    pub remarks: Vec<(usize, Remark)>,
}

impl Findings {
    /// Splits rows that were judged into what is to be written and what is to be told.
    fn sort<T>(judged: Vec<Result<Judged<T>, RowFault>>) -> (Self, Vec<(usize, T)>) {
        let mut findings = Self::default();
        let mut wanted = Vec::new();
        for (place, row) in judged.into_iter().enumerate() {
            match row {
                Ok(Judged { write, remarks }) => {
                    findings.remarks.extend(remarks.into_iter().map(|remark| (place, remark)));
                    wanted.extend(write.map(|write| (place, write)));
                }
                Err(fault) => findings.faults.push((place, fault)),
            }
        }
        (findings, wanted)
    }

    fn may_write(&self, mode: Mode) -> bool {
        mode == Mode::Write && self.faults.is_empty()
    }
}

/// A good row.
struct Judged<T> {
    /// None if the store has it already.
    write: Option<T>,
    remarks: Vec<Remark>,
}

/// How a center differs from the store.
enum CenterWrite {
    New(Center),
    Changed(Center),
}

impl Staff {
    /// Registers centers, and changes those that are registered. No two rows may have the same id.
    pub async fn import_centers(
        &self,
        rows: &[CenterRow],
        region: Region,
        mode: Mode,
    ) -> Result<Findings, StoreError> {
        let ids: BTreeSet<DistrictId> = rows.iter().map(|row| row.district).collect();
        let districts = look_up(ids, |id| self.district(id, region)).await?;
        let judged = in_order(rows.iter().map(|row| self.judge_center(row, districts.get(&row.district)))).await?;
        let (mut findings, wanted) = Findings::sort(judged);
        if findings.may_write(mode) {
            let writes = wanted.into_iter().map(|(place, write)| self.write_center(place, write, region));
            findings.faults = written(writes).await?;
        }
        Ok(findings)
    }

    async fn judge_center(
        &self,
        row: &CenterRow,
        district: Option<&District>,
    ) -> Result<Result<Judged<CenterWrite>, RowFault>, StoreError> {
        let Some(district) = district else { return Ok(Err(RowFault::NoSuchDistrict)) };
        let existing = self.registered(row.id).await?;
        if existing.as_ref().is_some_and(|center| center.district.id != district.id) {
            return Ok(Err(RowFault::InOtherDistrict));
        }
        let center = Center {
            id: row.id,
            name: row.name.clone(),
            address: row.address.clone(),
            block: row.block.clone(),
            district: district.clone(),
            pincode: row.pincode,
            position: row.position.or_else(|| existing.as_ref().and_then(|center| center.position)),
            hours: row.hours,
            zone: existing.as_ref().map_or_else(Zone::india, |center| center.zone.clone()),
            fee_type: row.fee_type,
        };
        let write = match existing {
            Some(existing) if existing == center => None,
            Some(_) => Some(CenterWrite::Changed(center)),
            None => Some(CenterWrite::New(center)),
        };
        Ok(Ok(Judged { write, remarks: named_otherwise(&row.called, district).into_iter().collect() }))
    }

    async fn write_center(
        &self,
        place: usize,
        write: CenterWrite,
        region: Region,
    ) -> Result<Option<(usize, RowFault)>, StoreError> {
        let outcome = match &write {
            CenterWrite::New(center) => self.register(center).await,
            CenterWrite::Changed(center) => self.change_center(center, region).await,
        };
        late_fault(place, outcome)
    }

    /// Publishes sessions. One that is published already, with the same slots for the same people, stays as it is.
    pub async fn import_sessions(
        &self,
        rows: &[SessionRow],
        scope: &Scope,
        mode: Mode,
    ) -> Result<Findings, StoreError> {
        let ids: BTreeSet<CenterId> = rows.iter().map(|row| row.center).collect();
        let centers = look_up(ids, |id| self.center(id, scope)).await?;
        let judged = in_order(rows.iter().map(|row| self.judge_session(row, centers.get(&row.center)))).await?;
        let (mut findings, wanted) = Findings::sort(judged);
        if findings.may_write(mode) {
            let writes = wanted.into_iter().map(|(place, (center, schedule))| async move {
                late_fault(place, self.publish(center, schedule, Identity::Content).await)
            });
            findings.faults = written(writes).await?;
        }
        Ok(findings)
    }

    async fn judge_session<'a>(
        &self,
        row: &SessionRow,
        center: Option<&'a Center>,
    ) -> Result<Result<Judged<(&'a Center, Schedule)>, RowFault>, StoreError> {
        let Some(center) = center else { return Ok(Err(RowFault::NoSuchCenter)) };
        let (wanted, existing) = match self.foresee(center, row.schedule.clone()).await {
            Ok(found) => found,
            Err(StaffError::Schedule(fault)) => return Ok(Err(fault.into())),
            Err(StaffError::Store(error)) => return Err(error),
            Err(_) => return Ok(Err(RowFault::PublishedOtherwise)),
        };
        let Some(existing) = existing else {
            let write = Some((center, row.schedule.clone()));
            return Ok(Ok(Judged { write, remarks: Vec::new() }));
        };
        if !same_schedule(&existing, &wanted) {
            return Ok(Err(RowFault::PublishedOtherwise));
        }
        Ok(Ok(Judged { write: None, remarks: kept(&existing, &wanted) }))
    }
}

/// Reads each of `ids` once. What is absent or out of scope is left out.
async fn look_up<Id: Ord + Copy, T, Fut>(
    ids: BTreeSet<Id>,
    find: impl Fn(Id) -> Fut,
) -> Result<BTreeMap<Id, T>, StoreError>
where
    Fut: Future<Output = Result<T, StaffError>>,
{
    let reads = ids.into_iter().map(|id| {
        let asked = find(id);
        async move {
            match asked.await {
                Ok(found) => Ok(Some((id, found))),
                Err(StaffError::Store(error)) => Err(error),
                Err(_) => Ok(None),
            }
        }
    });
    Ok(in_order(reads).await?.into_iter().flatten().collect())
}

/// Carries out what each row asks of the store, some at once.
async fn in_order<T>(
    asked: impl Iterator<Item = impl Future<Output = Result<T, StoreError>>>,
) -> Result<Vec<T>, StoreError> {
    stream::iter(asked).buffered(ROWS_AT_ONCE).try_collect().await
}

/// Carries out writes; what was good when it was checked may have changed since.
async fn written(
    writes: impl Iterator<Item = impl Future<Output = Result<Option<(usize, RowFault)>, StoreError>>>,
) -> Result<Vec<(usize, RowFault)>, StoreError> {
    Ok(in_order(writes).await?.into_iter().flatten().collect())
}

fn late_fault<T>(place: usize, outcome: Result<T, StaffError>) -> Result<Option<(usize, RowFault)>, StoreError> {
    let fault = match outcome {
        Ok(_) => return Ok(None),
        Err(StaffError::Store(error)) => return Err(error),
        Err(StaffError::Schedule(fault)) => fault.into(),
        Err(StaffError::CenterExists(_)) => RowFault::InOtherDistrict,
        Err(StaffError::KeyReused) => RowFault::PublishedOtherwise,
        Err(_) => RowFault::NoSuchCenter,
    };
    Ok(Some((place, fault)))
}

fn named_otherwise(called: &(Name, Name), stored: &District) -> Option<Remark> {
    let same = |one: &Name, other: &Name| one.as_str().to_lowercase() == other.as_str().to_lowercase();
    let fits = same(&called.0, &stored.name) && same(&called.1, &stored.state.name);
    let (district, state) = (stored.name.as_str().to_owned(), stored.state.name.as_str().to_owned());
    (!fits).then_some(Remark::NamedOtherwise { district, state })
}

/// What of a published session differs from the wanted one, and stays as it is.
fn kept(existing: &Session, wanted: &Session) -> Vec<Remark> {
    let capacities = |session: &Session, dose| -> Vec<u32> {
        let pools = session.keyed_pools().filter(|(key, _)| key.dose == dose);
        pools.map(|(_, pool)| pool.capacity).collect()
    };
    let changed = existing.doses.iter().filter(|dose| capacities(existing, **dose) != capacities(wanted, **dose));
    let mut remarks: Vec<Remark> = changed.map(|dose| Remark::CapacityKept(*dose)).collect();
    if existing.status == SessionStatus::Closed {
        remarks.push(Remark::StaysClosed);
    }
    remarks
}
