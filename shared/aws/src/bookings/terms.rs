//! The conditions and updates of bookings, as expressions.

use vaxslot_domain::{
    Timestamp,
    appointment::{Appointment, Status},
    booking::{Ending, Own, Reservation},
    id::{AccountId, AppointmentId},
};

use crate::{
    expression::Terms,
    keys::{APPOINTMENT, DUE, DUE_AT},
    rows::instant,
};

/// What a booking asks of each beneficiary's row. The row exists if its account is the caller's.
pub fn eligibility(reservation: &Reservation) -> (String, Terms) {
    let asked = &reservation.terms;
    let mut condition =
        "#account = :account AND attribute_not_exists(#active) AND #doses = :doses AND #born <= :born_by AND \
         size(#given_up) < :changes"
            .to_owned();
    let mut terms = Terms::default()
        .names(&["account", "active", "doses", "born", "given_up"])
        .number("changes", reservation.changes_a_day)
        .text("account", reservation.account.as_str())
        .number("doses", asked.doses_taken())
        .text("born_by", asked.born_by());
    if let Some(limit) = asked.born_after() {
        condition.push_str(" AND #born > :born_after");
        terms = terms.text("born_after", limit);
    }
    if let Some((vaccine, latest)) = asked.last_dose() {
        condition.push_str(" AND #last_vaccine = :last_vaccine AND #last_dose_on <= :last_dose_by");
        terms = terms.names(&["last_vaccine", "last_dose_on"]);
        terms = terms.text("last_vaccine", vaccine).text("last_dose_by", latest);
    }
    if let Some(ticket) = reservation.ticket {
        condition.push_str(" AND attribute_not_exists(#closed_tickets.#ticket)");
        terms = terms.names(&["closed_tickets"]).alias("ticket", ticket);
    }
    (condition, terms)
}

/// What goes behind the condition on a person: that none of the ids by which the appointment may be known was given up.
pub fn unknown(reservation: &Reservation, place: usize, terms: Terms) -> (String, Terms) {
    let (paths, terms) = given_up_paths("known", reservation.known_as(place), terms);
    let conditions = paths.iter().map(|path| format!(" AND attribute_not_exists({path})"));
    (conditions.collect::<Vec<_>>().concat(), terms)
}

/// The places of notes of given up appointments in a person's row.
pub fn given_up_paths(name: &str, ids: impl Iterator<Item = AppointmentId>, mut terms: Terms) -> (Vec<String>, Terms) {
    let mut paths = Vec::new();
    for (number, id) in ids.enumerate() {
        let name = format!("{name}{number}");
        paths.push(format!("#given_up.#{name}"));
        terms = terms.alias(&name, id);
    }
    (paths, terms.names(&["given_up"]))
}

/// The condition that an appointment is still active and in the same state.
pub fn still(active: &Appointment) -> (String, Terms) {
    let condition = "#active.#appointment = :id AND #active.#status = :status".to_owned();
    let terms = Terms::default().names(&["active", APPOINTMENT, "status"]);
    let terms = terms.text("id", active.id).text("status", active.status.name());
    match active.status {
        Status::Held { until } => (
            format!("{condition} AND #active.#hold_until = :until"),
            terms.names(&["hold_until"]).text("until", instant(until)),
        ),
        _ => (condition, terms),
    }
}

/// What goes behind the `REMOVE` of a release: the notes that count no more, and one that the person gave the appointment up.
pub fn give_up(ending: &Ending, terms: Terms) -> (String, Terms) {
    if !ending.given_up {
        return (String::new(), terms);
    }
    let (faded, terms) = given_up_paths("faded", ending.faded.iter().copied(), terms);
    let faded: Vec<String> = faded.iter().map(|path| format!(", {path}")).collect();
    let terms = terms.alias("given", ending.was.id).text("given", instant(ending.is.changed_at));
    (format!("{} SET #given_up.#given = :given", faded.concat()), terms)
}

pub const CONFIRM: &str = "SET #active.#status = :confirmed, #active.#changed_at = :now, #active.#change = :mark \
                           REMOVE #due, #due_at";
pub const STANDS: &str = "#account = :account AND #active.#appointment = :id AND #active.#status = :held AND \
                      #active.#hold_until >= :now";

pub fn confirm_terms(account: &AccountId, own: Own, now: Timestamp, mark: &str) -> Terms {
    Terms::default()
        .names(&["account", "active", APPOINTMENT, "status", "hold_until", "changed_at", "change", DUE, DUE_AT])
        .text("account", account.as_str())
        .text("id", own.appointment)
        .text("held", "HELD")
        .text("confirmed", Status::Confirmed.name())
        .text("now", instant(now))
        .text("mark", mark)
}
