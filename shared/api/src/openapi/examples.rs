use serde_json::{Value, json};
use utoipa::openapi::example::{Example, ExampleBuilder};

use crate::problem::{Kind, Problem};

/// A type of problem: what happened, what would help, and how it may look.
pub fn of(kind: Kind) -> Example {
    ExampleBuilder::new().summary(kind.title()).description(kind.help()).value(Some(document(kind))).build()
}

fn document(kind: Kind) -> Value {
    let members = members(kind);
    let fields = members.as_object().into_iter().flatten();
    let problem = fields.fold(Problem::new(kind), |problem, (name, value)| problem.with(name, value));
    match detail(kind) {
        Some(detail) => problem.detail(detail).document(),
        None => problem.document(),
    }
}

fn detail(kind: Kind) -> Option<&'static str> {
    Some(match kind {
        Kind::MalformedJson => "expected value at line 1 column 13",
        Kind::InvalidBody => "name is missing",
        Kind::InvalidParameter => "the dose must be 1, 2 or 3 (3 is the precaution dose)",
        Kind::Unauthorized => "the token has expired",
        Kind::InvalidSchedule => "windows must not overlap",
        Kind::MalformedCsv => "the file is not UTF-8 from byte 1204 on",
        _ => return None,
    })
}

fn members(kind: Kind) -> Value {
    let person = "b3d0c5de-64a9-4c55-8f0f-0a2f7f3a9c10";
    let appointment = "7c9a3c52-0b1e-4f6f-9a53-2f1b7f0d6a11";
    match kind {
        Kind::InvalidBody => json!({ "pointer": "/name" }),
        Kind::InvalidParameter => json!({ "parameter": "dose" }),
        Kind::BodyTooLarge => json!({ "limit": 8192 }),
        Kind::UnsupportedMediaType => json!({ "expected": "application/json" }),
        Kind::PastDate => json!({ "today": "2026-11-21" }),
        Kind::RangeTooLong => json!({ "most_days": 7 }),
        Kind::DoseNotOffered => json!({ "offered": [1] }),
        Kind::NotYetOpen => json!({ "opens_at": "2026-11-23T04:30:00Z" }),
        Kind::NoticeTooShort => json!({ "notice_minutes": 1440, "latest": "2026-11-22T03:30:00Z" }),
        Kind::FewerLeft => json!({ "left": 2 }),
        Kind::NoSuchBeneficiary => json!({ "beneficiary_id": person }),
        Kind::TooYoung => json!({ "min_age": 18, "from": "2027-02-11", "beneficiary_id": person }),
        Kind::TooOld => json!({ "max_age": 44, "beneficiary_id": person }),
        Kind::DoseOutOfOrder => json!({ "due": 2, "beneficiary_id": person }),
        Kind::OtherVaccine => json!({ "taken": "COVAXIN", "beneficiary_id": person }),
        Kind::DoseTooEarly => json!({ "from": "2027-02-11", "beneficiary_id": person }),
        Kind::AlreadyBooked | Kind::NoSuchAppointment | Kind::HoldExpired | Kind::AlreadyConfirmed => {
            json!({ "beneficiary_id": person, "appointment_id": appointment })
        }
        Kind::NoSuchReference => json!({ "reference": "FJD3R-MGB3S-A" }),
        Kind::TooSoon => json!({ "from": "2026-11-22T18:30:00Z" }),
        Kind::AppointmentEnded => json!({ "ended_as": "CANCELLED" }),
        Kind::AccountFull => json!({ "most": 4 }),
        Kind::BelowBooked => json!({ "booked": 31 }),
        Kind::CenterExists => json!({ "center_id": 561_246 }),
        Kind::BadRows => {
            json!({ "rows": [{ "line": 3, "column": "pincode", "detail": "a pincode has six digits and does not begin with 0" }] })
        }
        _ => json!({}),
    }
}
