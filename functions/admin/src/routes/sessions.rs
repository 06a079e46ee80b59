use axum::{
    Json,
    http::{StatusCode, header},
    response::IntoResponse,
};
use vaxslot_api::{
    Problem,
    extract::{Body, IdempotencyKey, NoBody, Path},
    once::Mark,
    view::SessionView,
};
use vaxslot_app::staff::Identity;
use vaxslot_domain::{
    id::{CenterId, SessionId},
    session::SessionStatus,
};

use crate::{
    caller::Runs,
    dto::{CapacityRequest, OpeningRequest, SessionRequest},
};

/// Publishes a session at a center that the caller runs.
///
/// Its slots come from a list, or are cut from ranges of availability.
#[utoipa::path(
    post,
    path = "/v1/admin/centers/{center_id}/sessions",
    operation_id = "publish_session",
    tag = "admin",
    params(
        ("center_id" = u32, Path, minimum = 1, maximum = 2_147_483_647, example = 13_274),
        IdempotencyKey,
    ),
    request_body = SessionRequest,
    responses((
        status = 201,
        description = "Published.",
        body = SessionView,
        headers(("Location" = String, description = "Where the session is.")),
    )),
    security(("bearer" = [])),
    extensions(("x-problems" = json!([
        "no-such-center", "past-date", "invalid-schedule", "key-reused", "request-in-progress", "outcome-unknown",
    ]))),
)]
pub async fn publish(
    Runs { staff, scope }: Runs,
    Path(center): Path<CenterId>,
    IdempotencyKey(key): IdempotencyKey,
    Body(request): Body<SessionRequest>,
) -> Result<impl IntoResponse, Problem> {
    let identity = key.as_deref().map_or(Identity::Fresh, Identity::Key);
    let session = staff.publish_at(center, &scope, request.schedule()?, identity).await?;
    let location = format!("/v1/sessions/{}", session.id);
    Ok((StatusCode::CREATED, [(header::LOCATION, location)], Json(SessionView::from(&session))))
}

/// Sets the capacity of one slot for one dose, never below what is booked.
#[utoipa::path(
    put,
    path = "/v1/admin/sessions/{session_id}/capacity",
    operation_id = "set_capacity",
    tag = "admin",
    params(
        ("session_id" = String, Path, format = "uuid", example = "1f0c3a6e-9d57-4b8a-8a3e-5f2c7d1e9b04"),
        Mark,
    ),
    request_body = CapacityRequest,
    responses((status = 200, description = "The session as it is now.", body = SessionView)),
    security(("bearer" = [])),
    extensions(("x-problems" = json!([
        "no-such-session", "session-cancelled", "no-such-slot", "dose-not-offered", "below-booked", "key-reused", "request-in-progress", "outcome-unknown",
    ]))),
)]
pub async fn set_capacity(
    Runs { staff, scope }: Runs,
    Path(id): Path<SessionId>,
    Body(request): Body<CapacityRequest>,
) -> Result<Json<SessionView>, Problem> {
    let CapacityRequest { slot, dose, capacity } = request;
    let session = staff.set_capacity(id, &scope, slot.0, dose, capacity).await?;
    Ok(Json(SessionView::from(&session)))
}

/// Sets from when a session can be booked, and whether reservations are queued.
///
/// Reservations that are queued are answered with a ticket. Left on `AUTO`, that is so for some minutes after the opening.
#[utoipa::path(
    put,
    path = "/v1/admin/sessions/{session_id}/opening",
    operation_id = "set_opening",
    tag = "admin",
    params(
        ("session_id" = String, Path, format = "uuid", example = "1f0c3a6e-9d57-4b8a-8a3e-5f2c7d1e9b04"),
        Mark,
    ),
    request_body = OpeningRequest,
    responses((status = 200, description = "The session as it is now.", body = SessionView)),
    security(("bearer" = [])),
    extensions(("x-problems" = json!(["no-such-session", "session-cancelled", "invalid-schedule", "key-reused", "request-in-progress", "outcome-unknown"]))),
)]
pub async fn set_opening(
    Runs { staff, scope }: Runs,
    Path(id): Path<SessionId>,
    Body(request): Body<OpeningRequest>,
) -> Result<Json<SessionView>, Problem> {
    let session = staff.set_opening(id, &scope, request.opening()).await?;
    Ok(Json(SessionView::from(&session)))
}

/// Closes a session to new bookings.
///
/// What is booked stays booked. When the answer is there, no booking gets through any more.
#[utoipa::path(
    post,
    path = "/v1/admin/sessions/{session_id}/close",
    operation_id = "close_session",
    tag = "admin",
    params(
        ("session_id" = String, Path, format = "uuid", example = "1f0c3a6e-9d57-4b8a-8a3e-5f2c7d1e9b04"),
        Mark,
    ),
    responses((status = 200, description = "The session as it is now.", body = SessionView)),
    security(("bearer" = [])),
    extensions(("x-problems" = json!(["unexpected-body", "no-such-session", "session-cancelled", "key-reused", "request-in-progress", "outcome-unknown"]))),
)]
pub async fn close(
    Runs { staff, scope }: Runs,
    Path(id): Path<SessionId>,
    _: NoBody,
) -> Result<Json<SessionView>, Problem> {
    let session = staff.set_status(id, &scope, SessionStatus::Closed).await?;
    Ok(Json(SessionView::from(&session)))
}

/// Opens a closed session to bookings again.
#[utoipa::path(
    post,
    path = "/v1/admin/sessions/{session_id}/reopen",
    operation_id = "reopen_session",
    tag = "admin",
    params(
        ("session_id" = String, Path, format = "uuid", example = "1f0c3a6e-9d57-4b8a-8a3e-5f2c7d1e9b04"),
        Mark,
    ),
    responses((status = 200, description = "The session as it is now.", body = SessionView)),
    security(("bearer" = [])),
    extensions(("x-problems" = json!(["unexpected-body", "no-such-session", "session-cancelled", "key-reused", "request-in-progress", "outcome-unknown"]))),
)]
pub async fn reopen(
    Runs { staff, scope }: Runs,
    Path(id): Path<SessionId>,
    _: NoBody,
) -> Result<Json<SessionView>, Problem> {
    let session = staff.set_status(id, &scope, SessionStatus::Open).await?;
    Ok(Json(SessionView::from(&session)))
}

/// Cancels a session for good, and every appointment in it.
///
/// When the answer is there, no booking gets through any more. The appointments are cancelled by then or within the following
/// minutes, and everybody is told. A cancelled session does not come back. The request can be repeated.
#[utoipa::path(
    post,
    path = "/v1/admin/sessions/{session_id}/cancel",
    operation_id = "cancel_session",
    tag = "admin",
    params(
        ("session_id" = String, Path, format = "uuid", example = "1f0c3a6e-9d57-4b8a-8a3e-5f2c7d1e9b04"),
        Mark,
    ),
    responses((status = 200, description = "The session as it is now.", body = SessionView)),
    security(("bearer" = [])),
    extensions(("x-problems" = json!(["unexpected-body", "no-such-session", "key-reused", "request-in-progress", "outcome-unknown"]))),
)]
pub async fn cancel(
    Runs { staff, scope }: Runs,
    Path(id): Path<SessionId>,
    _: NoBody,
) -> Result<Json<SessionView>, Problem> {
    Ok(Json(SessionView::from(&staff.cancel(id, &scope).await?)))
}
