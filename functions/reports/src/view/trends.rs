use serde::Serialize;
use utoipa::ToSchema;
use vaxslot_app::reports::TrendDay;
use vaxslot_domain::rollup::{Figures, Level, Period};

use super::figures::{CountsView, TotalView};
use crate::{
    answer::Report,
    query::By,
    sheet::{Cell, Sheet},
};

/// The figures of one place, day by day.
#[derive(Debug, Serialize, ToSchema)]
pub struct Trends {
    #[schema(example = "2026-11-01", format = Date)]
    from: String,
    #[schema(example = "2026-11-30", format = Date)]
    to: String,
    #[schema(inline, value_type = By)]
    by: &'static str,
    /// `country`, `state`, `district` or `center`: what the figures are of.
    #[schema(example = "district")]
    level: &'static str,
    /// The sum of the days.
    total: TotalView,
    /// Every day of the period, in order.
    days: Vec<TrendRow>,
}

/// A day and its figures.
#[derive(Debug, Serialize, ToSchema)]
struct TrendRow {
    #[schema(example = "2026-11-23", format = Date)]
    date: String,
    /// Sessions that take place; by day of booking, those that appointments were made for.
    #[schema(example = 3)]
    sessions: u64,
    #[serde(flatten)]
    #[schema(inline)]
    counts: CountsView,
    /// Where to see what the day is the sum of.
    #[schema(example = "/v1/reports/bookings?date=2026-11-23&by=appointment_day&district_id=363")]
    details: String,
}

/// A trend.
pub fn trends(period: Period, by: By, level: Level, days: &[TrendDay]) -> Report<Trends> {
    let total: Figures = days.iter().map(|day| &day.figures).sum();
    let parameter = match level {
        Level::Top | Level::Country => String::new(),
        Level::State(id) => format!("&state_id={id}"),
        Level::District(id) => format!("&district_id={id}"),
        Level::Center(id) => format!("&center_id={id}"),
    };
    let row = |TrendDay { date, figures }: &TrendDay| TrendRow {
        date: date.to_string(),
        sessions: figures.sessions,
        counts: CountsView::of(by.basis(), figures.total()),
        details: format!("/v1/reports/bookings?date={date}&by={}{parameter}", by.name()),
    };
    let rows: Vec<TrendRow> = days.iter().map(row).collect();
    let mut sheet = Sheet::new(["date", "sessions"].into_iter().chain(CountsView::HEADER).collect());
    for TrendRow { date, sessions, counts, .. } in &rows {
        sheet.push([Cell::text(date), Cell::number(sessions)].into_iter().chain(counts.cells()).collect());
    }
    let (level, place) = super::place(level);
    let (from, to) = (period.from().to_string(), period.to().to_string());
    let made = if by == By::BookingDay { "-made" } else { "" };
    let name = format!("trends{made}-{from}-{to}{place}");
    let view = Trends { from, to, by: by.name(), level, total: TotalView::of(by.basis(), &total), days: rows };
    Report { view, sheet, name, next: None }
}
