//! What staff and a citizen do, one after the other. Each step fails unless the service answers as promised.

use jiff::{Timestamp, civil::Date};
use serde_json::{Value, json};
use vaxslot_domain::{
    id::{AppointmentId, CenterId},
    reference::Reference,
};

use super::world::{Exchange, World};
use crate::{
    failure::Failure,
    http::{Bearer, Call, path},
};

/// Pune, of which the data has 200 centers.
pub const DISTRICT: &str = "363";
const BIRTH_YEAR: i16 = 1990;
const SLOT: &str = "09:00-11:00";
const OTHER_SLOT: &str = "11:00-13:00";
const SEATS: u64 = 50;
const PAGE: &str = "200";
/// A message with a code begins with it.
const CODE: usize = 6;

/// A slot that can be booked, by what a request must name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OpenSlot {
    pub center_id: u64,
    pub session_id: String,
    pub date: Date,
    pub slot: String,
}

/// An appointment as later requests name it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Booked {
    pub beneficiary_id: String,
    pub appointment_id: String,
}

impl Booked {
    fn named(&self) -> Value {
        json!({"appointments": [{"beneficiary_id": self.beneficiary_id, "appointment_id": self.appointment_id}]})
    }
}

/// An administrator registers a center in Pune.
pub async fn register_center(world: &mut World<'_>) -> Result<CenterId, Failure> {
    world.step("An administrator registers a center.")?;
    let center = json!({
        "name": format!("Walkthrough Clinic {:04X}", world.run() & 0xFFFF),
        "address": "1 Karve Road, Pune",
        "block": "Haveli",
        "district_id": 363,
        "pincode": 411_004,
        "position": {"lat": 18.5089, "long": 73.8312},
        "opens": "09:00",
        "closes": "17:00",
        "fee_type": "Free",
    });
    let made = world.expect(Call::post("/v1/admin/centers", center).by(&world.admin), 201, "").await?;
    let id = u32::try_from(made.number("/center_id")?).ok().and_then(|id| CenterId::try_from(id).ok());
    id.ok_or_else(|| made.unexpected("the center_id is out of range"))
}

/// The center's own staff publishes a session for tomorrow with two slots of 50 seats.
pub async fn publish_session(world: &mut World<'_>, center: CenterId) -> Result<OpenSlot, Failure> {
    world.step("The center's operator publishes a session for tomorrow.")?;
    publish(world, center, None).await
}

/// They publish another one that opens at this moment: there, reservations wait their turn.
pub async fn open_session(world: &mut World<'_>, center: CenterId) -> Result<OpenSlot, Failure> {
    world.step("The center's operator publishes a session that opens now, when everybody comes at once.")?;
    let now = world.now();
    publish(world, center, Some(now)).await
}

async fn publish(world: &mut World<'_>, center: CenterId, opens_at: Option<Timestamp>) -> Result<OpenSlot, Failure> {
    let (operator, date) = (world.operator(center)?, world.tomorrow());
    let mut session = json!({
        "date": date.to_string(),
        "vaccine": "COVISHIELD",
        "min_age": 18,
        "slots": [{"slot": SLOT, "capacity": {"1": SEATS}}, {"slot": OTHER_SLOT, "capacity": {"1": SEATS}}],
    });
    if let Some(opens_at) = opens_at {
        session["opens_at"] = json!(opens_at.to_string());
    }
    let call = Call::post(format!("/v1/admin/centers/{center}/sessions"), session).by(&operator);
    let made = world.expect(call, 201, "").await?;
    made.expect_text("/status", "OPEN")?;
    let session_id = made.text("/session_id")?.to_owned();
    Ok(OpenSlot { center_id: u64::from(center.get()), session_id, date, slot: SLOT.to_owned() })
}

/// A citizen logs in: a code comes to the phone, and is redeemed for tokens.
pub async fn log_in(world: &mut World<'_>) -> Result<(), Failure> {
    world.step("A citizen logs in with a code that is sent to the phone.")?;
    let phone = world.phone().as_str().to_owned();
    let sent = world.expect(Call::post("/v1/auth/otp", json!({ "phone": phone })), 202, "").await?;
    let code: String = world.message(1, "the code").await?.text.chars().take(CODE).collect();
    let redemption = json!({ "phone": phone, "challenge": sent.text("/challenge")?, "code": code });
    let tokens = world.expect(Call::post("/v1/auth/token", redemption), 200, "").await?;
    world.citizen = Bearer::new("citizen", tokens.text("/access_token")?.to_owned());
    Ok(())
}

/// A citizen registers a person to be vaccinated. Returns the person's id.
pub async fn register_beneficiary(world: &mut World<'_>) -> Result<String, Failure> {
    world.step("A citizen registers as a beneficiary.")?;
    let person = json!({"name": "Asha Rao", "birth": BIRTH_YEAR.to_string()});
    let made = world.expect(Call::post("/v1/beneficiaries", person).by(&world.citizen), 201, "").await?;
    Ok(made.text("/beneficiary_id")?.to_owned())
}

/// The citizen searches the district and finds the session with all its seats.
pub async fn search_district(world: &mut World<'_>, wanted: &OpenSlot) -> Result<(), Failure> {
    world.step(&format!("The citizen searches district {DISTRICT} for {}.", wanted.date))?;
    let date = wanted.date.to_string();
    let mut cursor: Option<String> = None;
    loop {
        let mut query = vec![("district_id", DISTRICT), ("date", &date), ("vaccine", "COVISHIELD"), ("limit", PAGE)];
        query.extend(cursor.as_deref().map(|cursor| ("cursor", cursor)));
        let call = Call::get(path("/v1/sessions", &query));
        let has = |page: &Exchange| page.list("/sessions").iter().any(|session| is(session, &wanted.session_id));
        let enough = |page: &Exchange| has(page) || page.text("/next_cursor").is_ok();
        let page = world.poll(call, "the session to be listed", &wanted.session_id, enough).await?;
        if has(&page) {
            return Ok(());
        }
        cursor = Some(page.text("/next_cursor")?.to_owned());
    }
}

/// The citizen books the slot.
pub async fn book(world: &mut World<'_>, person: &str, slot: &OpenSlot) -> Result<Booked, Failure> {
    world.step(&format!("The citizen books {} on {}.", slot.slot, slot.date))?;
    make(world, "/v1/appointments", person, slot, "CONFIRMED").await
}

/// The citizen holds a slot: it is kept for a while and waits for the confirmation.
pub async fn hold(world: &mut World<'_>, person: &str, slot: &OpenSlot) -> Result<Booked, Failure> {
    world.step(&format!("The citizen holds {} at center {}.", slot.slot, slot.center_id))?;
    make(world, "/v1/holds", person, slot, "HELD").await
}

async fn make(
    world: &mut World<'_>,
    path: &str,
    person: &str,
    slot: &OpenSlot,
    status: &str,
) -> Result<Booked, Failure> {
    let made = world.expect(Call::post(path, request(person, slot)).by(&world.citizen), 201, "").await?;
    made.expect_text("/appointments/0/status", status)?;
    let appointment_id = made.text("/appointments/0/appointment_id")?.to_owned();
    Ok(Booked { beneficiary_id: person.to_owned(), appointment_id })
}

fn request(person: &str, slot: &OpenSlot) -> Value {
    json!({"session_id": slot.session_id, "slot": slot.slot, "dose": 1, "beneficiaries": [person]})
}

/// The citizen books while the session opens, and gets a ticket that tells in the end what became of it.
pub async fn queue(world: &mut World<'_>, person: &str, slot: &OpenSlot) -> Result<Booked, Failure> {
    world.step("The citizen books there, and is given a ticket: it is carried out in its turn.")?;
    let call = Call::post("/v1/appointments", request(person, slot)).by(&world.citizen);
    let queued = world.expect(call, 202, "").await?;
    let look = Call::get(format!("/v1/tickets/{}", queued.text("/ticket")?)).by(&world.citizen);
    let ended = |ticket: &Exchange| ticket.text("/status").is_ok_and(|status| status != "PENDING");
    let ticket = world.poll(look, "the ticket to end", "", ended).await?;
    ticket.expect_text("/status", "CONFIRMED")?;
    let appointment_id = ticket.text("/appointments/0/appointment_id")?.to_owned();
    Ok(Booked { beneficiary_id: person.to_owned(), appointment_id })
}

/// The citizen confirms what is held.
pub async fn confirm(world: &mut World<'_>, held: &Booked) -> Result<(), Failure> {
    world.step("The citizen confirms it.")?;
    let call = Call::post("/v1/appointments/confirm", held.named()).by(&world.citizen);
    world.expect(call, 200, "").await?.expect_text("/appointments/0/status", "CONFIRMED")
}

/// The citizen cancels.
pub async fn cancel(world: &mut World<'_>, booked: &Booked) -> Result<(), Failure> {
    world.step("The citizen cancels.")?;
    let call = Call::post("/v1/appointments/cancel", booked.named()).by(&world.citizen);
    world.expect(call, 200, "").await?.expect_text("/appointments/0/status", "CANCELLED")
}

/// The citizen, booked already, tries the other slot and is refused.
pub async fn book_again(world: &mut World<'_>, person: &str, slot: &OpenSlot) -> Result<(), Failure> {
    world.step("The citizen tries to book a second time and is refused.")?;
    let other = OpenSlot { slot: OTHER_SLOT.to_owned(), ..slot.clone() };
    let call = Call::post("/v1/appointments", request(person, &other)).by(&world.citizen);
    world.expect(call, 409, "").await?.expect_text("/type", "urn:vaxslot:problem:already-booked")
}

/// The citizen gets the `count`th message, which says `words` and names the appointment.
pub async fn message(world: &mut World<'_>, count: usize, words: &str, booked: &Booked) -> Result<(), Failure> {
    let message = world.message(count, &format!("the message that it {words}")).await?;
    let id: AppointmentId = booked.appointment_id.parse().map_err(|error| Failure::Refused(format!("{error}")))?;
    let reference = Reference::of(id).to_string();
    if message.text.contains(words) && message.text.contains(&reference) {
        return Ok(());
    }
    Err(Failure::Refused(format!("expected a message that {reference} {words}, got: {}", message.text)))
}

/// The seats of the slot that are open now, as a search of its center shows them, become `SEATS - taken`.
pub async fn see_open_seats(world: &mut World<'_>, slot: &OpenSlot, taken: u64) -> Result<(), Failure> {
    let wanted = SEATS - taken;
    world.step(&format!("The search shows {wanted} of {SEATS} seats open at {}.", slot.slot))?;
    let (center, date) = (slot.center_id.to_string(), slot.date.to_string());
    let call = Call::get(path("/v1/sessions", &[("center_id", &center), ("date", &date)]));
    let open = |page: &Exchange| {
        let session = page.list("/sessions").iter().find(|session| is(session, &slot.session_id));
        session.and_then(|session| seats(session, &slot.slot))
    };
    world.poll(call, "the search to show it", &slot.session_id, |page| open(page) == Some(wanted)).await?;
    Ok(())
}

/// The citizen looks for a first dose at another center on the same day.
pub async fn find_elsewhere(world: &mut World<'_>, not: &OpenSlot) -> Result<OpenSlot, Failure> {
    world.step("The citizen looks elsewhere.")?;
    let (date, age) = (not.date.to_string(), (not.date.year() - BIRTH_YEAR).to_string());
    let query = [("district_id", DISTRICT), ("date", &date), ("dose", "1"), ("age", &age), ("available", "true")];
    let page = world.expect(Call::get(path("/v1/sessions", &query)), 200, "").await?;
    let found = page.list("/sessions").iter().find_map(|session| open_slot(session, not));
    found.ok_or_else(|| page.unexpected("no open slot at another center: is the stack seeded (vaxslot seed)?"))
}

fn open_slot(session: &Value, not: &OpenSlot) -> Option<OpenSlot> {
    let center_id = session["center"]["center_id"].as_u64().filter(|id| *id != not.center_id)?;
    let slots = session["slots"].as_array()?.iter().filter_map(|slot| slot["slot"].as_str());
    let slot = slots.into_iter().find(|slot| seats(session, slot).is_some_and(|open| open > 0))?;
    let session_id = session["session_id"].as_str()?.to_owned();
    Some(OpenSlot { center_id, session_id, date: not.date, slot: slot.to_owned() })
}

fn is(session: &Value, id: &str) -> bool {
    session["session_id"] == id
}

/// The open seats of a slot for the first dose.
fn seats(session: &Value, slot: &str) -> Option<u64> {
    let slot = session["slots"].as_array()?.iter().find(|candidate| candidate["slot"] == slot)?;
    slot["capacity"].as_array()?.iter().find(|dose| dose["dose"] == 1)?["available"].as_u64()
}
