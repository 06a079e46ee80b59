//! The administrator's view of the day.

use super::{
    steps::{Booked, DISTRICT, OpenSlot},
    world::{Exchange, World},
};
use crate::{
    failure::Failure,
    http::{Call, path},
};

/// The bookings that the day's report counts in the session.
pub async fn bookings(world: &World<'_>, slot: &OpenSlot) -> Result<u64, Failure> {
    let report = world.look(of_center(world, slot)).await?;
    Ok(counted(&report, &slot.session_id))
}

/// The administrator drills down from the district to the center, the session and the appointment.
pub async fn see(world: &mut World<'_>, slot: &OpenSlot, before: u64, booked: &Booked) -> Result<(), Failure> {
    world.step(&format!("The administrator's report for {} shows it.", slot.date))?;
    let call = of_center(world, slot);
    let more = |report: &Exchange| counted(report, &slot.session_id) > before;
    world.poll(call, "the report to count it", &slot.session_id, more).await?;
    let (date, center) = (slot.date.to_string(), slot.center_id.to_string());
    let call = Call::get(path("/v1/reports/bookings", &[("date", &date), ("district_id", DISTRICT)])).by(&world.admin);
    let in_center = |report: &Exchange| counted(report, &center) > 0;
    world.poll(call, "the district's report to count it", &center, in_center).await?;
    find(world, slot, booked).await
}

fn of_center(world: &World<'_>, slot: &OpenSlot) -> Call {
    let (date, center) = (slot.date.to_string(), slot.center_id.to_string());
    Call::get(path("/v1/reports/bookings", &[("date", &date), ("center_id", &center)])).by(&world.admin)
}

/// The bookings in the row with this id, which is a number or a text; 0 without such a row.
fn counted(report: &Exchange, id: &str) -> u64 {
    let same =
        |row: &&serde_json::Value| row["id"] == id || row["id"].as_u64().is_some_and(|number| number.to_string() == id);
    report.list("/rows").iter().find(same).and_then(|row| row["booked"].as_u64()).unwrap_or(0)
}

/// Pages through the session's appointments until the booked one is there.
async fn find(world: &mut World<'_>, slot: &OpenSlot, booked: &Booked) -> Result<(), Failure> {
    let base = format!("/v1/reports/sessions/{}/appointments", slot.session_id);
    let mut address = base.clone();
    loop {
        let admin = world.admin.clone();
        let id = booked.appointment_id.as_str();
        let has = |page: &Exchange| page.list("/appointments").iter().any(|row| row["appointment_id"] == id);
        let goes_on = |page: &Exchange| page.text("/next_cursor").is_ok();
        let wanted = |page: &Exchange| has(page) || goes_on(page);
        let page = world.poll(Call::get(&address).by(&admin), "the appointment to be listed", id, wanted).await?;
        if has(&page) {
            return Ok(());
        }
        address = path(&base, &[("cursor", page.text("/next_cursor")?)]);
    }
}
