//! Reports as documents and as tables.

use serde::Serialize;
use utoipa::ToSchema;
use vaxslot_api::{
    seal::Sealer,
    view::{AppointmentView, SessionView},
};
use vaxslot_app::reports::{AppointmentPage, DayReport};
use vaxslot_domain::{
    Date,
    rollup::{Figures, Level, Node, Row},
};

use crate::{answer::Report, query::cursor, sheet::Sheet};

/// A day's bookings at one level.
#[derive(Debug, Serialize, ToSchema)]
pub struct Bookings {
    #[schema(example = "2026-11-23", format = Date)]
    date: String,
    /// `country`, `state`, `district` or `center`: what the rows are parts of.
    #[schema(example = "district")]
    level: &'static str,
    /// The sum of the rows.
    total: FiguresView,
    rows: Vec<BookingsRow>,
}

/// Sums of sessions and their units.
#[derive(Debug, Clone, Copy, Serialize, ToSchema)]
#[schema(as = Figures)]
struct FiguresView {
    #[schema(example = 3)]
    sessions: u64,
    /// All units.
    #[schema(example = 600)]
    capacity: u64,
    /// The units taken by appointments that are held or confirmed.
    #[schema(example = 412)]
    booked: u64,
}

/// A part of the level and its figures.
#[derive(Debug, Serialize, ToSchema)]
struct BookingsRow {
    /// `state`, `district`, `center` or `session`.
    #[schema(example = "center")]
    kind: &'static str,
    /// A number, or for a session its UUID.
    id: NodeId,
    /// Of a session, its vaccine.
    #[schema(example = "District Hospital Aundh")]
    name: String,
    #[serde(flatten)]
    #[schema(inline)]
    figures: FiguresView,
}

#[derive(Debug, Serialize, ToSchema)]
#[serde(untagged)]
#[schema(example = 13_274)]
enum NodeId {
    Number(u32),
    Uuid(String),
}

impl NodeId {
    fn text(&self) -> String {
        match self {
            Self::Number(number) => number.to_string(),
            Self::Uuid(text) => text.clone(),
        }
    }
}

impl From<Figures> for FiguresView {
    fn from(figures: Figures) -> Self {
        let Figures { sessions, capacity, booked } = figures;
        Self { sessions, capacity, booked }
    }
}

impl From<Row> for BookingsRow {
    fn from(row: Row) -> Self {
        let (kind, id) = match row.node {
            Node::State(id) => ("state", NodeId::Number(id.get())),
            Node::District(id) => ("district", NodeId::Number(id.get())),
            Node::Center(id) => ("center", NodeId::Number(id.get())),
            Node::Session(id) => ("session", NodeId::Uuid(id.to_string())),
        };
        Self { kind, id, name: row.name, figures: row.figures.into() }
    }
}

/// A day's report.
pub fn bookings(date: Date, level: Level, report: DayReport) -> Report<Bookings> {
    let rows: Vec<BookingsRow> = report.rows.into_iter().map(BookingsRow::from).collect();
    let mut sheet = Sheet::new(&["date", "kind", "id", "name", "sessions", "capacity", "booked"]);
    for BookingsRow { kind, id, name, figures } in &rows {
        let FiguresView { sessions, capacity, booked } = figures;
        let numbers = [sessions, capacity, booked].map(ToString::to_string);
        let [sessions, capacity, booked] = numbers;
        sheet.push([date.to_string(), (*kind).to_owned(), id.text(), name.clone(), sessions, capacity, booked]);
    }
    let (level, name) = match level {
        Level::Country => ("country", format!("bookings-{date}")),
        Level::State(id) => ("state", format!("bookings-{date}-state-{id}")),
        Level::District(id) => ("district", format!("bookings-{date}-district-{id}")),
        Level::Center(id) => ("center", format!("bookings-{date}-center-{id}")),
    };
    let view = Bookings { date: date.to_string(), level, total: report.total.into(), rows };
    Report { view, sheet, name, next: None }
}

/// A page of the appointments of a session, active and ended. It names nobody.
#[derive(Debug, Serialize, ToSchema)]
pub struct SessionAppointments {
    session: SessionView,
    appointments: Vec<AppointmentView>,
    /// Give it as `cursor` for the next page; null at the end.
    #[schema(required, example = json!(null))]
    next_cursor: Option<String>,
}

/// A page of appointments.
pub fn appointments(page: AppointmentPage, sealer: &Sealer) -> Report<SessionAppointments> {
    let appointments: Vec<AppointmentView> = page.appointments.iter().map(AppointmentView::from).collect();
    let mut sheet = Sheet::new(&[
        "appointment_id",
        "beneficiary_id",
        "session_id",
        "center_id",
        "date",
        "slot",
        "dose",
        "vaccine",
        "status",
        "hold_until",
        "made_at",
        "changed_at",
    ]);
    for each in &appointments {
        sheet.push([
            each.appointment_id.clone(),
            each.beneficiary_id.clone(),
            each.session_id.clone(),
            each.center_id.to_string(),
            each.date.clone(),
            each.slot.clone(),
            each.dose.to_string(),
            each.vaccine.to_owned(),
            each.status.to_owned(),
            each.hold_until.clone().unwrap_or_default(),
            each.made_at.clone(),
            each.changed_at.clone(),
        ]);
    }
    let id = page.session.id;
    let next_cursor = page.next.map(|place| cursor(id, place, sealer));
    let next = next_cursor.as_ref().map(|cursor| format!("/v1/reports/sessions/{id}/appointments?cursor={cursor}"));
    let view = SessionAppointments { session: SessionView::from(&page.session), appointments, next_cursor };
    Report { view, sheet, name: format!("appointments-{id}"), next }
}
