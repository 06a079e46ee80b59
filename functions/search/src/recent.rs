//! Answers to searches, kept for a moment: when many ask the same at once, the table is asked twice a second and not by each.
//!
//! A partition of an index gives so much a second and no more ("Partitions and data distribution" in the developer guide of
//! `DynamoDB`: 3,000 read units); without this a rush on one district's page would use it up.

use std::{
    collections::HashMap,
    sync::{Mutex, PoisonError},
};

use vaxslot_api::caching::Document;
use vaxslot_domain::{SignedDuration, Timestamp};

/// How long an answer is given again.
const FRESH: SignedDuration = SignedDuration::from_millis(500);

/// How many bytes of answers are kept; when there would be more, the old ones go first.
const MOST: usize = 8 * 1024 * 1024;

/// A longer query is not worth keeping: nobody else asks it.
const LONGEST_QUERY: usize = 200;

/// Answers by the query they answer.
#[derive(Default)]
pub struct Recent(Mutex<Kept>);

#[derive(Default)]
struct Kept {
    answers: HashMap<String, (Timestamp, Document)>,
    bytes: usize,
}

impl Recent {
    /// The answer of a moment ago.
    pub fn get(&self, query: &str, now: Timestamp) -> Option<Document> {
        let kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        kept.answers.get(query).filter(|(at, _)| is_fresh(*at, now)).map(|(_, answer)| answer.clone())
    }

    /// Keeps an answer that was begun `at` this instant.
    pub fn keep(&self, query: &str, at: Timestamp, answer: &Document) {
        if query.len() > LONGEST_QUERY || answer.len() > MOST {
            return;
        }
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        kept.make_room(answer.len(), at);
        kept.bytes += answer.len();
        if let Some((_, old)) = kept.answers.insert(query.to_owned(), (at, answer.clone())) {
            kept.bytes -= old.len();
        }
    }
}

impl Kept {
    fn make_room(&mut self, wanted: usize, now: Timestamp) {
        if self.bytes + wanted <= MOST {
            return;
        }
        self.answers.retain(|_, (at, _)| is_fresh(*at, now));
        self.bytes = self.answers.values().map(|(_, answer)| answer.len()).sum();
        if self.bytes + wanted > MOST {
            self.answers.clear();
            self.bytes = 0;
        }
    }
}

/// A clock that went back makes nothing fresh.
fn is_fresh(at: Timestamp, now: Timestamp) -> bool {
    let age = now.duration_since(at);
    !age.is_negative() && age < FRESH
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(millis: i64) -> Timestamp {
        Timestamp::from_millisecond(1_795_255_200_000 + millis).unwrap()
    }

    fn answer(bytes: usize) -> Document {
        Document::new(vec![b' '; bytes], "application/json")
    }

    #[test]
    fn an_answer_is_given_again_for_half_a_second() {
        let recent = Recent::default();
        recent.keep("a", at(0), &answer(3));
        assert!(recent.get("a", at(0)).is_some());
        assert!(recent.get("a", at(499)).is_some());
        assert!(recent.get("a", at(500)).is_none());
        assert!(recent.get("a", at(-1)).is_none(), "a clock that went back");
        assert!(recent.get("b", at(0)).is_none());
    }

    #[test]
    fn memory_is_bounded_and_the_old_goes_first() {
        let recent = Recent::default();
        let third = MOST / 3;
        recent.keep("old", at(0), &answer(third));
        recent.keep("new", at(400), &answer(third));
        recent.keep("new", at(401), &answer(third));
        assert_eq!(recent.0.lock().unwrap().bytes, 2 * third, "a renewed answer counts once");
        recent.keep("newer", at(600), &answer(third));
        recent.keep("newest", at(601), &answer(third));
        assert!(recent.get("new", at(601)).is_some() && recent.get("newer", at(601)).is_some());
        assert_eq!(recent.0.lock().unwrap().answers.len(), 3, "the old one went");
        recent.keep("another", at(602), &answer(third));
        assert_eq!(recent.0.lock().unwrap().bytes, third, "when all are fresh, all go");
    }

    #[test]
    fn what_nobody_else_asks_is_not_kept() {
        let recent = Recent::default();
        recent.keep(&"a".repeat(LONGEST_QUERY + 1), at(0), &answer(3));
        recent.keep("huge", at(0), &answer(MOST + 1));
        assert!(recent.0.lock().unwrap().answers.is_empty());
    }
}
