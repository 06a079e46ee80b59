use std::sync::Arc;

use axum::{Router, extract::State, response::Response};
use utoipa::openapi::OpenApi;
use vaxslot_api::{
    Gate, Guarded, Problem, Routes,
    extract::{Path, Query},
    routes,
    seal::Sealer,
};
use vaxslot_app::reports::Reports;
use vaxslot_domain::id::SessionId;

use crate::{
    answer::Accepted,
    caller::{SeesAppointments, SeesFigures},
    query::{DayQuery, PageQuery, TrendQuery},
    view::{self, Bookings, SessionAppointments, Trends, Workbook},
};

/// What the routes need.
pub struct ReportRoutes {
    pub reports: Reports,
    pub gate: Gate,
    /// Signs cursors.
    pub sealer: Sealer,
}

impl Guarded for ReportRoutes {
    fn gate(&self) -> &Gate {
        &self.gate
    }
}

type Shared = State<Arc<ReportRoutes>>;

/// The function's routes.
pub fn router(routes: ReportRoutes) -> Router {
    vaxslot_api::finish(ROUTES.served().with_state(Arc::new(routes)), vaxslot_app::times::STAFF_REQUEST)
}

/// The function's part of the description.
#[must_use]
pub fn openapi() -> OpenApi {
    ROUTES.described()
}

const ROUTES: Routes<Arc<ReportRoutes>> = routes![bookings, trends, appointments];

/// Reports the bookings of a day.
///
/// By the day that appointments are for, or by the day on which they were made. Each row leads a level down: from the country to
/// its states, their districts, centers and sessions, and by `details` to what it is the sum of. The rows add up to the total, and so
/// do the parts of each breakdown. Figures are as of a moment ago. A file (CSV, or a workbook for spreadsheets) has the
/// rows, or their parts if a breakdown is asked for; in CSV, cells that a spreadsheet would take for a formula begin with an apostrophe.
#[utoipa::path(
    get,
    path = "/v1/reports/bookings",
    operation_id = "report_bookings",
    tag = "reports",
    params(DayQuery),
    responses((
        status = 200,
        description = "The rows that the caller may see, by id, and their sum.",
        content(
            (Bookings = "application/json"),
            (String = "text/csv", example = "date,kind,id,name,sessions,capacity,booked,free,held,confirmed,completed,no_show,cancelled,expired,moved,utilisation,no_show_rate\r\n2026-11-23,center,13274,District Hospital Aundh,3,600,412,188,10,372,25,5,31,12,4,0.6867,0.1667\r\n"),
            (Workbook = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
        ),
        headers(("Content-Disposition" = String, description = "The name of a file.")),
    )),
    security(("bearer" = [])),
    extensions(("x-problems" = json!(["no-such-place"]))),
)]
async fn bookings(
    State(routes): Shared,
    SeesFigures(scope): SeesFigures,
    accepted: Accepted,
    Query(query): Query<DayQuery>,
) -> Result<Response, Problem> {
    let level = query.level()?;
    let report = routes.reports.day(query.day(), level, &scope).await?;
    view::bookings(&query, level, report).answer(accepted.or(query.format()))
}

/// Reports bookings day by day.
///
/// Of the country, a state, a district or a center, for up to 92 days; without any place, of all that the caller may see. A day
/// without figures is there, and all zero.
#[utoipa::path(
    get,
    path = "/v1/reports/trends",
    operation_id = "report_trends",
    tag = "reports",
    params(TrendQuery),
    responses((
        status = 200,
        description = "Every day of the period, and their sum.",
        content(
            (Trends = "application/json"),
            (String = "text/csv", example = "date,sessions,capacity,booked,free,held,confirmed,completed,no_show,cancelled,expired,moved,utilisation,no_show_rate\r\n2026-11-23,3,600,412,188,10,372,25,5,31,12,4,0.6867,0.1667\r\n"),
            (Workbook = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
        ),
        headers(("Content-Disposition" = String, description = "The name of a file.")),
    )),
    security(("bearer" = [])),
    extensions(("x-problems" = json!(["no-such-place"]))),
)]
async fn trends(
    State(routes): Shared,
    SeesFigures(scope): SeesFigures,
    accepted: Accepted,
    Query(query): Query<TrendQuery>,
) -> Result<Response, Problem> {
    let (period, level, by) = (query.period()?, query.level()?, query.by());
    let days = routes.reports.trend(by.basis(), &period.dates(), level, &scope).await?;
    view::trends(period, by, level, &days).answer(accepted.or(query.format()))
}

/// Lists the appointments of a session.
///
/// Active and ended ones, slot by slot; it names nobody. All of them, or those that a figure counts. A page may be short, or
/// empty, while a next one exists. Analysts see figures only.
#[utoipa::path(
    get,
    path = "/v1/reports/sessions/{session_id}/appointments",
    operation_id = "report_appointments",
    tag = "reports",
    params(
        ("session_id" = String, Path, format = "uuid", example = "1f0c3a6e-9d57-4b8a-8a3e-5f2c7d1e9b04"),
        PageQuery,
    ),
    responses((
        status = 200,
        description = "A page of appointments.",
        content(
            (SessionAppointments = "application/json"),
            (String = "text/csv", example = "appointment_id,beneficiary_id,session_id,center_id,date,slot,dose,vaccine,status,hold_until,made_at,changed_at\r\n7c9a3c52-0b1e-4f6f-9a53-2f1b7f0d6a11,b3d0c5de-64a9-4c55-8f0f-0a2f7f3a9c10,1f0c3a6e-9d57-4b8a-8a3e-5f2c7d1e9b04,13274,2026-11-23,09:00-11:00,1,COVISHIELD,CONFIRMED,,2026-11-21T04:30:00.125Z,2026-11-21T04:30:00.125Z\r\n"),
            (Workbook = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
        ),
        headers(
            ("Content-Disposition" = String, description = "The name of a file."),
            ("Link" = String, description = "Where the next page is, as `rel=\"next\"`."),
        ),
    )),
    security(("bearer" = [])),
    extensions(("x-problems" = json!(["no-such-place"]))),
)]
async fn appointments(
    State(routes): Shared,
    SeesAppointments(scope): SeesAppointments,
    accepted: Accepted,
    Path(id): Path<SessionId>,
    Query(query): Query<PageQuery>,
) -> Result<Response, Problem> {
    let (from, wanted) = (query.from(id, &routes.sealer)?, query.wanted());
    let page = routes.reports.appointments(id, &scope, wanted, from).await?;
    view::appointments(page, wanted, &routes.sealer).answer(accepted.or(query.format()))
}
