//! A day's bookings, level by level, down to single appointments.

use std::sync::Arc;

use vaxslot_domain::{
    Date,
    access::{Region, Scope},
    appointment::Appointment,
    id::{CenterId, DistrictId, SessionId, StateId},
    place::District,
    rollup::{Figures, Level, Node, Row},
    session::{Session, ShardKey},
};

use crate::{
    ports::{Host, Store, StoreError},
    retry::persist,
};

/// How many appointments a page holds before it ends at the next shard.
const APPOINTMENTS_A_PAGE: usize = 200;

/// A level of a day with its children.
#[derive(Debug, Clone, PartialEq)]
pub struct DayReport {
    /// The sum of the rows.
    pub total: Figures,
    pub rows: Vec<Row>,
}

/// A page of a session's appointments.
#[derive(Debug, Clone, PartialEq)]
pub struct AppointmentPage {
    pub session: Session,
    pub appointments: Vec<Appointment>,
    /// The place of the shard that the next page starts with.
    pub next: Option<u32>,
}

/// Why there is no report.
#[derive(Debug, thiserror::Error)]
pub enum ReportError {
    /// Absent, or out of the caller's scope.
    #[error("there is no such place or session within the caller's scope")]
    NotFound,
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Reports within a caller's scope.
pub struct Reports {
    store: Arc<dyn Store>,
    host: Arc<dyn Host>,
}

impl Reports {
    #[must_use]
    pub fn new(store: Arc<dyn Store>, host: Arc<dyn Host>) -> Self {
        Self { store, host }
    }

    /// The rows below `level` that lie within the scope, and their sum.
    pub async fn day(&self, date: Date, level: Level, scope: &Scope) -> Result<DayReport, ReportError> {
        let rows = match self.reach(level, scope).await? {
            Reach::All => persist(&*self.host, || self.store.rows(date, level)).await?,
            Reach::Only(nodes) => {
                let rows = persist(&*self.host, || self.store.rows(date, level)).await?;
                rows.into_iter().filter(|row| nodes.contains(&row.node)).collect()
            }
            Reach::Part(district) => {
                let state = district.state;
                let rows = persist(&*self.host, || self.store.rows(date, Level::State(state.id))).await?;
                let mine = rows.into_iter().find(|row| row.node == Node::District(district.id));
                let named = |row: Row| Row { node: Node::State(state.id), name: state.name.as_str().to_owned(), ..row };
                mine.map(named).into_iter().collect()
            }
            Reach::Centers(centers) => self.rows_of(date, centers).await?,
        };
        Ok(DayReport { total: rows.iter().map(|row| row.figures).sum(), rows })
    }

    /// An operator's view from above: the named centers themselves, wherever they are.
    async fn rows_of(&self, date: Date, centers: Vec<CenterId>) -> Result<Vec<Row>, ReportError> {
        let mut rows = Vec::new();
        for id in centers {
            let Some(center) = persist(&*self.host, || self.store.center(id)).await? else { continue };
            let sessions = persist(&*self.host, || self.store.rows(date, Level::Center(id))).await?;
            let figures = sessions.iter().map(|row| row.figures).sum();
            rows.push(Row { node: Node::Center(id), name: center.name.as_str().to_owned(), figures });
        }
        Ok(rows)
    }

    async fn reach(&self, level: Level, scope: &Scope) -> Result<Reach, ReportError> {
        let region = match (scope, level) {
            (Scope::Centers(centers), Level::Center(id)) if centers.contains(&id) => return Ok(Reach::All),
            (Scope::Centers(centers), Level::Country) => return Ok(Reach::Centers(centers.iter().copied().collect())),
            (Scope::Centers(_), _) => return Err(ReportError::NotFound),
            (Scope::Region(region), _) => *region,
        };
        match (level, region) {
            (Level::Country, Region::Country) => Ok(Reach::All),
            (Level::Country, Region::State(state)) => Ok(Reach::Only(vec![Node::State(state)])),
            (Level::Country, Region::District(id)) => Ok(Reach::Part(self.district(id).await?)),
            (Level::State(state), region) => self.reach_state(state, region).await,
            (Level::District(id), region) => {
                let district = self.district(id).await?;
                if region.covers(&district) { Ok(Reach::All) } else { Err(ReportError::NotFound) }
            }
            (Level::Center(id), region) => {
                let center = persist(&*self.host, || self.store.center(id)).await?;
                let mine = center.filter(|center| region.covers(&center.district));
                mine.map(|_| Reach::All).ok_or(ReportError::NotFound)
            }
        }
    }

    async fn reach_state(&self, state: StateId, region: Region) -> Result<Reach, ReportError> {
        match region {
            Region::District(id) => {
                let district = self.district(id).await?;
                let inside = district.state.id == state;
                if inside { Ok(Reach::Only(vec![Node::District(id)])) } else { Err(ReportError::NotFound) }
            }
            Region::State(mine) if mine != state => Err(ReportError::NotFound),
            _ => {
                let districts = persist(&*self.host, || self.store.districts(state)).await?;
                if districts.is_empty() { Err(ReportError::NotFound) } else { Ok(Reach::All) }
            }
        }
    }

    async fn district(&self, id: DistrictId) -> Result<District, ReportError> {
        persist(&*self.host, || self.store.district(id)).await?.ok_or(ReportError::NotFound)
    }

    /// A page of the appointments of a session, shard by shard.
    pub async fn appointments(&self, id: SessionId, scope: &Scope, from: u32) -> Result<AppointmentPage, ReportError> {
        let found = persist(&*self.host, || self.store.session(id)).await?;
        let mine = found.filter(|session| scope.covers_center(&session.center));
        let session = mine.ok_or(ReportError::NotFound)?;
        let keys: Vec<ShardKey> = session.shard_keys().collect();
        let mut appointments = Vec::new();
        let mut next = None;
        for (place, key) in (0u32..).zip(keys).skip(usize::try_from(from).unwrap_or(usize::MAX)) {
            if appointments.len() >= APPOINTMENTS_A_PAGE {
                next = Some(place);
                break;
            }
            appointments.extend(persist(&*self.host, || self.store.appointments_of(key)).await?);
        }
        Ok(AppointmentPage { session, appointments, next })
    }
}

/// Which rows of a level a scope reaches.
enum Reach {
    All,
    Only(Vec<Node>),
    /// Of a state, one district alone.
    Part(District),
    Centers(Vec<CenterId>),
}
