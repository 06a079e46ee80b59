use std::sync::Arc;

use axum::{Json, Router, extract::State, middleware, response::Response};
use utoipa::openapi::OpenApi;
use vaxslot_api::{
    Gate, Guarded, Problem, Routes,
    extract::{Body, Citizen, IdempotencyKey, PathPair},
    once::{Mark, Repeatable, carry_out_once},
    routes,
    view::{AppointmentView, Appointments},
};
use vaxslot_app::{
    booking::{Booking, Finality},
    once::Once,
    tickets::Desk,
};
use vaxslot_domain::{
    booking::Own,
    id::{AccountId, AppointmentId, BeneficiaryId},
};

use crate::{
    dto::{ChangeRequest, RescheduleRequest, ReservationRequest},
    ticket::{self, TicketView},
};

/// What the routes need.
pub struct Reserve {
    pub booking: Booking,
    pub desk: Desk,
    pub once: Once,
    pub gate: Gate,
}

impl Guarded for Reserve {
    fn gate(&self) -> &Gate {
        &self.gate
    }
}

impl Repeatable for Reserve {
    fn once(&self) -> &Once {
        &self.once
    }
}

pub type Shared = State<Arc<Reserve>>;

/// The function's routes.
pub fn router(reserve: Reserve) -> Router {
    let reserve = Arc::new(reserve);
    let once = middleware::from_fn_with_state(reserve.clone(), carry_out_once::<Reserve>);
    let routes = CHANGES.served().route_layer(once).merge(OTHERS.served());
    vaxslot_api::finish(routes.with_state(reserve), vaxslot_app::times::REQUEST)
}

/// The function's part of the description.
#[must_use]
pub fn openapi() -> OpenApi {
    CHANGES.described().merge_from(OTHERS.described())
}

/// Changes of appointments that there are. What makes some is told from its repeats by the appointments themselves.
const CHANGES: Routes<Arc<Reserve>> = routes![confirm, cancel];

const OTHERS: Routes<Arc<Reserve>> = routes![book, list, hold, reschedule, show, ticket::show_ticket];

/// Books a place for each person, or for none.
///
/// The appointments are confirmed at once. While a session that has just opened is in its rush, reservations are queued,
/// and the answer is a ticket that tells what becomes of them.
///
/// An `Idempotency-Key` is known by the people that it was sent for: sent again for other people of the account alone, it counts
/// as a new one.
#[utoipa::path(
    post,
    path = "/v1/appointments",
    operation_id = "book",
    tag = "appointments",
    params(IdempotencyKey),
    request_body = ReservationRequest,
    responses(
        (status = 201, description = "Booked.", body = Appointments),
        (
            status = 202,
            description = "Queued: the session has just opened, or staff switched its queue on.",
            body = TicketView,
            headers(
                ("Location" = String, description = "Where the ticket is."),
                ("Retry-After" = u32, description = "After how many seconds to look at it."),
            ),
        ),
    ),
    security(("bearer" = [])),
    extensions(("x-problems" = json!([
        "no-such-session", "no-such-slot", "no-such-beneficiary", "dose-not-offered", "session-closed", "session-cancelled",
        "not-yet-open", "slot-past", "notice-too-short", "sold-out", "fewer-left", "already-booked", "too-young", "too-old", "dose-out-of-order",
        "other-vaccine", "dose-too-early", "too-many-changes", "key-reused", "outcome-unknown",
    ]))),
)]
async fn book(
    State(reserve): Shared,
    citizen: Citizen,
    IdempotencyKey(key): IdempotencyKey,
    Body(request): Body<ReservationRequest>,
) -> Result<Response, Problem> {
    make(&reserve, citizen.account, request, Finality::Book, key).await
}

/// Holds a place for each person, or for none.
///
/// The places are kept until `hold_until`. What is not confirmed by then is free again. In the rush of an opening the
/// answer is a ticket, as for a booking.
///
/// An `Idempotency-Key` is known by the people that it was sent for: sent again for other people of the account alone, it counts
/// as a new one.
#[utoipa::path(
    post,
    path = "/v1/holds",
    operation_id = "hold",
    tag = "appointments",
    params(IdempotencyKey),
    request_body = ReservationRequest,
    responses(
        (status = 201, description = "Held.", body = Appointments),
        (
            status = 202,
            description = "Queued: the session has just opened, or staff switched its queue on.",
            body = TicketView,
            headers(
                ("Location" = String, description = "Where the ticket is."),
                ("Retry-After" = u32, description = "After how many seconds to look at it."),
            ),
        ),
    ),
    security(("bearer" = [])),
    extensions(("x-problems" = json!([
        "no-such-session", "no-such-slot", "no-such-beneficiary", "dose-not-offered", "session-closed", "session-cancelled",
        "not-yet-open", "slot-past", "notice-too-short", "sold-out", "fewer-left", "already-booked", "too-young", "too-old", "dose-out-of-order",
        "other-vaccine", "dose-too-early", "too-many-changes", "key-reused", "outcome-unknown",
    ]))),
)]
async fn hold(
    State(reserve): Shared,
    citizen: Citizen,
    IdempotencyKey(key): IdempotencyKey,
    Body(request): Body<ReservationRequest>,
) -> Result<Response, Problem> {
    make(&reserve, citizen.account, request, Finality::Hold, key).await
}

async fn make(
    reserve: &Reserve,
    account: AccountId,
    request: ReservationRequest,
    finality: Finality,
    key: Option<String>,
) -> Result<Response, Problem> {
    let (session, order) = request.order(account)?;
    let booking = &reserve.booking;
    let reserved = booking.reserve_or_queue(&reserve.desk, session, &order, finality, key.as_deref()).await?;
    Ok(ticket::answer(reserved, &order.account))
}

/// Confirms holds, all or none.
#[utoipa::path(
    post,
    path = "/v1/appointments/confirm",
    operation_id = "confirm_holds",
    tag = "appointments",
    params(Mark),
    request_body = ChangeRequest,
    responses((status = 200, description = "Confirmed.", body = Appointments)),
    security(("bearer" = [])),
    extensions(("x-problems" = json!(["no-such-appointment", "hold-expired", "already-confirmed", "key-reused", "request-in-progress", "outcome-unknown"]))),
)]
async fn confirm(
    State(reserve): Shared,
    citizen: Citizen,
    Mark(mark): Mark,
    Body(request): Body<ChangeRequest>,
) -> Result<Json<Appointments>, Problem> {
    let confirmed = reserve.booking.confirm(&citizen.account, &request.own()?, mark.as_deref()).await?;
    Ok(Json(confirmed.into_iter().collect()))
}

/// Cancels appointments, all or none.
///
/// They may be held or confirmed, and their slots must not have begun; the program may want confirmed ones cancelled some
/// hours before. Their places are free at once.
#[utoipa::path(
    post,
    path = "/v1/appointments/cancel",
    operation_id = "cancel_appointments",
    tag = "appointments",
    params(Mark),
    request_body = ChangeRequest,
    responses((status = 200, description = "Cancelled.", body = Appointments)),
    security(("bearer" = [])),
    extensions(("x-problems" = json!(["no-such-appointment", "hold-expired", "slot-past", "cut-off-passed", "key-reused", "request-in-progress", "outcome-unknown"]))),
)]
async fn cancel(
    State(reserve): Shared,
    citizen: Citizen,
    Mark(mark): Mark,
    Body(request): Body<ChangeRequest>,
) -> Result<Json<Appointments>, Problem> {
    let cancelled = reserve.booking.cancel(&citizen.account, &request.own()?, mark.as_deref()).await?;
    Ok(Json(cancelled.into_iter().collect()))
}

/// Moves appointments to another slot, all or none.
///
/// The new place is taken and the old one given back in one step: who does not get the new one keeps the old one. Each new
/// appointment is for the dose of the old one and in its state; a hold keeps its `hold_until`. The slot may be of the same session
/// or of another, and of another center. Rules are those of a booking for the new slot and of a cancellation for the old one.
///
/// An `Idempotency-Key` is known by the people that it was sent for: sent again for other people of the account alone, it counts
/// as a new one.
#[utoipa::path(
    post,
    path = "/v1/appointments/reschedule",
    operation_id = "reschedule_appointments",
    tag = "appointments",
    params(IdempotencyKey),
    request_body = RescheduleRequest,
    responses((status = 200, description = "The new appointments.", body = Appointments)),
    security(("bearer" = [])),
    extensions(("x-problems" = json!([
        "no-such-appointment", "hold-expired", "cut-off-passed", "same-slot", "different-doses", "no-such-session",
        "no-such-slot", "dose-not-offered", "session-closed", "not-yet-open", "queueing", "slot-past", "notice-too-short",
        "sold-out", "fewer-left", "too-young", "too-old", "dose-out-of-order", "other-vaccine", "dose-too-early",
        "too-many-changes", "key-reused", "outcome-unknown",
    ]))),
)]
async fn reschedule(
    State(reserve): Shared,
    citizen: Citizen,
    IdempotencyKey(key): IdempotencyKey,
    Body(request): Body<RescheduleRequest>,
) -> Result<Json<Appointments>, Problem> {
    let moved = reserve.booking.reschedule(&request.order(citizen.account)?, key.as_deref()).await?;
    Ok(Json(moved.into_iter().collect()))
}

/// Lists the appointments of the account's beneficiaries.
///
/// First those that are held or confirmed, by time; then those that ended, newest first.
#[utoipa::path(
    get,
    path = "/v1/appointments",
    operation_id = "list_appointments",
    tag = "appointments",
    responses((status = 200, description = "The appointments.", body = Appointments)),
    security(("bearer" = [])),
    extensions(("x-problems" = json!([]))),
)]
async fn list(State(reserve): Shared, citizen: Citizen) -> Result<Json<Appointments>, Problem> {
    let appointments = reserve.booking.appointments(&citizen.account).await?;
    Ok(Json(appointments.into_iter().collect()))
}

/// Shows one appointment of one of the account's beneficiaries.
#[utoipa::path(
    get,
    path = "/v1/appointments/{beneficiary_id}/{appointment_id}",
    operation_id = "show_appointment",
    tag = "appointments",
    params(
        ("beneficiary_id" = String, Path, format = "uuid", example = "b3d0c5de-64a9-4c55-8f0f-0a2f7f3a9c10"),
        ("appointment_id" = String, Path, format = "uuid", example = "7c9a3c52-0b1e-4f6f-9a53-2f1b7f0d6a11"),
    ),
    responses((status = 200, description = "The appointment.", body = AppointmentView)),
    security(("bearer" = [])),
    extensions(("x-problems" = json!(["no-such-appointment"]))),
)]
async fn show(
    State(reserve): Shared,
    citizen: Citizen,
    PathPair(beneficiary, appointment): PathPair<BeneficiaryId, AppointmentId>,
) -> Result<Json<AppointmentView>, Problem> {
    let found = reserve.booking.appointment(&citizen.account, Own { beneficiary, appointment }).await?;
    Ok(Json(AppointmentView::from(&found)))
}
