//! Figures of days, level by level, down to single appointments.

use std::sync::Arc;

use vaxslot_domain::{
    Date,
    access::{Region, Scope},
    appointment::Appointment,
    center::Center,
    id::{CenterId, DistrictId, SessionId, StateId},
    place::District,
    rollup::{Basis, Day, Figures, Level, Node, Row, Spot},
    session::{Session, ShardKey},
    tally::{Standing, Tally},
    vaccine::Dose,
};

use crate::{
    ports::{Host, Store, StoreError},
    retry::persist,
};

/// How many appointments a page holds before it ends at the next shard.
const APPOINTMENTS_A_PAGE: usize = 200;

/// How many shards a page looks through, however few appointments it finds there.
const SHARDS_A_PAGE: u32 = 64;

/// A level of a day with its children.
#[derive(Debug, Clone, PartialEq)]
pub struct DayReport {
    /// The sum of the rows.
    pub total: Figures,
    pub rows: Vec<Row>,
}

/// The figures of a day among others.
#[derive(Debug, Clone, PartialEq)]
pub struct TrendDay {
    pub date: Date,
    pub figures: Figures,
}

/// Which of a session's appointments are wanted: all, or those that a figure counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Wanted {
    pub standing: Option<Standing>,
    pub dose: Option<Dose>,
    /// The day on which they were made, by the center's clock.
    pub made_on: Option<Date>,
}

impl Wanted {
    fn has(self, appointment: &Appointment, session: &Session) -> bool {
        let tally = Tally::of(appointment, session.center.zone.clock());
        self.standing.is_none_or(|standing| standing == tally.standing)
            && self.made_on.is_none_or(|date| date == tally.made_on)
    }
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
    pub async fn day(&self, day: Day, level: Level, scope: &Scope) -> Result<DayReport, ReportError> {
        let rows = match self.reach(level, scope).await? {
            Reach::All(_) => persist(&*self.host, || self.store.rows(day, level)).await?,
            Reach::Only(nodes) => {
                let rows = persist(&*self.host, || self.store.rows(day, level)).await?;
                rows.into_iter().filter(|row| nodes.contains(&row.node)).collect()
            }
            Reach::Part(district) => {
                let state = district.state;
                let rows = persist(&*self.host, || self.store.rows(day, Level::State(state.id))).await?;
                let mine = rows.into_iter().find(|row| row.node == Node::District(district.id));
                let named = |row: Row| Row { node: Node::State(state.id), name: state.name.as_str().to_owned(), ..row };
                mine.map(named).into_iter().collect()
            }
            Reach::Centers(centers) => self.rows_of(day, centers).await?,
        };
        Ok(DayReport { total: rows.iter().map(|row| &row.figures).sum(), rows })
    }

    /// An operator's view from above: the named centers themselves, wherever they are.
    async fn rows_of(&self, day: Day, centers: Vec<CenterId>) -> Result<Vec<Row>, ReportError> {
        let mut rows = Vec::new();
        for id in centers {
            let Some(center) = persist(&*self.host, || self.store.center(id)).await? else { continue };
            let sessions = persist(&*self.host, || self.store.rows(day, Level::Center(id))).await?;
            let figures = sessions.iter().map(|row| &row.figures).sum();
            rows.push(Row { node: Node::Center(id), name: center.name.as_str().to_owned(), figures });
        }
        Ok(rows)
    }

    /// The figures of each of these days, of what lies within the scope: the rows of the places themselves, not of what lies
    /// below them. A day without any is all zero.
    pub async fn trend(
        &self,
        basis: Basis,
        dates: &[Date],
        level: Level,
        scope: &Scope,
    ) -> Result<Vec<TrendDay>, ReportError> {
        let places = self.places(level, scope).await?;
        let spot = |date, (under, node)| Spot { day: Day { basis, date }, under, node };
        let spots: Vec<Spot> =
            dates.iter().flat_map(|date| places.iter().map(move |place| spot(*date, *place))).collect();
        let found = persist(&*self.host, || self.store.rows_at(&spots)).await?;
        let mut found = found.iter();
        let mut day = |date: &Date| {
            let rows = found.by_ref().take(places.len()).flatten();
            TrendDay { date: *date, figures: rows.map(|found| &found.row.figures).sum() }
        };
        Ok(dates.iter().map(&mut day).collect())
    }

    /// Where the rows stand that make up what the scope reaches of a level.
    async fn places(&self, level: Level, scope: &Scope) -> Result<Vec<(Level, Node)>, ReportError> {
        Ok(match self.reach(level, scope).await? {
            Reach::All(Some(place)) => vec![place],
            Reach::All(None) => vec![self.place(level).await?],
            Reach::Only(nodes) => nodes.into_iter().map(|node| (level, node)).collect(),
            Reach::Part(district) => vec![(Level::State(district.state.id), Node::District(district.id))],
            Reach::Centers(centers) => {
                let mut places = Vec::new();
                for id in centers {
                    let Some(center) = persist(&*self.host, || self.store.center(id)).await? else { continue };
                    places.push((Level::District(center.district.id), Node::Center(id)));
                }
                places
            }
        })
    }

    /// Where the row of a center stands that was not looked at.
    async fn place(&self, level: Level) -> Result<(Level, Node), ReportError> {
        let Level::Center(id) = level else { return Err(ReportError::NotFound) };
        let center = persist(&*self.host, || self.store.center(id)).await?.ok_or(ReportError::NotFound)?;
        Ok((Level::District(center.district.id), Node::Center(id)))
    }

    async fn reach(&self, level: Level, scope: &Scope) -> Result<Reach, ReportError> {
        let region = match (scope, level) {
            (Scope::Centers(centers), Level::Center(id)) if centers.contains(&id) => return Ok(Reach::All(None)),
            (Scope::Centers(centers), Level::Country) => return Ok(Reach::Centers(centers.iter().copied().collect())),
            (Scope::Centers(_), _) => return Err(ReportError::NotFound),
            (Scope::Region(region), _) => *region,
        };
        match (level, region) {
            (Level::Top, _) => Err(ReportError::NotFound),
            (Level::Country, Region::Country) => Ok(Reach::All(Some((Level::Top, Node::Country)))),
            (Level::Country, Region::State(state)) => Ok(Reach::Only(vec![Node::State(state)])),
            (Level::Country, Region::District(id)) => Ok(Reach::Part(self.district(id).await?)),
            (Level::State(state), region) => self.reach_state(state, region).await,
            (Level::District(id), region) => {
                let district = self.district(id).await?;
                let place = (Level::State(district.state.id), Node::District(id));
                if region.covers(&district) { Ok(Reach::All(Some(place))) } else { Err(ReportError::NotFound) }
            }
            (Level::Center(id), region) => {
                let center = persist(&*self.host, || self.store.center(id)).await?;
                let mine = center.filter(|center| region.covers(&center.district));
                let place = |center: Center| (Level::District(center.district.id), Node::Center(id));
                mine.map(|center| Reach::All(Some(place(center)))).ok_or(ReportError::NotFound)
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
                let place = (Level::Country, Node::State(state));
                if districts.is_empty() { Err(ReportError::NotFound) } else { Ok(Reach::All(Some(place))) }
            }
        }
    }

    async fn district(&self, id: DistrictId) -> Result<District, ReportError> {
        persist(&*self.host, || self.store.district(id)).await?.ok_or(ReportError::NotFound)
    }

    /// A page of the appointments of a session, shard by shard.
    pub async fn appointments(
        &self,
        id: SessionId,
        scope: &Scope,
        wanted: Wanted,
        from: u32,
    ) -> Result<AppointmentPage, ReportError> {
        let found = persist(&*self.host, || self.store.session(id)).await?;
        let mine = found.filter(|session| scope.covers_center(&session.center));
        let session = mine.ok_or(ReportError::NotFound)?;
        let of_dose = |key: &ShardKey| wanted.dose.is_none_or(|dose| dose == key.pool.dose);
        let keys: Vec<ShardKey> = session.shard_keys().filter(of_dose).collect();
        let mut appointments = Vec::new();
        let mut next = None;
        for (place, key) in (0u32..).zip(keys).skip(usize::try_from(from).unwrap_or(usize::MAX)) {
            if appointments.len() >= APPOINTMENTS_A_PAGE || place.saturating_sub(from) >= SHARDS_A_PAGE {
                next = Some(place);
                break;
            }
            let found = persist(&*self.host, || self.store.appointments_of(key)).await?;
            appointments.extend(found.into_iter().filter(|appointment| wanted.has(appointment, &session)));
        }
        Ok(AppointmentPage { session, appointments, next })
    }
}

/// Which rows of a level a scope reaches.
enum Reach {
    /// All of them, and where the row of the level itself stands, if that is known.
    All(Option<(Level, Node)>),
    Only(Vec<Node>),
    /// Of a state, one district alone.
    Part(District),
    Centers(Vec<CenterId>),
}
