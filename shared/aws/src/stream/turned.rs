use vaxslot_app::ports::BadRow;
use vaxslot_domain::availability;

use super::Change;
use crate::{
    keys::PK,
    rows::{Item, Row, TURNS, read_session},
};

/// The turns of doses that a record tells of: one at most for each dose of the session whose row it is about.
///
/// # Errors
/// When a session's row does not parse.
pub fn turned(table: &str, before: Option<&Item>, after: Option<&Item>) -> Result<Vec<Change>, BadRow> {
    let Some(item) = after.filter(|item| item.contains_key(TURNS)) else { return Ok(Vec::new()) };
    let same = before.and_then(|before| before.get(TURNS)) == item.get(TURNS);
    let of_session = item.get(PK).and_then(|pk| pk.as_s().ok()).is_some_and(|pk| pk.starts_with("SESSION#"));
    if same || !of_session {
        return Ok(Vec::new());
    }
    let before = before.map(|item| read_session(&Row::new(table, item))).transpose()?;
    let after = read_session(&Row::new(table, item))?;
    let turned = availability::turned(before.as_ref(), &after);
    Ok(turned.into_iter().map(|turned| Change::Turned(Box::new(turned))).collect())
}
