//! Ids and digests that come out the same when a request comes twice.

use sha2::{Digest, Sha256};
use uuid::Uuid;

/// An id (a name-based, version 5 UUID) made of the parts, each kept apart from the next.
#[must_use]
pub fn id(parts: &[&str]) -> Uuid {
    Uuid::new_v5(&NAMESPACE, &framed(parts))
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
}
