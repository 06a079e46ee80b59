//! The conditions and updates of bookings, as expressions.

use vaxslot_domain::{
    appointment::{Appointment, Status},
    booking::{Ending, Note, Reservation},
    id::AppointmentId,
};

use crate::{
    expression::{Changes, Terms},
    keys::APPOINTMENT,
    rows::{instant, instants},
};

/// What a booking asks of each beneficiary's row. The row exists if its account is the caller's.
pub fn eligibility(reservation: &Reservation) -> (String, Terms) {
    let (mut condition, mut terms) = fitness(reservation);
    condition.push_str(" AND attribute_not_exists(#active) AND size(#given_up) < :changes");
    terms = terms.names(&["active", "given_up"]).number("changes", reservation.changes_a_day);
    for (number, ticket) in reservation.tickets.iter().enumerate() {
        let name = format!("ticket{number}");
        condition += &[" AND attribute_not_exists(#closed_tickets.#", &name, ")"].concat();
        terms = terms.names(&["closed_tickets"]).alias(&name, ticket);
    }
    (condition, terms)
}

/// What a session asks of each beneficiary's row, whatever the person has.
pub fn fitness(reservation: &Reservation) -> (String, Terms) {
    let asked = &reservation.terms;
    let mut condition = "#account = :account AND #doses = :doses AND #born <= :born_by".to_owned();
    let mut terms = Terms::default()
        .names(&["account", "doses", "born"])
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
    (condition, terms)
}

/// What goes behind the condition on a person: that none of the ids by which the appointment may be known is noted as one
/// that ended. A row in which no appointment was ever withdrawn has no map of them, and so meets its part.
pub fn unknown(reservation: &Reservation, place: usize, mut terms: Terms) -> (String, Terms) {
    let mut conditions = Vec::new();
    for (number, id) in reservation.known_as(place).enumerate() {
        let unnoted = |notes| format!(" AND attribute_not_exists(#{notes}.#known{number})");
        conditions.extend(["given_up", "withdrawn"].map(unnoted));
        terms = terms.alias(&format!("known{number}"), id);
    }
    (conditions.concat(), terms.names(&["given_up", "withdrawn"]))
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
pub fn still(active: &Appointment, terms: Terms) -> (String, Terms) {
    let condition = "#active.#appointment = :id AND #active.#status = :status".to_owned();
    let terms = terms.names(&["active", APPOINTMENT, "status"]);
    let terms = terms.text("id", active.id).text("status", active.status.name());
    match active.status {
        Status::Held { until } => (
            format!("{condition} AND #active.#hold_until = :until"),
            terms.names(&["hold_until"]).text("until", instant(until)),
        ),
        _ => (condition, terms),
    }
}

/// Adds what an ending changes in the notes of its person.
pub fn note(ending: &Ending, changes: Changes, terms: Terms) -> (Changes, Terms) {
    match &ending.note {
        Note::GivenUp { faded } => {
            let (faded, terms) = given_up_paths("faded", faded.iter().copied(), terms);
            let terms = terms.alias("given", ending.was.id).text("given", instant(ending.is.changed_at));
            (changes.set("#given_up.#given = :given").remove(faded), terms)
        }
        Note::Withdrawn(withdrawn) => {
            let terms = terms.names(&["withdrawn"]).value("withdrawn", instants(withdrawn));
            (changes.set("#withdrawn = :withdrawn"), terms)
        }
    }
}
