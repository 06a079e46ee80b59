use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD as BASE64};
use uuid::Uuid;
use vaxslot_domain::{
    Timestamp,
    booking::{Own, Party},
    id::{AccountId, BeneficiaryId},
    ticket::{Claim, TicketId},
};

use crate::derive;

/// What the holder of a ticket keeps: everything that is needed to look for its end, so that nothing is stored for it
/// before it has one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ticket {
    pub id: TicketId,
    pub accepted_at: Timestamp,
    /// About how many reservations waited when it was accepted; none if that was not known.
    pub ahead: Option<u32>,
    pub party: Party,
}

const REQUEST: usize = 16;
const MARK: usize = 8;
const MILLIS: usize = 6;
const AHEAD: usize = 4;
const PERSON: usize = 16;
const SEAL: usize = 8;

impl Ticket {
    /// The ticket as a word, for the account that it is given to.
    #[must_use]
    pub fn encode(&self, account: &AccountId) -> String {
        let mut bytes = Vec::with_capacity(REQUEST + MARK + MILLIS + AHEAD + 4 * PERSON + SEAL);
        bytes.extend_from_slice(self.id.request.as_bytes());
        bytes.extend_from_slice(&self.id.mark.to_be_bytes());
        bytes.extend_from_slice(&self.accepted_at.as_millisecond().to_be_bytes()[8 - MILLIS..]);
        bytes.extend_from_slice(&self.ahead.unwrap_or(u32::MAX).to_be_bytes());
        for person in self.party.people() {
            bytes.extend_from_slice(person.uuid().as_bytes());
        }
        let seal = seal(account, &bytes);
        bytes.extend_from_slice(&seal);
        BASE64.encode(bytes)
    }

    /// Reads a word back. None if it is no ticket, or was given to another account: the two look the same.
    #[must_use]
    pub fn decode(word: &str, account: &AccountId) -> Option<Self> {
        let bytes = BASE64.decode(word).ok()?;
        let (body, given) = bytes.split_at_checked(bytes.len().checked_sub(SEAL)?)?;
        if seal(account, body) != given {
            return None;
        }
        let (request, rest) = body.split_first_chunk::<REQUEST>()?;
        let (mark, rest) = rest.split_first_chunk::<MARK>()?;
        let (millis, rest) = rest.split_first_chunk::<MILLIS>()?;
        let (ahead, people) = rest.split_first_chunk::<AHEAD>()?;
        let mut moment = [0; 8];
        moment[8 - MILLIS..].copy_from_slice(millis);
        let (people, over) = people.as_chunks::<PERSON>();
        let people = people.iter().map(|person| BeneficiaryId::new(Uuid::from_bytes(*person))).collect();
        Some(Self {
            id: TicketId { request: Uuid::from_bytes(*request), mark: u64::from_be_bytes(*mark) },
            accepted_at: Timestamp::from_millisecond(i64::from_be_bytes(moment)).ok()?,
            ahead: Some(u32::from_be_bytes(*ahead)).filter(|ahead| *ahead != u32::MAX),
            party: Party::new(people).ok().filter(|_| over.is_empty())?,
        })
    }

    /// What its end is looked for by.
    #[must_use]
    pub fn claim(&self, account: &AccountId) -> Claim {
        claim(self.id, account, &self.party)
    }
}

/// The appointments that a ticket makes for a party.
pub(crate) fn claim(ticket: TicketId, account: &AccountId, party: &Party) -> Claim {
    let own = |person: &BeneficiaryId| Own {
        beneficiary: *person,
        appointment: derive::appointment_id(account, ticket.request, *person),
    };
    Claim { ticket, account: account.clone(), party: party.people().iter().map(own).collect() }
}

/// Binds a ticket to its account. It keeps nobody out who knows how it is made: what a ticket leads to is looked for under
/// ids that contain the account.
fn seal(account: &AccountId, body: &[u8]) -> [u8; SEAL] {
    let digest = derive::digest(&["ticket", account.as_str(), &BASE64.encode(body)]);
    u64::from_str_radix(&digest, 16).unwrap_or_default().to_be_bytes()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn account(name: &str) -> AccountId {
        name.parse().unwrap()
    }

    fn ticket(people: u128, ahead: Option<u32>) -> Ticket {
        Ticket {
            id: TicketId { request: Uuid::from_u128(7), mark: 0xfeed },
            accepted_at: "2026-11-21T10:00:00.125Z".parse().unwrap(),
            ahead,
            party: Party::new((1..=people).map(|id| BeneficiaryId::new(Uuid::from_u128(id))).collect()).unwrap(),
        }
    }

    #[test]
    fn a_ticket_reads_back_for_its_account_alone() {
        for ticket in [ticket(1, Some(0)), ticket(4, Some(50_000)), ticket(2, None)] {
            let word = ticket.encode(&account("home"));
            assert!(word.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_'), "{word}");
            assert_eq!(Ticket::decode(&word, &account("home")), Some(ticket));
            assert_eq!(Ticket::decode(&word, &account("next-door")), None);
        }
    }

    #[test]
    fn what_was_changed_or_cut_is_no_ticket() {
        let word = ticket(2, Some(3)).encode(&account("home"));
        for (place, letter) in word.char_indices() {
            let other = if letter == 'A' { 'B' } else { 'A' };
            let changed = format!("{}{other}{}", &word[..place], &word[place + 1..]);
            assert_eq!(Ticket::decode(&changed, &account("home")), None, "{changed}");
        }
        for cut in 0..word.len() {
            assert_eq!(Ticket::decode(&word[..cut], &account("home")), None, "{cut} letters");
        }
        for bad in ["", "=", "é", "AAAAAAAAAAA", &"A".repeat(5_000), "../../etc/passwd"] {
            assert_eq!(Ticket::decode(bad, &account("home")), None, "{bad}");
        }
    }
}
