use aws_smithy_runtime_api::client::orchestrator::{HttpRequest, HttpResponse};
use serde_json::{Map, Value, json};

/// What of a batch is not carried out.
pub(super) struct Rest {
    items: Map<String, Value>,
    named: &'static str,
    /// Whether that is all of it.
    pub is_whole: bool,
}

/// Leaves the first half of each table's keys or writes in a batch, and returns the rest.
pub(super) fn halve(request: &mut HttpRequest) -> Rest {
    let named = if super::operation(request) == "BatchGetItem" { "UnprocessedKeys" } else { "UnprocessedItems" };
    let mut body: Value = serde_json::from_slice(request.body().bytes().unwrap_or_default()).expect("a batch");
    let tables = body["RequestItems"].as_object_mut().expect("tables");
    let (mut items, mut kept) = (tables.clone(), 0);
    for (table, wanted) in tables.iter_mut() {
        let wanted = list(wanted);
        let half = wanted.len() / 2;
        kept += half;
        wanted.truncate(half);
        list(&mut items[table]).drain(..half);
    }
    let body = body.to_string();
    request.headers_mut().insert("content-length", body.len().to_string());
    *request.body_mut() = body.into();
    Rest { items, named, is_whole: kept == 0 }
}

fn list(wanted: &mut Value) -> &mut Vec<Value> {
    let list = if wanted.is_array() { wanted } else { &mut wanted["Keys"] };
    list.as_array_mut().expect("keys or writes")
}

impl Rest {
    /// The answer to a batch of which nothing was carried out.
    pub fn answer(&self) -> HttpResponse {
        super::fault::response(200, &json!({ self.named: self.items }))
    }

    /// Names the rest in the answer to the half.
    pub fn join(self, response: &mut HttpResponse) {
        let mut body: Value = serde_json::from_slice(response.body().bytes().unwrap_or_default()).expect("an answer");
        body[self.named] = Value::Object(self.items);
        let body = body.to_string();
        response.headers_mut().insert("content-length", body.len().to_string());
        response.headers_mut().remove("x-amz-crc32");
        *response.body_mut() = body.into();
    }
}
