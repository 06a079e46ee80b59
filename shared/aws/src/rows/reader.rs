use std::{collections::BTreeMap, fmt::Display, str::FromStr};

use aws_sdk_dynamodb::types::AttributeValue;
use vaxslot_app::ports::BadRow;
use vaxslot_domain::id::{BeneficiaryId, SessionId};

use super::Item;
use crate::keys::{self, PK, SK};

/// Reads a row's attributes, naming table, key and attribute where one is not as it should be.
#[derive(Debug, Clone)]
pub struct Row<'a> {
    table: &'a str,
    item: &'a Item,
    key: String,
    path: String,
}

impl<'a> Row<'a> {
    #[must_use]
    pub fn new(table: &'a str, item: &'a Item) -> Self {
        Self { table, item, key: key_of(item), path: String::new() }
    }

    /// An error about an attribute.
    pub fn bad(&self, attribute: &str, reason: impl Display) -> BadRow {
        BadRow {
            table: self.table.to_owned(),
            key: self.key.clone(),
            attribute: format!("{}{attribute}", self.path),
            reason: reason.to_string(),
        }
    }

    pub fn maybe_text(&self, name: &str) -> Result<Option<&'a str>, BadRow> {
        match self.item.get(name) {
            None => Ok(None),
            Some(AttributeValue::S(text)) => Ok(Some(text)),
            Some(_) => Err(self.bad(name, "is no text")),
        }
    }

    pub fn text(&self, name: &str) -> Result<&'a str, BadRow> {
        self.maybe_text(name)?.ok_or_else(|| self.bad(name, "is missing"))
    }

    /// A text or number through its parser. The reason of a failure never repeats the value.
    pub fn maybe<T: FromStr>(&self, name: &str) -> Result<Option<T>, BadRow> {
        let text = match self.item.get(name) {
            None => return Ok(None),
            Some(AttributeValue::S(text) | AttributeValue::N(text)) => text,
            Some(_) => return Err(self.bad(name, "is neither text nor number")),
        };
        text.parse().map(Some).map_err(|_| self.bad(name, "does not parse"))
    }

    pub fn get<T: FromStr>(&self, name: &str) -> Result<T, BadRow> {
        self.maybe(name)?.ok_or_else(|| self.bad(name, "is missing"))
    }

    /// The beneficiary that the partition key names.
    pub fn beneficiary(&self) -> Result<BeneficiaryId, BadRow> {
        self.id("BENEFICIARY", "is no beneficiary's key")
    }

    /// The session that the partition key names.
    pub fn session(&self) -> Result<SessionId, BadRow> {
        self.id("SESSION", "is no session's key")
    }

    /// The id that the partition key names behind a prefix.
    pub(super) fn id<T: FromStr>(&self, prefix: &str, otherwise: &str) -> Result<T, BadRow> {
        keys::parse_id(self.text(PK)?, prefix).ok_or_else(|| self.bad(PK, otherwise))
    }

    /// A text through a parser that is no `FromStr`.
    pub fn with<T, E>(&self, name: &str, parse: impl FnOnce(&str) -> Result<T, E>) -> Result<T, BadRow> {
        parse(self.text(name)?).map_err(|_| self.bad(name, "does not parse"))
    }

    pub fn maybe_flag(&self, name: &str) -> Result<Option<bool>, BadRow> {
        match self.item.get(name) {
            None => Ok(None),
            Some(AttributeValue::Bool(flag)) => Ok(Some(*flag)),
            Some(_) => Err(self.bad(name, "is no flag")),
        }
    }

    pub fn flag(&self, name: &str) -> Result<bool, BadRow> {
        self.maybe_flag(name)?.ok_or_else(|| self.bad(name, "is missing"))
    }

    /// A list of texts or numbers, each through its parser.
    pub fn list<T: FromStr>(&self, name: &str) -> Result<Vec<T>, BadRow> {
        self.maybe_list(name)?.ok_or_else(|| self.bad(name, "is missing"))
    }

    /// As [`Row::list`], where it is no mistake if there is none.
    pub fn maybe_list<T: FromStr>(&self, name: &str) -> Result<Option<Vec<T>>, BadRow> {
        let values = match self.item.get(name) {
            None => return Ok(None),
            Some(AttributeValue::L(values)) => values,
            Some(_) => return Err(self.bad(name, "is no list")),
        };
        let parse = |value: &AttributeValue| match value {
            AttributeValue::S(text) | AttributeValue::N(text) => text.parse().ok(),
            _ => None,
        };
        let values =
            values.iter().map(|value| parse(value).ok_or_else(|| self.bad(name, "has an entry that does not parse")));
        values.collect::<Result<_, _>>().map(Some)
    }

    /// The texts inside an attribute by their names, each through its parser.
    pub fn map<K: FromStr + Ord, T: FromStr>(&self, name: &str) -> Result<BTreeMap<K, T>, BadRow> {
        self.maybe_map_of(name)?.ok_or_else(|| self.bad(name, "is missing"))
    }

    /// As [`Row::map`], where it is no mistake if there is none.
    pub fn maybe_map_of<K: FromStr + Ord, T: FromStr>(&self, name: &str) -> Result<Option<BTreeMap<K, T>>, BadRow> {
        let entries = match self.item.get(name) {
            None => return Ok(None),
            Some(AttributeValue::M(entries)) => entries,
            Some(_) => return Err(self.bad(name, "is no map")),
        };
        let read =
            |(key, value): (&String, &AttributeValue)| Some((key.parse().ok()?, value.as_s().ok()?.parse().ok()?));
        let entries = entries.iter().map(read).collect::<Option<_>>();
        entries.map(Some).ok_or_else(|| self.bad(name, "has an entry that does not parse"))
    }

    /// The lists of numbers inside an attribute by their names, each through its parser.
    pub fn number_lists<K: FromStr + Ord>(&self, name: &str) -> Result<BTreeMap<K, Vec<u64>>, BadRow> {
        let Some(AttributeValue::M(entries)) = self.item.get(name) else { return Err(self.bad(name, "is no map")) };
        let number = |value: &AttributeValue| value.as_n().ok()?.parse().ok();
        let read = |(key, value): (&String, &AttributeValue)| {
            let numbers = value.as_l().ok()?.iter().map(number).collect::<Option<_>>()?;
            Some((key.parse().ok()?, numbers))
        };
        let entries = entries.iter().map(read).collect::<Option<_>>();
        entries.ok_or_else(|| self.bad(name, "has an entry that does not parse"))
    }

    /// The row inside an attribute.
    pub fn maybe_map(&self, name: &str) -> Result<Option<Self>, BadRow> {
        match self.item.get(name) {
            None => Ok(None),
            Some(AttributeValue::M(item)) => {
                let path = format!("{}{name}.", self.path);
                Ok(Some(Self { table: self.table, item, key: self.key.clone(), path }))
            }
            Some(_) => Err(self.bad(name, "is no map")),
        }
    }
}

fn key_of(item: &Item) -> String {
    let text = |name| match item.get(name) {
        Some(AttributeValue::S(text)) => text.as_str(),
        _ => "?",
    };
    // An account's key ends in the subject of a token, which may be a phone number.
    let pk = if text(PK).starts_with("ACCOUNT#") { "ACCOUNT#…" } else { text(PK) };
    format!("{pk} / {}", text(SK))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bad_attribute_is_named_with_its_place() {
        let item = Item::from([
            (PK.to_owned(), AttributeValue::S("SESSION#1".to_owned())),
            (SK.to_owned(), AttributeValue::S("SESSION".to_owned())),
            ("fee".to_owned(), AttributeValue::S("dear".to_owned())),
        ]);
        let error = Row::new("vaxslot", &item).get::<u32>("fee").unwrap_err();
        assert_eq!(error.to_string(), "table vaxslot: row SESSION#1 / SESSION: attribute fee: does not parse");
    }

    #[test]
    fn an_accounts_key_is_not_shown() {
        let item = Item::from([(PK.to_owned(), AttributeValue::S("ACCOUNT#+919812345678".to_owned()))]);
        let error = Row::new("vaxslot", &item).text("phone").unwrap_err();
        assert!(!error.to_string().contains("9812345678"));
    }
}
