use std::{collections::BTreeMap, time::Duration};

/// How long a request is known by its token.
pub const KNOWN: Duration = Duration::from_mins(10);

/// The requests that the store knows.
#[derive(Debug, Default)]
pub struct Tokens(BTreeMap<String, State>);

#[derive(Debug)]
enum State {
    UnderWay,
    /// Carried out then.
    Done(Duration),
}

/// What the store knows of a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Known {
    New,
    UnderWay,
    Done,
}

impl Tokens {
    /// Looks a request up, and takes it on if it is new.
    pub fn begin(&mut self, token: &str, now: Duration) -> Known {
        match self.0.get(token) {
            Some(State::UnderWay) => return Known::UnderWay,
            Some(State::Done(then)) if now.saturating_sub(*then) < KNOWN => return Known::Done,
            _ => {}
        }
        self.0.insert(token.to_owned(), State::UnderWay);
        Known::New
    }

    /// Ends a request. One that was not carried out is not remembered.
    pub fn end(&mut self, token: &str, done: bool, now: Duration) {
        if done {
            self.0.insert(token.to_owned(), State::Done(now));
        } else {
            self.0.remove(token);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_request_is_known_for_ten_minutes() {
        let mut tokens = Tokens::default();
        assert_eq!(tokens.begin("a", Duration::ZERO), Known::New);
        assert_eq!(tokens.begin("a", Duration::ZERO), Known::UnderWay);
        tokens.end("a", true, Duration::ZERO);
        assert_eq!(tokens.begin("a", Duration::from_secs(599)), Known::Done);
        assert_eq!(tokens.begin("a", Duration::from_mins(10)), Known::New);
        tokens.end("a", false, Duration::from_mins(10));
        assert_eq!(tokens.begin("a", Duration::from_secs(601)), Known::New);
    }
}
