//! Ids and digests that come out the same when a request comes twice.

use sha2::{Digest, Sha256};
use uuid::Uuid;
use vaxslot_domain::{
    Timestamp,
    id::{AccountId, AppointmentId, BeneficiaryId},
};

/// An id (a name-based, version 5 UUID) made of the parts, each kept apart from the next.
#[must_use]
pub fn id(parts: &[&str]) -> Uuid {
    Uuid::new_v5(&NAMESPACE, &framed(parts))
}

/// The id of the appointment that a request makes for one person. `request` is what the caller names the request by. Two
/// people never share an id, whatever their places in the party.
#[must_use]
pub fn appointment_id(account: &AccountId, request: &str, beneficiary: BeneficiaryId) -> AppointmentId {
    AppointmentId::new(id(&["appointment", account.as_str(), request, &beneficiary.to_string()]))
}

/// What a request with an idempotency key is named by, today and the day before. The day is a part of the name because a key
/// counts for a day; whoever looks for an earlier request looks for both names.
#[must_use]
pub fn keyed_requests(key: &str, now: Timestamp) -> [String; 2] {
    let day = now.as_second().div_euclid(24 * 3600);
    [day, day - 1].map(|day| format!("{key}#{day}"))
}

/// Sixteen hexadecimal digits that tell one request from another.
#[must_use]
pub fn digest(parts: &[&str]) -> String {
    let hash = Sha256::digest(framed(parts));
    let mut first = [0; 8];
    first.copy_from_slice(&hash[..8]);
    format!("{:016x}", u64::from_be_bytes(first))
}

/// Vaxslot's own namespace, drawn once at random.
const NAMESPACE: Uuid = Uuid::from_u128(0x5b1c_7d0e_9a34_4f6b_8c21_3e5f_7a90_1d42);

/// Length-prefixed, so that no two lists of parts make the same bytes.
fn framed(parts: &[&str]) -> Vec<u8> {
    let mut bytes = Vec::new();
    for part in parts {
        bytes.extend_from_slice(&(part.len() as u64).to_be_bytes());
        bytes.extend_from_slice(part.as_bytes());
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

    #[test]
    fn a_key_is_known_for_a_day_and_forgotten_after_two() {
        let at = |text: &str| keyed_requests("key", text.parse().unwrap());
        let first = at("2026-11-21T10:00:00Z")[0].clone();
        for later in ["2026-11-21T23:59:59.999Z", "2026-11-22T00:00:00Z", "2026-11-22T10:00:00Z"] {
            assert!(at(later).contains(&first), "{later}");
        }
        assert!(!at("2026-11-23T10:00:00Z").contains(&first));
        assert_ne!(keyed_requests("yek", "2026-11-21T10:00:00Z".parse().unwrap())[0], first);
    }

    #[test]
    fn appointments_of_one_request_have_an_id_for_each_person() {
        let (home, next_door): (AccountId, AccountId) = ("home".parse().unwrap(), "next-door".parse().unwrap());
        let [asha, ravi] = [1, 2].map(|number| BeneficiaryId::new(Uuid::from_u128(number)));
        let first = appointment_id(&home, "key", asha);
        assert_eq!(first, appointment_id(&home, "key", asha));
        for other in [
            appointment_id(&home, "key", ravi),
            appointment_id(&home, "yek", asha),
            appointment_id(&next_door, "key", asha),
        ] {
            assert_ne!(first, other);
        }
    }
}
