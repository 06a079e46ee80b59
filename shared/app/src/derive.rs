//! Ids and digests that come out the same when a request comes twice.

use sha2::{Digest, Sha256};
use uuid::Uuid;
use vaxslot_domain::{
    Timestamp,
    booking::{Finality, Order},
    id::{AccountId, AppointmentId, BeneficiaryId, SessionId},
};

/// An id (a name-based, version 5 UUID) made of the parts, each kept apart from the next.
#[must_use]
pub fn id(parts: &[&str]) -> Uuid {
    Uuid::new_v5(&NAMESPACE, &framed(parts))
}

/// The id of the appointment that a request makes for one person. `request` is what the caller names the request by. Two
/// people never share an id, whatever their places in the party.
#[must_use]
pub fn appointment_id(account: &AccountId, request: Uuid, beneficiary: BeneficiaryId) -> AppointmentId {
    AppointmentId::new(id(&["appointment", account.as_str(), &request.to_string(), &beneficiary.to_string()]))
}

/// What a request with an idempotency key is named by, today and the day before. The day is a part of the name because a key
/// counts for a day; whoever looks for an earlier request looks for both names.
#[must_use]
pub fn keyed_requests(account: &AccountId, key: &str, now: Timestamp) -> [Uuid; 2] {
    let day = now.as_second().div_euclid(DAY);
    [day, day - 1].map(|day| keyed_request(account, key, day))
}

/// What it will be named by the day after.
#[must_use]
pub fn keyed_request_next_day(account: &AccountId, key: &str, now: Timestamp) -> Uuid {
    keyed_request(account, key, now.as_second().div_euclid(DAY) + 1)
}

fn keyed_request(account: &AccountId, key: &str, day: i64) -> Uuid {
    id(&["request", account.as_str(), key, &day.to_string()])
}

/// When the day began that requests are named by.
#[must_use]
pub fn day_began(now: Timestamp) -> Timestamp {
    Timestamp::from_second(now.as_second().div_euclid(DAY) * DAY).unwrap_or(Timestamp::MIN)
}

/// Tells a request from another that goes by the same name.
#[must_use]
pub fn request_digest(session: SessionId, order: &Order, finality: Finality) -> String {
    let people: Vec<String> = order.party.people().iter().map(ToString::to_string).collect();
    let facts = [session.to_string(), order.slot.to_string(), order.dose.to_string(), format!("{finality:?}")];
    let parts: Vec<&str> = facts.iter().chain(&people).map(String::as_str).collect();
    digest(&parts)
}

/// Sixty-four hexadecimal digits by which two requests that differ in a byte are told apart, also by somebody who tries.
#[must_use]
pub fn fingerprint(parts: &[&[u8]]) -> String {
    Sha256::digest(framed(parts)).iter().fold(String::new(), |text, byte| text + &format!("{byte:02x}"))
}

/// Sixteen hexadecimal digits that tell one request from another.
#[must_use]
pub fn digest(parts: &[&str]) -> String {
    let hash = Sha256::digest(framed(parts));
    let mut first = [0; 8];
    first.copy_from_slice(&hash[..8]);
    format!("{:016x}", u64::from_be_bytes(first))
}

/// In seconds.
const DAY: i64 = 24 * 3600;

/// Vaxslot's own namespace, drawn once at random.
const NAMESPACE: Uuid = Uuid::from_u128(0x5b1c_7d0e_9a34_4f6b_8c21_3e5f_7a90_1d42);

/// Length-prefixed, so that no two lists of parts make the same bytes.
fn framed<P: AsRef<[u8]>>(parts: &[P]) -> Vec<u8> {
    let mut bytes = Vec::new();
    for part in parts {
        bytes.extend_from_slice(&(part.as_ref().len() as u64).to_be_bytes());
        bytes.extend_from_slice(part.as_ref());
    }
    bytes
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_do_not_run_together() {
        assert_ne!(id(&["ab", "c"]), id(&["a", "bc"]));
        assert_eq!(id(&["ab", "c"]), id(&["ab", "c"]));
        assert_eq!(digest(&["a"]).len(), 16);
    }

    fn accounts() -> [AccountId; 2] {
        ["home", "next-door"].map(|name| name.parse().unwrap())
    }

    #[test]
    fn a_key_is_known_for_a_day_and_forgotten_after_two() {
        let [home, next_door] = accounts();
        let at = |text: &str| keyed_requests(&home, "key", text.parse().unwrap());
        let ten = "2026-11-21T10:00:00Z";
        let first = at(ten)[0];
        for later in ["2026-11-21T23:59:59.999Z", "2026-11-22T00:00:00Z", "2026-11-22T10:00:00Z"] {
            assert!(at(later).contains(&first), "{later}");
        }
        assert!(!at("2026-11-23T10:00:00Z").contains(&first));
        let next = keyed_request_next_day(&home, "key", "2026-11-20T23:59:59Z".parse().unwrap());
        assert_eq!(next, first, "named before its day");
        assert_ne!(keyed_requests(&home, "yek", ten.parse().unwrap())[0], first);
        assert_ne!(keyed_requests(&next_door, "key", ten.parse().unwrap())[0], first);
    }

    #[test]
    fn appointments_of_one_request_have_an_id_for_each_person() {
        let [home, next_door] = accounts();
        let [asha, ravi] = [1, 2].map(|number| BeneficiaryId::new(Uuid::from_u128(number)));
        let [request, other] = [3, 4].map(Uuid::from_u128);
        let first = appointment_id(&home, request, asha);
        assert_eq!(first, appointment_id(&home, request, asha));
        for different in [
            appointment_id(&home, request, ravi),
            appointment_id(&home, other, asha),
            appointment_id(&next_door, request, asha),
        ] {
            assert_ne!(first, different);
        }
    }
}
