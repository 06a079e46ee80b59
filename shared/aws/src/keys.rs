//! The format of every key of the table, and the names of its indexes.

use std::collections::HashMap;

use aws_sdk_dynamodb::types::AttributeValue;
use uuid::Uuid;
use vaxslot_app::ports::RequestKey;
use vaxslot_domain::{
    id::{AccountId, AppointmentId, BeneficiaryId, CenterId, DistrictId, SessionId, StateId, SubscriptionId},
    preferences::Channel,
    rollup::{Basis, Day, Level, Node, Spot},
    search::ListOf,
    session::{PoolKey, ShardKey, SlotNumber},
    ticket::TicketId,
    trail::{Ledger, Place},
    vaccine::Dose,
};

use crate::rows::instant;

/// The partition key's attribute.
pub const PK: &str = "pk";
/// The sort key's attribute.
pub const SK: &str = "sk";

/// Sessions of a district, by date.
pub const BY_DISTRICT: &str = "by_district";
/// Sessions of a pincode, by date.
pub const BY_PINCODE: &str = "by_pincode";
/// Sessions of a center, by date.
pub const BY_CENTER: &str = "by_center";
/// Sessions of a grid cell, by date.
pub const BY_CELL: &str = "by_cell";
/// Appointments, active and ended, by the pool shard they name.
pub const BY_POOL: &str = "by_pool";

/// Work that falls due by time: holds that run out, cancellations of sessions to be finished, and sessions that end.
pub const BY_DUE: &str = "by_due";

/// The sort key of a session in the first four indexes.
pub const LISTING: &str = "listing";
/// The partition key of [`BY_POOL`].
pub const POOL: &str = "pool";
/// The sort key of [`BY_POOL`].
pub const APPOINTMENT: &str = "appointment";

/// The partition key of [`BY_DUE`].
pub const DUE: &str = "due";
/// The sort key of [`BY_DUE`].
pub const DUE_AT: &str = "due_at";

/// The partition of [`BY_DUE`] with the unfinished cancellations.
pub const DUE_CANCELLATIONS: &str = "CANCEL";

/// The partition of [`BY_DUE`] with a list of holds.
#[must_use]
pub fn due_holds(list: u8) -> String {
    format!("HOLD#{list}")
}

/// The partition of [`BY_DUE`] with a list of sessions that end.
#[must_use]
pub fn due_ends(list: u8) -> String {
    format!("END#{list}")
}

/// Where one row is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Key {
    pub pk: String,
    pub sk: String,
}

impl Key {
    fn new(pk: impl Into<String>, sk: impl Into<String>) -> Self {
        Self { pk: pk.into(), sk: sk.into() }
    }

    #[must_use]
    pub fn attributes(&self) -> HashMap<String, AttributeValue> {
        HashMap::from([
            (PK.to_owned(), AttributeValue::S(self.pk.clone())),
            (SK.to_owned(), AttributeValue::S(self.sk.clone())),
        ])
    }
}

/// Where the audit goes on.
#[must_use]
pub fn audit_place() -> Key {
    Key::new("AUDIT", "PLACE")
}

/// Where reminding goes on.
#[must_use]
pub fn reminder_place() -> Key {
    Key::new("REMINDERS", "PLACE")
}

/// The partition of all states.
pub const STATES: &str = "STATES";

#[must_use]
pub fn state(id: StateId) -> Key {
    Key::new(STATES, number("STATE", id.get()))
}

/// The partition of a state's districts.
#[must_use]
pub fn districts_of(id: StateId) -> String {
    format!("STATE#{id}")
}

/// A district among its state's.
#[must_use]
pub fn district_in(state: StateId, id: DistrictId) -> Key {
    Key::new(districts_of(state), number("DISTRICT", id.get()))
}

/// A district by its id alone.
#[must_use]
pub fn district(id: DistrictId) -> Key {
    Key::new(format!("DISTRICT#{id}"), "DISTRICT")
}

#[must_use]
pub fn center(id: CenterId) -> Key {
    Key::new(format!("CENTER#{id}"), "CENTER")
}

#[must_use]
pub fn session(id: SessionId) -> Key {
    Key::new(format!("SESSION#{id}"), "SESSION")
}

/// When a session ends.
#[must_use]
pub fn end(session: SessionId) -> Key {
    Key::new(format!("{END}#{session}"), END)
}

/// Of [`end`], the sort key and what the partition key begins with.
pub const END: &str = "END";

#[must_use]
pub fn shard(key: ShardKey) -> Key {
    Key::new(format!("POOL#{key}"), "SHARD")
}

#[must_use]
pub fn account(id: &AccountId) -> Key {
    Key::new(format!("ACCOUNT#{}", id.as_str()), "ACCOUNT")
}

/// A subscription, beside its account.
#[must_use]
pub fn subscription(account: &AccountId, id: SubscriptionId) -> Key {
    Key::new(self::account(account).pk, format!("{SUBSCRIPTION}{id}"))
}

/// What the sort keys of subscriptions begin with.
pub const SUBSCRIPTION: &str = "SUBSCRIPTION#";

/// That an address is subscribed.
#[must_use]
pub fn endpoint(hash: &str) -> Key {
    Key::new(format!("ENDPOINT#{hash}"), "ENDPOINT")
}

/// How an account wants to be told, beside it.
#[must_use]
pub fn preferences(account: &AccountId) -> Key {
    Key::new(self::account(account).pk, "PREFERENCES")
}

/// The public keys of our own tokens.
#[must_use]
pub fn key_set() -> Key {
    Key::new("KEYSET", "KEYSET")
}

/// A code that was sent.
#[must_use]
pub fn code(challenge: Uuid) -> Key {
    Key::new(format!("CODE#{challenge}"), "CODE")
}

/// A login, beside its account.
#[must_use]
pub fn login(account: &AccountId, id: Uuid) -> Key {
    Key::new(self::account(account).pk, format!("{LOGIN}{id}"))
}

/// What the sort keys of logins begin with.
pub const LOGIN: &str = "LOGIN#";

/// The partition of what is granted to staff.
pub const GRANTS: &str = "GRANTS";

/// What an account of staff may do.
#[must_use]
pub fn grant(account: &AccountId) -> Key {
    Key::new(GRANTS.to_owned(), account.as_str().to_owned())
}

/// How often something may be done.
#[must_use]
pub fn bucket(name: &str) -> Key {
    Key::new(format!("BUCKET#{name}"), "BUCKET")
}

/// The partition of a beneficiary and the appointments that ended.
#[must_use]
pub fn beneficiary_partition(id: BeneficiaryId) -> String {
    format!("BENEFICIARY#{id}")
}

#[must_use]
pub fn beneficiary(id: BeneficiaryId) -> Key {
    Key::new(beneficiary_partition(id), PROFILE)
}

/// The sort key of a beneficiary's own row.
pub const PROFILE: &str = "PROFILE";

/// What the sort keys of appointments that ended begin with.
pub const ENDED: &str = "APPOINTMENT#";

#[must_use]
pub fn ended(beneficiary: BeneficiaryId, appointment: AppointmentId) -> Key {
    Key::new(beneficiary_partition(beneficiary), format!("{ENDED}{appointment}"))
}

/// How a ticket ended, with the first of its party.
#[must_use]
pub fn ticket(first: BeneficiaryId, ticket: TicketId) -> Key {
    Key::new(beneficiary_partition(first), format!("TICKET#{ticket}"))
}

/// That a beneficiary was removed.
#[must_use]
pub fn removed(id: BeneficiaryId) -> Key {
    Key::new(beneficiary_partition(id), "REMOVED")
}

/// Who is registered with a photo ID.
#[must_use]
pub fn photo_id(hash: &str) -> Key {
    Key::new(format!("PHOTO_ID#{hash}"), "PHOTO_ID")
}

/// The partition of a trail.
#[must_use]
pub fn trail_of(ledger: Ledger) -> String {
    match ledger {
        Ledger::Places => PLACES.to_owned(),
        Ledger::Center(center) => format!("AUDIT#{center}"),
    }
}

/// Reads back whose trail a partition is.
#[must_use]
pub fn parse_ledger(partition: &str) -> Option<Ledger> {
    if partition == PLACES { Some(Ledger::Places) } else { parse_id(partition, "AUDIT").map(Ledger::Center) }
}

const PLACES: &str = "AUDIT#PLACES";

/// The sort key of an entry.
#[must_use]
pub fn trail_place(place: &Place) -> String {
    format!("{}#{}", instant(place.at), place.id)
}

#[must_use]
pub fn trail(ledger: Ledger, place: &Place) -> Key {
    Key::new(trail_of(ledger), trail_place(place))
}

/// Reads an entry's place back from its text.
#[must_use]
pub fn parse_place(text: &str) -> Option<Place> {
    let (at, id) = text.split_once('#')?;
    Some(Place { at: at.parse().ok()?, id: id.to_owned() })
}

/// What an idempotency key was used for.
#[must_use]
pub fn key_use(key: RequestKey) -> Key {
    Key::new(format!("KEY#{}", key.uuid()), "KEY")
}

/// The mark that a notification was sent by a channel. That of text messages is from when there were no others.
#[must_use]
pub fn sent(event: &str, channel: Channel) -> Key {
    let sk = if channel == Channel::Sms { "SENT" } else { channel.name() };
    Key::new(format!("SENT#{event}"), sk)
}

/// Which message it is that goes by this id where it is delivered.
#[must_use]
pub fn delivery(id: &str) -> Key {
    Key::new(format!("DELIVERY#{id}"), "DELIVERY")
}

/// The partition of a shard's tallies.
#[must_use]
pub fn tallies_of(shard: ShardKey) -> String {
    format!("TALLY#{shard}")
}

#[must_use]
pub fn tally(shard: ShardKey, appointment: AppointmentId) -> Key {
    Key::new(tallies_of(shard), appointment.to_string())
}

/// The partition of the counts of a session's shards.
#[must_use]
pub fn counts_of(session: SessionId) -> String {
    format!("COUNT#{session}")
}

#[must_use]
pub fn count(shard: ShardKey) -> Key {
    let PoolKey { session, slot, dose } = shard.pool;
    Key::new(counts_of(session), format!("{}#{dose}#{}", slot.0, shard.number))
}

/// The partition of a level's children on a day.
#[must_use]
pub fn day(Day { basis, date }: Day, level: Level) -> String {
    let kind = match basis {
        Basis::Appointment => "DAY",
        Basis::Booking => "MADE",
    };
    match level {
        Level::Top => format!("{kind}#{date}#TOP"),
        Level::Country => format!("{kind}#{date}"),
        Level::State(id) => format!("{kind}#{date}#STATE#{id}"),
        Level::District(id) => format!("{kind}#{date}#DISTRICT#{id}"),
        Level::Center(id) => format!("{kind}#{date}#CENTER#{id}"),
    }
}

#[must_use]
pub fn day_row(spot: Spot) -> Key {
    let sk = match spot.node {
        Node::Country => "COUNTRY".to_owned(),
        Node::State(id) => number("STATE", id.get()),
        Node::District(id) => number("DISTRICT", id.get()),
        Node::Center(id) => number("CENTER", id.get()),
        Node::Session(id) => format!("SESSION#{id}"),
    };
    Key::new(day(spot.day, spot.under), sk)
}

/// Padded so that keys sort as numbers do.
fn number(kind: &str, id: u32) -> String {
    format!("{kind}#{id:010}")
}

/// The index that keeps a list, its partition key's attribute, and the list's value of it.
#[must_use]
pub fn list(list: ListOf) -> (&'static str, &'static str, AttributeValue) {
    let number = |id: u32| AttributeValue::N(id.to_string());
    match list {
        ListOf::District(id) => (BY_DISTRICT, "district_id", number(id.get())),
        ListOf::Pincode(pincode) => (BY_PINCODE, "pincode", number(pincode.get())),
        ListOf::Center(id) => (BY_CENTER, "center_id", number(id.get())),
        ListOf::Cell(cell) => (BY_CELL, "cell", AttributeValue::S(cell.to_string())),
    }
}

/// Reads a shard's key back from its text.
#[must_use]
pub fn parse_shard(text: &str) -> Option<ShardKey> {
    let mut parts = text.split('#');
    let session = parts.next()?.parse().ok()?;
    let slot = SlotNumber(parts.next()?.parse().ok()?);
    let dose: Dose = parts.next()?.parse().ok()?;
    let number = parts.next()?.parse().ok()?;
    parts.next().is_none().then_some(ShardKey { pool: PoolKey { session, slot, dose }, number })
}

/// Reads the id behind a prefix, such as the session's in `SESSION#…`.
#[must_use]
pub fn parse_id<T: std::str::FromStr>(text: &str, prefix: &str) -> Option<T> {
    text.strip_prefix(prefix)?.strip_prefix('#')?.parse().ok()
}

/// Reads the number behind a prefix in a sort key, such as the center's in `CENTER#0000013274`: padded, so that it sorts.
#[must_use]
pub fn parse_number<T: TryFrom<u32>>(text: &str, prefix: &str) -> Option<T> {
    text.strip_prefix(prefix)?.strip_prefix('#')?.parse::<u32>().ok()?.try_into().ok()
}
