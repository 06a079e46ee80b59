use serde::Serialize;
use utoipa::ToSchema;
use vaxslot_domain::{
    place::Position,
    session::{PoolSummary, Session, SessionStatus},
};

use super::{CenterView, words};

/// One center's day for one vaccine and one age band, with what is still open.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
#[schema(as = Session)]
pub struct SessionView {
    #[schema(example = "1f0c3a6e-9d57-4b8a-8a3e-5f2c7d1e9b04", format = "uuid")]
    pub session_id: String,
    pub center: CenterView,
    /// The day, by the center's clock.
    #[schema(example = "2026-11-23", format = Date)]
    pub date: String,
    #[schema(value_type = words::Vaccine)]
    pub vaccine: &'static str,
    /// The lowest age, in completed years on the day.
    #[schema(example = 18)]
    pub min_age: u8,
    /// The highest age; null without a limit.
    #[schema(example = 44, required)]
    pub max_age: Option<u8>,
    /// What one shot costs, in whole rupees.
    #[schema(example = 0)]
    pub fee: u32,
    /// Whether it can be booked.
    #[schema(value_type = words::Bookable)]
    pub status: &'static str,
    /// From when it can be booked; null if it always could.
    #[schema(example = json!(null), format = DateTime, required)]
    pub opens_at: Option<String>,
    #[schema(value_type = words::Queue)]
    pub queue: &'static str,
    /// In order of time.
    pub slots: Vec<SlotView>,
    /// The units open in all slots together, for each dose.
    pub available: Vec<OpenUnits>,
    /// How far the center lies from the point searched around; only there.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = 1.4)]
    pub distance_km: Option<f64>,
}

/// A window of time within a session.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = Slot)]
pub struct SlotView {
    /// By the center's clock.
    #[schema(example = "09:00-11:00")]
    pub slot: String,
    pub capacity: Vec<DoseCapacity>,
}

/// The units of a slot for one dose.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
pub struct DoseCapacity {
    #[schema(value_type = words::Dose)]
    pub dose: u8,
    /// All units.
    #[schema(example = 50)]
    pub capacity: u32,
    /// The units still open, as of a moment ago.
    #[schema(example = 48)]
    pub available: u32,
}

/// The units open for one dose.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
pub struct OpenUnits {
    #[schema(value_type = words::Dose)]
    pub dose: u8,
    /// The units still open, as of a moment ago.
    #[schema(example = 98)]
    pub available: u32,
}

impl From<&Session> for SessionView {
    fn from(session: &Session) -> Self {
        Self {
            session_id: session.id.to_string(),
            center: CenterView::from(&session.center),
            date: session.date.to_string(),
            vaccine: session.vaccine.name(),
            min_age: session.ages.min(),
            max_age: session.ages.max(),
            fee: session.fee,
            status: session.status.name(),
            opens_at: session.opening.opens_at.map(|moment| moment.to_string()),
            queue: session.opening.queue.name(),
            slots: slots(session),
            available: open_units(session),
            distance_km: None,
        }
    }
}

impl SessionView {
    /// The session with its distance from `point`, in kilometers to three places.
    #[must_use]
    pub fn seen_from(session: &Session, point: Position) -> Self {
        let distance = session.center.position.map(|position| point.kilometers_to(position));
        Self { distance_km: distance.map(|km| (km * 1000.0).round() / 1000.0), ..Self::from(session) }
    }
}

fn slots(session: &Session) -> Vec<SlotView> {
    // Pools stand slot by slot, each with the session's doses in order.
    let cancelled = session.status == SessionStatus::Cancelled;
    let open = |pool: &PoolSummary| if cancelled { 0 } else { pool.free };
    let rows = session.pools.chunks(session.doses.len().max(1));
    let row = |pools: &[PoolSummary]| {
        let each = session.doses.iter().zip(pools);
        each.map(|(dose, pool)| DoseCapacity { dose: dose.get(), capacity: pool.capacity, available: open(pool) })
            .collect()
    };
    let windows = session.slots.iter().zip(rows);
    windows.map(|(window, pools)| SlotView { slot: window.to_string(), capacity: row(pools) }).collect()
}

fn open_units(session: &Session) -> Vec<OpenUnits> {
    let cancelled = session.status == SessionStatus::Cancelled;
    let open = |dose| if cancelled { 0 } else { session.free(Some(dose)) };
    session.doses.iter().map(|dose| OpenUnits { dose: dose.get(), available: open(*dose) }).collect()
}
