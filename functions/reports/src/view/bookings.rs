use serde::Serialize;
use utoipa::ToSchema;
use vaxslot_app::reports::DayReport;
use vaxslot_domain::rollup::{Basis, Level, Node, Row};

use super::figures::{CountsView, PartView, TotalView, parts};
use crate::{
    answer::Report,
    query::{By, DayQuery},
    sheet::{Cell, Sheet},
};

/// A day's bookings at one level.
#[derive(Debug, Serialize, ToSchema)]
pub struct Bookings {
    #[schema(example = "2026-11-23", format = Date)]
    date: String,
    #[schema(inline, value_type = By)]
    by: &'static str,
    /// `country`, `state`, `district` or `center`: what the rows are parts of.
    #[schema(example = "district")]
    level: &'static str,
    total: TotalView,
    rows: Vec<BookingsRow>,
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
    /// Sessions that take place; by day of booking, those that appointments were made for.
    #[schema(example = 3)]
    sessions: u64,
    #[serde(flatten)]
    #[schema(inline)]
    counts: CountsView,
    /// The row divided as was asked for; absent if it was not.
    #[serde(skip_serializing_if = "Option::is_none")]
    parts: Option<Vec<PartView>>,
    /// Where to see what the row is the sum of.
    #[schema(example = "/v1/reports/bookings?date=2026-11-23&by=appointment_day&center_id=13274")]
    details: String,
}

#[derive(Debug, Serialize, ToSchema)]
#[serde(untagged)]
#[schema(example = 13_274)]
enum NodeId {
    Number(u32),
    Uuid(String),
}

impl NodeId {
    fn cell(&self) -> Cell {
        match self {
            Self::Number(number) => Cell::number(number),
            Self::Uuid(text) => Cell::text(text),
        }
    }
}

impl BookingsRow {
    fn of(query: &DayQuery, row: Row) -> Self {
        let (basis, date) = (query.day().basis, query.day().date);
        let (kind, id) = match row.node {
            Node::Country => ("country", NodeId::Number(0)),
            Node::State(id) => ("state", NodeId::Number(id.get())),
            Node::District(id) => ("district", NodeId::Number(id.get())),
            Node::Center(id) => ("center", NodeId::Number(id.get())),
            Node::Session(id) => ("session", NodeId::Uuid(id.to_string())),
        };
        let details = match (&id, basis) {
            (NodeId::Number(id), _) => {
                format!("/v1/reports/bookings?date={date}&by={}&{kind}_id={id}", query.by().name())
            }
            (NodeId::Uuid(id), Basis::Appointment) => format!("/v1/reports/sessions/{id}/appointments"),
            (NodeId::Uuid(id), Basis::Booking) => format!("/v1/reports/sessions/{id}/appointments?made_on={date}"),
        };
        Self {
            kind,
            id,
            name: row.name,
            sessions: row.figures.sessions,
            counts: CountsView::of(basis, row.figures.total()),
            parts: query.breakdown().map(|breakdown| parts(basis, &row.figures, breakdown)),
            details,
        }
    }

    /// The lines of a table: one, or one for each part.
    fn lines(&self, date: &str) -> Vec<Vec<Cell>> {
        let begin = vec![Cell::text(date), Cell::text(self.kind), self.id.cell(), Cell::text(&self.name)];
        match &self.parts {
            None => {
                let sessions = Cell::number(self.sessions);
                vec![begin.into_iter().chain([sessions]).chain(self.counts.cells()).collect()]
            }
            Some(parts) => {
                let line = |part: &PartView| {
                    let own = [Cell::text(&part.part), Cell::Empty];
                    begin.iter().cloned().chain(own).chain(part.counts.cells()).collect()
                };
                parts.iter().map(line).collect()
            }
        }
    }
}

/// A day's report.
pub fn bookings(query: &DayQuery, level: Level, report: DayReport) -> Report<Bookings> {
    let (date, by) = (query.day().date.to_string(), query.by().name());
    let total = TotalView::of(query.day().basis, &report.total);
    let rows: Vec<BookingsRow> = report.rows.into_iter().map(|row| BookingsRow::of(query, row)).collect();
    let part = query.breakdown().map(|_| "part");
    let header = ["date", "kind", "id", "name"].into_iter().chain(part).chain(["sessions"]).chain(CountsView::HEADER);
    let mut sheet = Sheet::new(header.collect());
    rows.iter().flat_map(|row| row.lines(&date)).for_each(|line| sheet.push(line));
    let (level, place) = super::place(level);
    let name = match query.by() {
        By::AppointmentDay => format!("bookings-{date}{place}"),
        By::BookingDay => format!("bookings-made-{date}{place}"),
    };
    Report { view: Bookings { date, by, level, total, rows }, sheet, name, next: None }
}
