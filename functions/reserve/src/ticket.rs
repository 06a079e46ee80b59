//! The answer to a reservation that is queued, and what becomes of it.

use axum::{
    Json,
    extract::State,
    http::{StatusCode, header},
    response::{IntoResponse, Response},
};
use serde::Serialize;
use utoipa::ToSchema;
use vaxslot_api::{
    Problem,
    extract::{Citizen, Path},
    problem::ProblemView,
    serve::spread,
    view::{AppointmentView, Appointments},
};
use vaxslot_app::{
    booking::Reserved,
    tickets::{Fate, Ticket, TicketState},
};
use vaxslot_domain::{
    appointment::{Appointment, Status},
    id::AccountId,
    ticket::TicketEnd,
};

use crate::routes::Shared;

/// As many reservations a shard's one writer carries out in a second at least; all that wait may wait for the same shard.
const A_SECOND: u64 = 200;
/// The longest that somebody is told to wait before they look again, apart from the spread, in seconds.
const LONGEST: u64 = 20;

/// After how many seconds to look at a ticket again: about when its turn comes, and not all at once. Of those with equal
/// chances some look up to half as late again, by their tickets.
fn look_again(word: &str, ahead: Option<u32>) -> u64 {
    let turn = (u64::from(ahead.unwrap_or(0)) / A_SECOND).clamp(1, LONGEST);
    turn + spread(word, turn / 2 + 1)
}

/// How a queued reservation stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "UPPERCASE")]
pub enum TicketStatus {
    /// It waits for its turn.
    Pending,
    /// The appointments were confirmed at once.
    Confirmed,
    /// The places were held, to be confirmed until `hold_until`.
    Held,
    /// Nothing was booked; `problem` says why.
    Refused,
    /// Nothing was booked, for a reason of our own: try again, with another `Idempotency-Key`.
    Failed,
}

/// A receipt for a reservation that is queued.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Ticket)]
pub struct TicketView {
    /// What the ticket is asked for by.
    #[schema(example = "AAAAAAAAAAAAAAAAAAAABwAAAAAAAACrAZ")]
    ticket: String,
    status: TicketStatus,
    /// While it is pending: about how many reservations wait before it, of all sessions together; null if that is not known.
    #[schema(example = 1_200, required)]
    ahead: Option<u32>,
    /// What was made, as it is now; a person each.
    appointments: Vec<AppointmentView>,
    /// Why nothing was made, as it would have been told at once; null otherwise.
    #[schema(required, value_type = Option<ProblemView>)]
    problem: Option<serde_json::Value>,
}

impl TicketView {
    fn new(word: String, state: TicketState) -> Self {
        let pending =
            Self { ticket: word, status: TicketStatus::Pending, ahead: None, appointments: Vec::new(), problem: None };
        match state.fate {
            Fate::Open => Self { ahead: state.ahead, ..pending },
            Fate::Made(made) => Self {
                status: made_as(&made),
                appointments: made.into_iter().collect::<Appointments>().appointments,
                ..pending
            },
            Fate::Over(TicketEnd::Refused(refusal)) => {
                Self { status: TicketStatus::Refused, problem: Some(Problem::from(refusal).document()), ..pending }
            }
            // The desk follows a ticket to that of another day.
            Fate::Over(TicketEnd::Failed | TicketEnd::Elsewhere { .. }) => {
                Self { status: TicketStatus::Failed, ..pending }
            }
        }
    }

    fn look_again(&self) -> u64 {
        look_again(&self.ticket, self.ahead)
    }

    fn is_pending(&self) -> bool {
        self.status == TicketStatus::Pending
    }
}

/// The state in which appointments were made, whatever became of them since.
fn made_as(made: &[Appointment]) -> TicketStatus {
    let held = made.iter().any(|appointment| matches!(appointment.made_as, Status::Held { .. }));
    if held { TicketStatus::Held } else { TicketStatus::Confirmed }
}

/// 201 with the appointments, or 202 with a ticket.
pub fn answer(reserved: Reserved, account: &AccountId) -> Response {
    match reserved {
        Reserved::Made(made) => (StatusCode::CREATED, Json(made.into_iter().collect::<Appointments>())).into_response(),
        Reserved::Queued(ticket) => accepted(&ticket, account),
    }
}

fn accepted(ticket: &Ticket, account: &AccountId) -> Response {
    let word = ticket.encode(account);
    let location = format!("/v1/tickets/{word}");
    let view = TicketView::new(word, TicketState { fate: Fate::Open, ahead: ticket.ahead });
    let headers = [(header::LOCATION, location), (header::RETRY_AFTER, view.look_again().to_string())];
    (StatusCode::ACCEPTED, headers, Json(view)).into_response()
}

/// Shows what became of a reservation that was queued.
///
/// A ticket ends once, and then stays as it is; it can be asked for during 30 days. While it is pending, look again after the
/// time in the Retry-After header.
#[utoipa::path(
    get,
    path = "/v1/tickets/{ticket}",
    operation_id = "show_ticket",
    tag = "appointments",
    params(("ticket" = String, Path, max_length = 256, example = "AAAAAAAAAAAAAAAAAAAABwAAAAAAAACrAZ")),
    responses((
        status = 200,
        description = "The ticket.",
        body = TicketView,
        headers(("Retry-After" = u32, description = "While it is pending: after how many seconds to look again.")),
    )),
    security(("bearer" = [])),
    extensions(("x-problems" = json!(["no-such-ticket"]))),
)]
pub async fn show_ticket(
    State(reserve): Shared,
    citizen: Citizen,
    Path(word): Path<String>,
) -> Result<Response, Problem> {
    let state = reserve.desk.show(&citizen.account, &word).await?;
    let view = TicketView::new(word, state);
    let again = view.is_pending().then(|| [(header::RETRY_AFTER, view.look_again().to_string())]);
    Ok((again, Json(view)).into_response())
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    fn waits(ahead: Option<u32>) -> BTreeSet<u64> {
        (0..200_u128).map(|number| look_again(&uuid::Uuid::from_u128(number * 7_919).to_string(), ahead)).collect()
    }

    #[test]
    fn whoever_is_far_behind_looks_again_later_and_not_with_everybody_else() {
        let range = |from: u64, to: u64| (from..=to).collect::<BTreeSet<_>>();
        let expected = [
            (None, range(1, 2)),
            (Some(0), range(1, 2)),
            (Some(399), range(1, 2)),
            (Some(1_000), range(5, 8)),
            (Some(2_000), range(10, 16)),
            (Some(4_000), range(20, 31)),
            (Some(u32::MAX), range(20, 31)),
        ];
        for (ahead, expected) in expected {
            assert_eq!(waits(ahead), expected, "{ahead:?} in front");
        }
        assert_eq!(look_again("a ticket", Some(900)), look_again("a ticket", Some(900)));
    }
}
