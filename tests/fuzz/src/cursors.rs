//! Words that were given out and come back: cursors, tickets, ids. What is accepted is what was given out, to the letter.

use std::{fmt::Display, str::FromStr};

use vaxslot_app::tickets::Ticket;
use vaxslot_domain::{
    id::{AccountId, BeneficiaryId, CenterId, SessionId},
    search::Listing,
    ticket::TicketId,
    window::Window,
};

use crate::{
    choose,
    stage::{Function, Request, send},
};

const READERS: [fn(&str); 8] = [
    ticket,
    page,
    same::<Listing>,
    same::<TicketId>,
    same::<Window>,
    id::<SessionId>,
    id::<BeneficiaryId>,
    id::<CenterId>,
];

/// A byte for what it claims to be, then the word.
pub fn run(data: &[u8]) {
    let Some((reader, word)) = choose(&READERS, data) else { return };
    reader(&String::from_utf8_lossy(word));
}

fn same<T: FromStr + Display>(word: &str) {
    if let Ok(value) = word.parse::<T>() {
        assert_eq!(value.to_string(), word);
    }
}

/// An id may be written in capital letters, but is one thing.
fn id<T: FromStr + Display>(word: &str) {
    if let Ok(value) = word.parse::<T>() {
        let written = value.to_string();
        assert!(written.eq_ignore_ascii_case(word), "{word} is read as {written}");
    }
}

fn ticket(word: &str) {
    let account: AccountId = "home".parse().expect("an account");
    if let Some(ticket) = Ticket::decode(word, &account) {
        assert_eq!(ticket.encode(&account), word);
    }
}

fn page(word: &str) {
    let query = format!("district_id=363&cursor={word}");
    let request = Request {
        function: Function::Search,
        method: "GET",
        path: "/v1/sessions",
        query: &query,
        content_type: "",
        body: None,
    };
    send(request);
}
