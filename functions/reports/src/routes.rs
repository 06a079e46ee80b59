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
    query::{DayQuery, PageQuery},
    view::{self, Bookings, SessionAppointments},
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

const ROUTES: Routes<Arc<ReportRoutes>> = routes![bookings, appointments];

/// Reports the bookings of a day.
///
/// Each row leads a level down: from the country to its states, their districts, centers and sessions. Figures are as of a
/// moment ago. A CSV file has the rows; cells that a spreadsheet would take for a formula begin with an apostrophe.
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
            (String = "text/csv", example = "date,kind,id,name,sessions,capacity,booked\r\n2026-11-23,center,13274,District Hospital Aundh,3,600,412\r\n"),
        ),
        headers(("Content-Disposition" = String, description = "The name of a CSV file.")),
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
    let (date, level) = (query.date(), query.level()?);
    let report = routes.reports.day(date, level, &scope).await?;
    view::bookings(date, level, report).answer(accepted.or(query.format()))
}

/// Lists the appointments of a session.
///
/// Active and ended ones, slot by slot; it names nobody. Analysts see figures only.
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
        ),
        headers(
            ("Content-Disposition" = String, description = "The name of a CSV file."),
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
    let from = query.from(id, &routes.sealer)?;
    let page = routes.reports.appointments(id, &scope, from).await?;
    view::appointments(page, &routes.sealer).answer(accepted.or(query.format()))
}
