//! Many centers or sessions at once, as a file states them: every row is checked against the store before any is written.

use std::collections::{BTreeMap, BTreeSet};

use futures::{Future, FutureExt, StreamExt, TryStreamExt, stream};
use vaxslot_domain::{
    access::{Region, Scope},
    center::{Center, FeeType, Zone},
    id::{CenterId, DistrictId},
    place::{District, Pincode, Position},
    schedule::{BadSchedule, Schedule},
    session::{Session, SessionStatus},
    text::{Address, Name},
    trail::Deed,
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
    #[error("the session is published already, and opens as it did")]
    OpeningKept,
    #[error("the session was published and cancelled, and stays so")]
    StaysCancelled,
}

/// Why an import broke off. To send it again is safe.
#[derive(Debug, thiserror::Error)]
pub enum ImportError {
    /// While the rows were checked; nothing was written.
    #[error(transparent)]
    Checking(StoreError),
    /// While the rows were written; some may have been.
    #[error(transparent)]
    Writing(StoreError),
    /// A row that was good when it was checked could not be written any more; others were.
    #[error("the store changed while the rows were written")]
    Overtaken,
}

/// What an import found, by the place of each row in its list, in order. Nothing was written if there are faults.
#[derive(Debug, Default)]
pub struct Findings {
    pub faults: Vec<(usize, RowFault)>,
    pub remarks: Vec<(usize, Remark)>,
}

impl Findings {
    /// Splits rows into what is to be written and what is to be told.
    fn sort<T>(rows: Vec<Checked<T>>) -> (Self, Vec<T>) {
        let mut findings = Self::default();
        let mut wanted = Vec::new();
        for (place, row) in rows.into_iter().enumerate() {
            match row {
                Ok(Good { write, remarks }) => {
                    findings.remarks.extend(remarks.into_iter().map(|remark| (place, remark)));
                    wanted.extend(write);
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

/// A row after it was checked.
type Checked<T> = Result<Good<T>, RowFault>;

/// A good row.
struct Good<T> {
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
    /// Adds or renames districts and their states. No two rows may have the same id.
    pub async fn import_districts(&self, districts: &[District]) -> Result<(), ImportError> {
        match self.save_districts(districts).await {
            Ok(()) => Ok(()),
            Err(StaffError::Store(error)) => Err(ImportError::Writing(error)),
            Err(_) => Err(ImportError::Overtaken),
        }
    }

    /// Registers centers, and changes those that are registered. No two rows may have the same id.
    pub async fn import_centers(
        &self,
        rows: &[CenterRow],
        region: Region,
        mode: Mode,
    ) -> Result<Findings, ImportError> {
        let ids: BTreeSet<DistrictId> = rows.iter().map(|row| row.district).collect();
        let districts = look_up(ids, |id| self.district(id, region)).await?;
        let checks = rows.iter().map(|row| self.check_center(row, districts.get(&row.district))).collect();
        let (findings, wanted) = Findings::sort(in_order(checks).await.map_err(ImportError::Checking)?);
        if findings.may_write(mode) {
            write(wanted.into_iter().map(|center| self.write_center(center, region)).collect()).await?;
        }
        Ok(findings)
    }

    async fn check_center(
        &self,
        row: &CenterRow,
        district: Option<&District>,
    ) -> Result<Checked<CenterWrite>, StoreError> {
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
        Ok(Ok(Good { write, remarks: named_otherwise(&row.called, district).into_iter().collect() }))
    }

    async fn write_center(&self, write: CenterWrite, region: Region) -> Result<(), StaffError> {
        match &write {
            CenterWrite::New(center) => self.register(center, Deed::ImportCenters).await,
            CenterWrite::Changed(center) => self.change_center(center, region, Deed::ImportCenters).await,
        }
    }

    /// Publishes sessions. One that is published already, with the same slots for the same people, stays as it is.
    pub async fn import_sessions(
        &self,
        rows: &[SessionRow],
        scope: &Scope,
        mode: Mode,
    ) -> Result<Findings, ImportError> {
        let ids: BTreeSet<CenterId> = rows.iter().map(|row| row.center).collect();
        let centers = look_up(ids, |id| self.center(id, scope)).await?;
        let checks = rows.iter().map(|row| self.check_session(row, centers.get(&row.center))).collect();
        let (findings, wanted) = Findings::sort(in_order(checks).await.map_err(ImportError::Checking)?);
        if findings.may_write(mode) {
            write(wanted.into_iter().map(|session| self.write_session(session)).collect()).await?;
        }
        Ok(findings)
    }

    async fn check_session<'a>(
        &self,
        row: &SessionRow,
        center: Option<&'a Center>,
    ) -> Result<Checked<(&'a Center, Schedule)>, StoreError> {
        let Some(center) = center else { return Ok(Err(RowFault::NoSuchCenter)) };
        let (wanted, existing) = match self.foresee(center, row.schedule.clone()).await {
            Ok(foreseen) => foreseen,
            Err(StaffError::Schedule(fault)) => return Ok(Err(fault.into())),
            Err(StaffError::Store(error)) => return Err(error),
            Err(_) => return Ok(Err(RowFault::PublishedOtherwise)),
        };
        match existing {
            None => Ok(Ok(Good { write: Some((center, row.schedule.clone())), remarks: Vec::new() })),
            Some(existing) if same_schedule(&existing, &wanted) => {
                Ok(Ok(Good { write: None, remarks: kept(&existing, &wanted) }))
            }
            Some(_) => Ok(Err(RowFault::PublishedOtherwise)),
        }
    }

    async fn write_session(&self, (center, schedule): (&Center, Schedule)) -> Result<(), StaffError> {
        self.publish(center, schedule, Identity::Content, Deed::ImportSessions).await.map(|_| ())
    }
}

/// Reads each of `ids` once. What is absent or out of scope is left out.
async fn look_up<Id: Ord + Copy, T, Fut>(
    ids: BTreeSet<Id>,
    find: impl Fn(Id) -> Fut,
) -> Result<BTreeMap<Id, T>, ImportError>
where
    Fut: Future<Output = Result<T, StaffError>>,
{
    let reads: Vec<_> = ids.into_iter().map(|id| find(id).map(move |found| (id, found))).collect();
    let mut found = BTreeMap::new();
    for (id, outcome) in stream::iter(reads).buffered(ROWS_AT_ONCE).collect::<Vec<_>>().await {
        match outcome {
            Ok(value) => found.extend([(id, value)]),
            Err(StaffError::Store(error)) => return Err(ImportError::Checking(error)),
            Err(_) => {}
        }
    }
    Ok(found)
}

/// Carries out what each row asks of the store, some at once.
async fn in_order<T, E>(asked: Vec<impl Future<Output = Result<T, E>>>) -> Result<Vec<T>, E> {
    stream::iter(asked).buffered(ROWS_AT_ONCE).try_collect().await
}

async fn write(writes: Vec<impl Future<Output = Result<(), StaffError>>>) -> Result<(), ImportError> {
    match in_order(writes).await {
        Ok(_) => Ok(()),
        Err(StaffError::Store(error)) => Err(ImportError::Writing(error)),
        Err(_) => Err(ImportError::Overtaken),
    }
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
    if existing.is_ending() {
        remarks.push(Remark::StaysCancelled);
    } else if existing.status == SessionStatus::Closed {
        remarks.push(Remark::StaysClosed);
    }
    if wanted.opening.opens_at.is_some_and(|opens_at| existing.opening.opens_at != Some(opens_at)) {
        remarks.push(Remark::OpeningKept);
    }
    remarks
}
