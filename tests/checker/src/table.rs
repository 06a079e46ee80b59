use std::collections::BTreeMap;

use crate::{
    Broken, Invariant, Row, Value,
    instant::{self, Moment},
};

/// The rows that bookings change, by what they are about.
#[derive(Debug, Clone, Default)]
pub struct Table {
    /// By the shard's name: `session#slot#dose#number`.
    pub shards: BTreeMap<String, Shard>,
    /// By the beneficiary's id.
    pub people: BTreeMap<String, Person>,
    /// Whose the people were who were removed.
    pub removed: BTreeMap<String, String>,
    /// Appointments that ended, by beneficiary and id.
    pub ended: BTreeMap<(String, String), Appointment>,
    /// The beneficiaries that each account names.
    pub accounts: BTreeMap<String, Vec<String>>,
    /// By id.
    pub sessions: BTreeMap<String, Session>,
    /// A day's figures, by day of appointment and of booking, by partition key and sort key.
    pub days: BTreeMap<(String, String), Figures>,
    /// How tickets ended that made nothing, by the ticket's id.
    pub tickets: BTreeMap<String, String>,
    malformed: Vec<Broken>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Shard {
    pub capacity: i64,
    pub free: i64,
    pub closed: bool,
    pub cancelled: bool,
}

#[derive(Debug, Clone)]
pub struct Person {
    pub account: String,
    /// How many doses the person has had, and the day of the last.
    pub doses: (i64, Option<String>),
    pub active: Option<Appointment>,
    /// Shard and appointment as the index has them.
    pub indexed: Option<(String, String)>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Appointment {
    pub id: String,
    pub shard: String,
    pub status: String,
    /// The day.
    pub date: String,
    pub hold_until: Option<Moment>,
    /// When it is in nobody's way any more.
    pub lapses_at: Option<Moment>,
    pub made_at: Moment,
    pub changed_at: Moment,
    pub moved_from: Option<String>,
    pub moved_to: Option<String>,
}

impl Appointment {
    /// Whether its unit is used up.
    #[must_use]
    pub fn is_used(&self) -> bool {
        ["COMPLETED", "NO_SHOW"].contains(&self.status.as_str())
    }

    /// The session it is for.
    #[must_use]
    pub fn session(&self) -> &str {
        self.shard.split('#').next().unwrap_or_default()
    }
}

#[derive(Debug, Clone)]
pub struct Session {
    pub status: String,
    /// When it is queued for.
    pub queue: String,
    /// Whether its cancellation is not finished.
    pub due: bool,
    pub center: i64,
    pub district: i64,
    pub state: i64,
    pub date: String,
    pub doses: Vec<i64>,
    pub slots: usize,
    pub vaccine: String,
    /// As figures spell them: `18-44`, or `18+`.
    pub ages: String,
    pub fee_type: String,
    /// By how many minutes the center's clock is ahead of UTC.
    pub clock: i64,
    /// One entry for each slot and dose, slot by slot: shards, capacity, free.
    pub pools: Vec<(i64, i64, i64)>,
    /// Whether each dose is said to be there, and since when.
    pub turns: BTreeMap<i64, (bool, Moment)>,
}

/// Sums of a day.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Figures {
    pub sessions: i64,
    /// By vaccine, ages, fee type and dose: capacity, free, held, confirmed, completed, no-show, cancelled, expired, moved.
    pub cells: BTreeMap<String, [i64; 9]>,
}

impl Table {
    /// Reads rows. One that is not as it should be is kept as broken.
    pub fn read<'a>(rows: impl IntoIterator<Item = &'a Row>) -> Self {
        let mut table = Self::default();
        for row in rows {
            if table.take(row).is_none() {
                let key = |name| row.get(name).and_then(Value::text).unwrap_or("?");
                let message = format!("{} / {} is not as such a row should be", key("pk"), key("sk"));
                table.malformed.push(Broken::new(Invariant::Row, message));
            }
        }
        table
    }

    /// Rows that could not be read.
    #[must_use]
    pub fn malformed(&self) -> Vec<Broken> {
        self.malformed.clone()
    }

    fn take(&mut self, row: &Row) -> Option<()> {
        let (pk, sk) = (text(row, "pk")?, text(row, "sk")?);
        let (kind, name) = pk.split_once('#').unwrap_or((&pk, ""));
        let name = name.to_owned();
        match kind {
            "POOL" => drop(self.shards.insert(name, shard(row)?)),
            "BENEFICIARY" if sk == "PROFILE" => drop(self.people.insert(name, person(row)?)),
            "BENEFICIARY" if sk == "REMOVED" => drop(self.removed.insert(name, text(row, "account")?)),
            "BENEFICIARY" if sk.starts_with("APPOINTMENT#") => {
                let ended = appointment(row)?;
                self.ended.insert((name, ended.id.clone()), ended);
            }
            "BENEFICIARY" if sk.starts_with("TICKET#") => {
                drop(self.tickets.insert(sk["TICKET#".len()..].to_owned(), text(row, "outcome")?));
            }
            "ACCOUNT" if sk == "ACCOUNT" => drop(self.accounts.insert(name, texts(row, "beneficiaries")?)),
            "SESSION" => drop(self.sessions.insert(name, session(row)?)),
            "DAY" | "MADE" => drop(self.days.insert((pk, sk), figures(row)?)),
            _ => {}
        }
        Some(())
    }

    /// Every active appointment with its beneficiary.
    pub fn active(&self) -> impl Iterator<Item = (&str, &Appointment)> {
        self.people.iter().filter_map(|(id, person)| person.active.as_ref().map(|active| (id.as_str(), active)))
    }

    /// The active appointment of a beneficiary.
    #[must_use]
    pub fn active_of(&self, beneficiary: &str) -> Option<&Appointment> {
        self.people.get(beneficiary)?.active.as_ref()
    }

    /// Whether a beneficiary is, or was, an account's.
    #[must_use]
    pub fn is_of(&self, beneficiary: &str, account: &str) -> bool {
        let owner = self.people.get(beneficiary).map(|person| &person.account);
        owner.or_else(|| self.removed.get(beneficiary)).is_some_and(|owner| owner == account)
    }

    /// The appointments of a beneficiary that ended.
    pub fn ended_of<'a>(&'a self, beneficiary: &'a str) -> impl Iterator<Item = &'a Appointment> {
        self.ended.iter().filter(move |((id, _), _)| id == beneficiary).map(|(_, ended)| ended)
    }

    /// An appointment, wherever its beneficiary's partition has it.
    #[must_use]
    pub fn appointment(&self, beneficiary: &str, appointment: &str) -> Option<&Appointment> {
        let active = self.active_of(beneficiary).filter(|active| active.id == appointment);
        active.or_else(|| self.ended.get(&(beneficiary.to_owned(), appointment.to_owned())))
    }

    /// Every appointment with its beneficiary, active and ended.
    pub fn appointments(&self) -> impl Iterator<Item = (&str, &Appointment)> {
        self.active().chain(self.ended.iter().map(|((id, _), ended)| (id.as_str(), ended)))
    }

    /// All free units.
    #[must_use]
    pub fn free(&self) -> i64 {
        self.shards.values().map(|shard| shard.free).sum()
    }
}

fn shard(row: &Row) -> Option<Shard> {
    Some(Shard {
        capacity: number(row, "capacity")?,
        free: number(row, "free")?,
        closed: row.get("closed")?.flag()?,
        cancelled: row.get("cancelled").and_then(Value::flag).unwrap_or(false),
    })
}

fn person(row: &Row) -> Option<Person> {
    let active = row.get("active").map(|active| appointment(active.map()?));
    let indexed = text(row, "pool").zip(text(row, "appointment"));
    match active {
        Some(None) => None,
        active => {
            let doses = (number(row, "doses")?, text(row, "last_dose_on"));
            Some(Person { account: text(row, "account")?, doses, active: active.flatten(), indexed })
        }
    }
}

fn appointment(row: &Row) -> Option<Appointment> {
    let hold_until = row.get("hold_until").map(|until| until.text().and_then(instant::read));
    if hold_until == Some(None) {
        return None;
    }
    Some(Appointment {
        id: text(row, "appointment")?,
        shard: text(row, "pool")?,
        status: text(row, "status")?,
        date: text(row, "date")?,
        hold_until: hold_until.flatten(),
        lapses_at: row.get("lapses_at").and_then(|at| instant::read(at.text()?)),
        made_at: instant::read(row.get("made_at")?.text()?)?,
        changed_at: instant::read(row.get("changed_at")?.text()?)?,
        moved_from: text(row, "moved_from"),
        moved_to: text(row, "moved_to"),
    })
}

fn session(row: &Row) -> Option<Session> {
    let numbers = |name: &str| -> Option<Vec<i64>> { row.get(name)?.list()?.iter().map(Value::number).collect() };
    let (shards, capacity, free) = (numbers("shards")?, numbers("capacity")?, numbers("free")?);
    let pools = shards.into_iter().zip(capacity).zip(free);
    let (min, max) = (number(row, "min_age")?, number(row, "max_age"));
    Some(Session {
        vaccine: text(row, "vaccine")?,
        ages: max.map_or_else(|| format!("{min}+"), |max| format!("{min}-{max}")),
        fee_type: text(row, "fee_type")?,
        // No other clock is told apart here.
        clock: if text(row, "zone")? == "Asia/Kolkata" { 330 } else { 0 },
        status: text(row, "status")?,
        queue: text(row, "queue")?,
        due: row.contains_key("due"),
        center: number(row, "center_id")?,
        district: number(row, "district_id")?,
        state: number(row, "state_id")?,
        date: text(row, "date")?,
        doses: numbers("doses")?,
        slots: row.get("slots")?.list()?.len(),
        pools: pools.map(|((shards, capacity), free)| (shards, capacity, free)).collect(),
        turns: row.get("turns").map_or_else(|| Some(BTreeMap::new()), turns)?,
    })
}

fn turns(value: &Value) -> Option<BTreeMap<i64, (bool, Moment)>> {
    let read = |(dose, value): (&String, &Value)| {
        let (word, at) = value.text()?.split_once(' ')?;
        Some((dose.parse().ok()?, (word == "OPEN", instant::read(at)?)))
    };
    value.map()?.iter().map(read).collect()
}

fn figures(row: &Row) -> Option<Figures> {
    let counts = |value: &Value| -> Option<[i64; 9]> {
        value.list()?.iter().map(Value::number).collect::<Option<Vec<_>>>()?.try_into().ok()
    };
    let cells = row.get("cells")?.map()?.iter().map(|(cell, value)| Some((cell.clone(), counts(value)?)));
    Some(Figures { sessions: number(row, "sessions")?, cells: cells.collect::<Option<_>>()? })
}

fn text(row: &Row, name: &str) -> Option<String> {
    row.get(name)?.text().map(str::to_owned)
}

fn number(row: &Row, name: &str) -> Option<i64> {
    row.get(name)?.number()
}

fn texts(row: &Row, name: &str) -> Option<Vec<String>> {
    row.get(name)?.list()?.iter().map(|value| value.text().map(str::to_owned)).collect()
}
