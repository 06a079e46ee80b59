use axum::{
    Json,
    extract::State,
    http::{StatusCode, header},
    response::IntoResponse,
};
use vaxslot_api::{
    Problem,
    extract::{Body, NoBody, Path, PathPair, Query},
    once::Mark,
    view::AppointmentView,
};
use vaxslot_app::reception::Named;
use vaxslot_domain::{
    appointment::Appointment,
    booking::Attendance,
    id::{CenterId, SessionId},
    reference::Reference,
};

use super::Shared;
use crate::{
    caller::Receives,
    dto::{DeskQuery, Typed, VisitRequest},
    view::DeskView,
};

/// Finds an appointment of a day by the reference that the person brings.
///
/// Lower case, spaces and missing hyphens do no harm, nor do O for 0 and I or L for 1. It shows what is needed to give the shot, and stands in the
/// trail of what staff did.
#[utoipa::path(
    get,
    path = "/v1/admin/centers/{center_id}/appointments/{reference}",
    operation_id = "find_appointment",
    tag = "admin",
    params(
        ("center_id" = u32, Path, minimum = 1, maximum = 2_147_483_647, example = 13_274),
        ("reference" = String, Path, example = "FJD3R-MGB3S-A"),
        DeskQuery,
    ),
    responses((status = 200, description = "The appointment, active or ended.", body = DeskView)),
    security(("bearer" = [])),
    extensions(("x-problems" = json!(["wrong-reference", "no-such-center", "no-such-reference"]))),
)]
pub async fn find(
    State(admin): Shared,
    Receives { scope, by }: Receives,
    PathPair(center, typed): PathPair<CenterId, Typed>,
    Query(query): Query<DeskQuery>,
) -> Result<impl IntoResponse, Problem> {
    let named = Named { center, scope: &scope, date: query.date(), reference: typed.reference()? };
    let found = admin.reception.show(&named, &by).await?;
    Ok(([(header::CACHE_CONTROL, "private, no-store")], Json(DeskView::from(&found))))
}

/// Says that the person came and got the dose.
///
/// On the day of the session or later. The dose is recorded with the person, and the appointment ends as `COMPLETED`. Said
/// again, it is no error.
#[utoipa::path(
    post,
    path = "/v1/admin/centers/{center_id}/appointments/{reference}/complete",
    operation_id = "complete_appointment",
    tag = "admin",
    params(
        ("center_id" = u32, Path, minimum = 1, maximum = 2_147_483_647, example = 13_274),
        ("reference" = String, Path, example = "FJD3R-MGB3S-A"),
        DeskQuery,
        Mark,
    ),
    responses((status = 200, description = "The appointment as it ended.", body = AppointmentView)),
    security(("bearer" = [])),
    extensions(("x-problems" = json!([
        "unexpected-body", "wrong-reference", "no-such-center", "no-such-reference", "too-soon", "hold-expired", "appointment-ended",
        "dose-out-of-order", "key-reused", "request-in-progress", "outcome-unknown",
    ]))),
)]
pub async fn complete(
    admin: Shared,
    caller: Receives,
    path: PathPair<CenterId, Typed>,
    query: Query<DeskQuery>,
    _: NoBody,
) -> Result<Json<AppointmentView>, Problem> {
    settle(admin, caller, path, query, Attendance::Completed).await
}

/// Says that the person did not come.
///
/// Once the slot has begun. The appointment ends as `NO_SHOW`, its place is not given to anybody else, and the person can book
/// again. Said again, it is no error.
#[utoipa::path(
    post,
    path = "/v1/admin/centers/{center_id}/appointments/{reference}/no-show",
    operation_id = "miss_appointment",
    tag = "admin",
    params(
        ("center_id" = u32, Path, minimum = 1, maximum = 2_147_483_647, example = 13_274),
        ("reference" = String, Path, example = "FJD3R-MGB3S-A"),
        DeskQuery,
        Mark,
    ),
    responses((status = 200, description = "The appointment as it ended.", body = AppointmentView)),
    security(("bearer" = [])),
    extensions(("x-problems" = json!([
        "unexpected-body", "wrong-reference", "no-such-center", "no-such-reference", "too-soon", "hold-expired", "appointment-ended",
        "key-reused", "request-in-progress", "outcome-unknown",
    ]))),
)]
pub async fn no_show(
    admin: Shared,
    caller: Receives,
    path: PathPair<CenterId, Typed>,
    query: Query<DeskQuery>,
    _: NoBody,
) -> Result<Json<AppointmentView>, Problem> {
    settle(admin, caller, path, query, Attendance::NoShow).await
}

async fn settle(
    State(admin): Shared,
    Receives { scope, by }: Receives,
    PathPair(center, typed): PathPair<CenterId, Typed>,
    Query(query): Query<DeskQuery>,
    attendance: Attendance,
) -> Result<Json<AppointmentView>, Problem> {
    let named = Named { center, scope: &scope, date: query.date(), reference: typed.reference()? };
    let ended = admin.reception.settle(&named, attendance, &by).await?;
    Ok(Json(AppointmentView::from(&ended)))
}

/// Takes in somebody who comes without an appointment.
///
/// On the day of the session until the slot ends, from the same places as everybody's. Somebody without a phone is registered
/// with the center by name and birth; a registered person is named by their id. Nobody has two appointments.
#[utoipa::path(
    post,
    path = "/v1/admin/sessions/{session_id}/walk-ins",
    operation_id = "take_in",
    tag = "admin",
    params(
        ("session_id" = String, Path, format = "uuid", example = "1f0c3a6e-9d57-4b8a-8a3e-5f2c7d1e9b04"),
        Mark,
    ),
    request_body = VisitRequest,
    responses((
        status = 201,
        description = "The place is taken.",
        body = AppointmentView,
        headers(("Location" = String, description = "Where the desk finds the appointment.")),
    )),
    security(("bearer" = [])),
    extensions(("x-problems" = json!([
        "no-such-session", "no-such-slot", "no-such-beneficiary", "dose-not-offered", "session-closed", "session-cancelled",
        "not-yet-open", "slot-past", "sold-out", "already-booked", "too-young", "too-old", "dose-out-of-order", "other-vaccine",
        "dose-too-early", "key-reused", "request-in-progress", "outcome-unknown",
    ]))),
)]
pub async fn walk_in(
    State(admin): Shared,
    Receives { scope, by }: Receives,
    Path(session): Path<SessionId>,
    Mark(mark): Mark,
    Body(request): Body<VisitRequest>,
) -> Result<impl IntoResponse, Problem> {
    let made = admin.reception.walk_in(request.visit(session)?, &scope, &by, mark.as_deref()).await?;
    let view = AppointmentView::from(&made);
    Ok((StatusCode::CREATED, [(header::LOCATION, location(&made))], Json(view)))
}

fn location(made: &Appointment) -> String {
    let reference = Reference::of(made.id);
    format!("/v1/admin/centers/{}/appointments/{reference}?date={}", made.center, made.date)
}
