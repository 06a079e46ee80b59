use std::ops::Add;

use aws_smithy_runtime_api::client::orchestrator::{HttpRequest, HttpResponse};
use serde_json::{Value, json};

/// Capacity units, as the engine bills them.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Units {
    /// On the table itself.
    pub table: f64,
    /// On its indexes.
    pub indexes: f64,
}

impl Add for Units {
    type Output = Self;

    fn add(self, other: Self) -> Self {
        Self { table: self.table + other.table, indexes: self.indexes + other.indexes }
    }
}

impl Units {
    /// The units that the body of an answer tells: of one operation, or of each table of several.
    #[must_use]
    pub fn told(body: &[u8]) -> Self {
        let body: Value = serde_json::from_slice(body).unwrap_or_default();
        match body.get("ConsumedCapacity") {
            Some(Value::Array(tables)) => tables.iter().map(of_table).fold(Self::default(), Add::add),
            Some(table) => of_table(table),
            None => Self::default(),
        }
    }
}

/// The body of a request, made to ask for the units it consumes. None if it is no object.
#[must_use]
pub fn asking_for_units(body: &[u8]) -> Option<String> {
    let Ok(Value::Object(mut body)) = serde_json::from_slice(body) else { return None };
    body.insert("ReturnConsumedCapacity".to_owned(), json!("INDEXES"));
    Some(Value::Object(body).to_string())
}

/// Makes a request ask for the units it consumes.
pub(super) fn ask(request: &mut HttpRequest) {
    let Some(body) = request.body().bytes().and_then(asking_for_units) else { return };
    request.headers_mut().insert("content-length", body.len().to_string());
    *request.body_mut() = body.into();
}

/// The units that a response tells.
pub(super) fn told(response: &HttpResponse) -> Units {
    Units::told(response.body().bytes().unwrap_or_default())
}

fn of_table(consumed: &Value) -> Units {
    let units = |value: &Value| value.get("CapacityUnits").and_then(Value::as_f64).unwrap_or_default();
    let indexes = consumed.get("GlobalSecondaryIndexes").and_then(Value::as_object);
    let indexes: f64 = indexes.into_iter().flat_map(|indexes| indexes.values()).map(units).sum();
    let table = consumed.get("Table").map_or_else(|| units(consumed) - indexes, units);
    Units { table, indexes }
}
