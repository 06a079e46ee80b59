use std::collections::BTreeMap;

/// A row of the table, by attribute.
pub type Row = BTreeMap<String, Value>;

/// An attribute's value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Value {
    Text(String),
    /// A number as DynamoDB has it: in decimal digits.
    Number(String),
    Flag(bool),
    List(Vec<Value>),
    Map(Row),
    /// Of a kind that no row has.
    Other,
}

impl Value {
    #[must_use]
    pub fn text(&self) -> Option<&str> {
        if let Self::Text(text) = self { Some(text) } else { None }
    }

    /// A whole number.
    #[must_use]
    pub fn number(&self) -> Option<i64> {
        if let Self::Number(digits) = self { digits.parse().ok() } else { None }
    }

    #[must_use]
    pub fn flag(&self) -> Option<bool> {
        if let Self::Flag(flag) = self { Some(*flag) } else { None }
    }

    #[must_use]
    pub fn list(&self) -> Option<&[Self]> {
        if let Self::List(list) = self { Some(list) } else { None }
    }

    #[must_use]
    pub fn map(&self) -> Option<&Row> {
        if let Self::Map(map) = self { Some(map) } else { None }
    }
}
