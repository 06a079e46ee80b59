use serde::Serialize;
use utoipa::ToSchema;
use vaxslot_api::{
    seal::Sealer,
    view::{AppointmentView, SessionView},
};
use vaxslot_app::reports::{AppointmentPage, Wanted};

use crate::{
    answer::Report,
    query::{asked, cursor},
    sheet::{Cell, Sheet},
};

/// A page of the appointments of a session, active and ended. It names nobody.
#[derive(Debug, Serialize, ToSchema)]
pub struct SessionAppointments {
    session: SessionView,
    appointments: Vec<AppointmentView>,
    /// Give it as `cursor` for the next page; null at the end.
    #[schema(required, example = json!(null))]
    next_cursor: Option<String>,
}

const HEADER: [&str; 12] = [
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
];

/// A page of appointments.
pub fn appointments(page: AppointmentPage, wanted: Wanted, sealer: &Sealer) -> Report<SessionAppointments> {
    let appointments: Vec<AppointmentView> = page.appointments.iter().map(AppointmentView::from).collect();
    let mut sheet = Sheet::new(HEADER.to_vec());
    for each in &appointments {
        sheet.push(vec![
            Cell::text(&each.appointment_id),
            Cell::text(&each.beneficiary_id),
            Cell::text(&each.session_id),
            Cell::number(each.center_id),
            Cell::text(&each.date),
            Cell::text(&each.slot),
            Cell::number(each.dose),
            Cell::text(each.vaccine),
            Cell::text(each.status),
            each.hold_until.as_ref().map_or(Cell::Empty, Cell::text),
            Cell::text(&each.made_at),
            Cell::text(&each.changed_at),
        ]);
    }
    let id = page.session.id;
    let next_cursor = page.next.map(|place| cursor(id, wanted, place, sealer));
    let address = |cursor| format!("/v1/reports/sessions/{id}/appointments?cursor={cursor}{}", asked(wanted));
    let next = next_cursor.as_ref().map(address);
    let view = SessionAppointments { session: SessionView::from(&page.session), appointments, next_cursor };
    Report { view, sheet, name: format!("appointments-{id}"), next }
}
