//! Filling a local stack: real districts and centers, and sessions for the coming days.

pub mod data;
mod figures;
pub mod plan;

use std::{collections::BTreeSet, io::Write};

use futures::{StreamExt, TryStreamExt, stream};
use jiff::{Timestamp, ToSpan, civil::Date};
use serde::Deserialize;
use serde_json::Value;
use vaxslot_domain::{
    access::{Caller, Region},
    center::Zone,
    id::DistrictId,
};

use crate::{
    failure::Failure,
    http::{Api, Bearer, Call, path},
    import::{self, ImportError, Kind, Outcome},
    token::Signer,
};
use figures::Followed;
use plan::{SeedCenter, SeedSession};

/// The longest range of one search, in days.
const SEARCH_DAYS: u16 = 7;
const SEARCHES_AT_ONCE: usize = 4;
const PAGE: &str = "200";
/// A row that begins this soon could be past when it arrives.
const MARGIN_MINUTES: i64 = 2;
/// How many remarks are shown; the rest is counted.
const SHOWN: usize = 3;

/// What to seed.
#[derive(Debug, Clone, Copy)]
pub struct Wanted {
    pub first: Date,
    pub days: u16,
    /// Sends everything without asking what is there.
    pub force: bool,
}

/// How many sessions were there, and how many were added.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Seeded {
    pub present: usize,
    pub added: usize,
}

/// Imports what is not there yet, and waits until figures have followed. What is there stays as it is.
pub async fn seed(
    api: &Api,
    signer: &Signer,
    now: Timestamp,
    wanted: Wanted,
    out: &mut dyn Write,
) -> Result<Seeded, Failure> {
    let centers = data::centers().map_err(|error| Failure::Refused(error.to_string()))?;
    let sessions: Vec<SeedSession> = bookable(plan::sessions(&centers, wanted.first, wanted.days), now).collect();
    let there = if wanted.force { Found::default() } else { find(api, &centers, wanted).await? };
    let missing: Vec<&SeedSession> = sessions.iter().filter(|session| !there.has(session)).collect();
    let seeded = Seeded { present: sessions.len() - missing.len(), added: missing.len() };
    if missing.is_empty() {
        writeln!(out, "{} sessions from {} on are there already.", seeded.present, wanted.first)?;
        return Ok(seeded);
    }
    let admin = signer.bearer(&Caller::Admin { region: Region::Country }, now, 1)?;
    if !centers.iter().all(|center| there.centers.contains(&u64::from(center.id.get()))) {
        send(api, &admin, Kind::Districts, data::DISTRICTS, out).await?;
        send(api, &admin, Kind::Centers, data::CENTERS, out).await?;
    }
    let followed = Followed::begin(api, &admin, wanted.first, wanted.days).await?;
    let rows: Vec<String> = missing.iter().map(|session| format!("{session}\n")).collect();
    send(api, &admin, Kind::Sessions, &format!("{}\n{}", plan::HEADER, rows.concat()), out).await?;
    if !followed.wait_for(seeded.added).await? {
        writeln!(out, "Not all of them are in the figures yet.")?;
    }
    Ok(seeded)
}

/// A session whose last slot has begun can no longer be published.
fn bookable(sessions: impl Iterator<Item = SeedSession>, now: Timestamp) -> impl Iterator<Item = SeedSession> {
    let india = Zone::india();
    let limit = now.saturating_add(MARGIN_MINUTES.minutes()).unwrap_or(now);
    sessions.filter(move |session| {
        let last = session.slots.last();
        last.is_some_and(|slot| slot.starts_at(session.date, india.clock()) > limit)
    })
}

async fn send(api: &Api, admin: &Bearer, kind: Kind, csv: &str, out: &mut dyn Write) -> Result<(), Failure> {
    let outcome = import::import(api, admin, kind, csv).await.map_err(|error| match error {
        ImportError::Call(error) => Failure::Call(error),
        ImportError::Csv(source) => Failure::Csv { file: kind.name().to_owned(), source },
    })?;
    write!(out, "{} {} imported", outcome.imported, kind.name())?;
    match outcome.warnings.len() {
        0 => writeln!(out, ".")?,
        count => writeln!(out, ", {count} with a remark, such as:")?,
    }
    for warning in outcome.warnings.iter().take(SHOWN) {
        writeln!(out, "  {warning}")?;
    }
    if outcome.is_whole() { Ok(()) } else { Err(Failure::Refused(told(kind, &outcome))) }
}

fn told(kind: Kind, outcome: &Outcome) -> String {
    let rows = outcome.bad_rows.iter().map(ToString::to_string);
    let reasons: Vec<String> = outcome.refusals.iter().cloned().chain(rows).take(SHOWN).collect();
    format!("{} {} were refused: {}", outcome.left_out, kind.name(), reasons.join("; "))
}

/// What searches found.
#[derive(Debug, Default)]
struct Found {
    centers: BTreeSet<u64>,
    sessions: BTreeSet<String>,
}

impl Found {
    fn has(&self, session: &SeedSession) -> bool {
        let SeedSession { center, date, vaccine, ages, .. } = session;
        self.sessions.contains(&format!("{center} {date} {vaccine} {} {}", ages.min, session.slot_list()))
    }

    fn add(&mut self, session: FoundSession) {
        let slots: Vec<String> = session.slots.into_iter().map(|slot| slot.slot).collect();
        let FoundSession { center, date, vaccine, min_age, .. } = session;
        self.centers.insert(center.center_id);
        self.sessions.insert(format!("{} {date} {vaccine} {min_age} {}", center.center_id, slots.join(" ")));
    }
}

#[derive(Debug, Deserialize)]
struct FoundSession {
    center: FoundCenter,
    date: String,
    vaccine: String,
    min_age: u8,
    slots: Vec<FoundSlot>,
}

#[derive(Debug, Deserialize)]
struct FoundCenter {
    center_id: u64,
}

#[derive(Debug, Deserialize)]
struct FoundSlot {
    slot: String,
}

#[derive(Debug, Deserialize)]
struct FoundPage {
    sessions: Vec<FoundSession>,
    next_cursor: Option<String>,
}

async fn find(api: &Api, centers: &[SeedCenter], wanted: Wanted) -> Result<Found, Failure> {
    let districts: BTreeSet<DistrictId> = centers.iter().map(|center| center.district).collect();
    let starts = (0..wanted.days).step_by(usize::from(SEARCH_DAYS));
    let ranges = starts.map(|start| (start, SEARCH_DAYS.min(wanted.days - start)));
    let searches = ranges.flat_map(|(start, days)| {
        let from = wanted.first.saturating_add(i32::from(start).days());
        let to = from.saturating_add(i32::from(days - 1).days());
        districts.iter().map(move |district| search(api, *district, from, to))
    });
    let pages: Vec<Vec<FoundSession>> = stream::iter(searches).buffer_unordered(SEARCHES_AT_ONCE).try_collect().await?;
    let mut found = Found::default();
    pages.into_iter().flatten().for_each(|session| found.add(session));
    Ok(found)
}

async fn search(api: &Api, district: DistrictId, from: Date, to: Date) -> Result<Vec<FoundSession>, Failure> {
    let (district, from, to) = (district.to_string(), from.to_string(), to.to_string());
    let mut sessions = Vec::new();
    let mut cursor: Option<String> = None;
    loop {
        let mut query = vec![("district_id", district.as_str()), ("from", &from), ("to", &to), ("limit", PAGE)];
        query.extend(cursor.as_deref().map(|cursor| ("cursor", cursor)));
        let answer = api.call(&Call::get(path("/v1/sessions", &query))).await?;
        // An unknown district is one that is still to be imported.
        if answer.status.as_u16() == 404 {
            return Ok(sessions);
        }
        if !answer.status.is_success() {
            return Err(Failure::Refused(answer.refusal()));
        }
        let page = page(&answer.body)?;
        sessions.extend(page.sessions);
        cursor = page.next_cursor;
        if cursor.is_none() {
            return Ok(sessions);
        }
    }
}

fn page(body: &Value) -> Result<FoundPage, Failure> {
    FoundPage::deserialize(body)
        .map_err(|error| Failure::Refused(format!("the list of sessions cannot be read: {error}")))
}
