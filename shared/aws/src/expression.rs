//! Building expressions. Every attribute goes by a placeholder (`#name`), because many names are reserved words.

use std::collections::HashMap;

use aws_sdk_dynamodb::types::AttributeValue;

type Names = HashMap<String, String>;
type Values = HashMap<String, AttributeValue>;

/// What an update does, in the order of writing.
#[derive(Debug, Clone, Default)]
pub struct Changes {
    sets: Vec<String>,
    removes: Vec<String>,
}

impl Changes {
    /// Adds to the `SET` clause.
    #[must_use]
    pub fn set(mut self, set: &str) -> Self {
        self.sets.push(set.to_owned());
        self
    }

    /// Adds paths to the `REMOVE` clause.
    #[must_use]
    pub fn remove<S: Into<String>>(mut self, paths: impl IntoIterator<Item = S>) -> Self {
        self.removes.extend(paths.into_iter().map(Into::into));
        self
    }

    /// The update expression.
    #[must_use]
    pub fn expression(&self) -> String {
        let clause = |name: &str, parts: &[String]| (!parts.is_empty()).then(|| format!("{name} {}", parts.join(", ")));
        let clauses = [clause("SET", &self.sets), clause("REMOVE", &self.removes)];
        clauses.into_iter().flatten().collect::<Vec<_>>().join(" ")
    }
}

/// The names and values of one request.
#[derive(Debug, Clone, Default)]
pub struct Terms {
    names: Names,
    values: Values,
}

impl Terms {
    /// Declares `#name` for each attribute.
    #[must_use]
    pub fn names(mut self, names: &[&str]) -> Self {
        for name in names {
            self.names.insert(format!("#{name}"), (*name).to_owned());
        }
        self
    }

    /// Declares `#name` for an attribute that goes by another name.
    #[must_use]
    pub fn alias(mut self, name: &str, attribute: impl ToString) -> Self {
        self.names.insert(format!("#{name}"), attribute.to_string());
        self
    }

    /// Declares `:name`.
    #[must_use]
    pub fn value(mut self, name: &str, value: AttributeValue) -> Self {
        self.values.insert(format!(":{name}"), value);
        self
    }

    /// Declares `:name` as a text.
    #[must_use]
    pub fn text(self, name: &str, value: impl ToString) -> Self {
        let value = AttributeValue::S(value.to_string());
        self.value(name, value)
    }

    /// Declares `:name` as a number.
    #[must_use]
    pub fn number(self, name: &str, value: impl ToString) -> Self {
        let value = AttributeValue::N(value.to_string());
        self.value(name, value)
    }

    /// Declares what an update of a shard needs that ends in `ADD #moves :one`: every write of a shard is counted.
    #[must_use]
    pub fn moved(self) -> Self {
        self.names(&["moves"]).number("one", 1)
    }

    /// The names and the values, as the SDK's builders take them.
    #[must_use]
    pub fn parts(self) -> (Option<Names>, Option<Values>) {
        let values = Some(self.values).filter(|values| !values.is_empty());
        (Some(self.names), values)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_update_has_the_clauses_it_needs() {
        let changes = Changes::default();
        assert_eq!(changes.expression(), "");
        let changes = changes.set("#a = :a").set("#b = :b");
        assert_eq!(changes.expression(), "SET #a = :a, #b = :b");
        assert_eq!(changes.remove(["#c", "#d"]).expression(), "SET #a = :a, #b = :b REMOVE #c, #d");
        assert_eq!(Changes::default().remove(["#c"]).expression(), "REMOVE #c");
    }
}
