//! Since when each dose of a session can be had, or no longer: `OPEN 2026-11-21T10:00:00.000Z` by dose.

use std::str::FromStr;

use aws_sdk_dynamodb::types::AttributeValue;
use vaxslot_app::ports::BadRow;
use vaxslot_domain::availability::{Turn, Turns};

use super::{Row, instant};

/// The attribute they stand in.
pub const TURNS: &str = "turns";

#[must_use]
pub fn turns_value(turns: &Turns) -> AttributeValue {
    let text = |turn: &Turn| format!("{} {}", if turn.open { OPEN } else { SHUT }, instant(turn.at));
    AttributeValue::M(turns.iter().map(|(dose, turn)| (dose.to_string(), AttributeValue::S(text(turn)))).collect())
}

pub fn read_turns(row: &Row<'_>) -> Result<Turns, BadRow> {
    let turns = row.maybe_map_of(TURNS)?.unwrap_or_default();
    Ok(turns.into_iter().map(|(dose, Text(turn))| (dose, turn)).collect())
}

const OPEN: &str = "OPEN";
const SHUT: &str = "SHUT";

struct Text(Turn);

impl FromStr for Text {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        let (word, at) = text.split_once(' ').ok_or(())?;
        let open = match word {
            OPEN => true,
            SHUT => false,
            _ => return Err(()),
        };
        Ok(Self(Turn { open, at: at.parse().map_err(|_| ())? }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rows::Item;

    #[test]
    fn a_turn_stands_in_the_row_as_it_was() {
        let turn = |open| Turn { open, at: "2026-11-21T10:00:00.125Z".parse().unwrap() };
        let turns = [(1.try_into().unwrap(), turn(true)), (2.try_into().unwrap(), turn(false))].into();
        let item = Item::from([(TURNS.to_owned(), turns_value(&turns))]);
        assert_eq!(read_turns(&Row::new("table", &item)), Ok(turns));
        let odd = |text: &str| {
            let turns = Item::from([("1".to_owned(), AttributeValue::S(text.to_owned()))]);
            let item = Item::from([(TURNS.to_owned(), AttributeValue::M(turns))]);
            read_turns(&Row::new("table", &item)).is_err()
        };
        assert!(odd("OPEN") && odd("OPEN now") && odd("AJAR 2026-11-21T10:00:00.125Z"));
    }
}
