use aws_smithy_runtime_api::{
    client::{
        orchestrator::{HttpRequest, HttpResponse},
        result::ConnectorError,
    },
    http::StatusCode,
};
use serde_json::{Value, json};

/// A way for a call to fail.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    /// Another transaction holds one of the items. Nothing is written.
    Conflict,
    /// The account or table is over its rate. Nothing is written.
    Throttled,
    /// A transaction is cancelled because a partition is over its rate. Nothing is written.
    ThrottledInside,
    /// An earlier request with the same token is still at work. Nothing is written by this one.
    InProgress,
    /// The line fails before anything is sent.
    NotSent,
    /// The service fails without having done anything, and cannot say so.
    ServerError,
    /// The request is carried out, and its answer is lost.
    AnswerLost,
    /// The request is carried out, and the answer says that the service failed.
    ServerErrorAfterwards,
}

impl Fault {
    /// The answer that takes the place of the call, if the call is not to be made.
    pub(super) fn instead_of(self, request: &HttpRequest) -> Option<Result<HttpResponse, ConnectorError>> {
        let sent = sent(request);
        let answer = match self {
            Self::Conflict if sent.transaction => refusal(cancelled("TransactionConflict", sent.items)),
            Self::Conflict => refusal(error("TransactionConflictException", "Transaction is ongoing for the item")),
            Self::Throttled if sent.transaction => refusal(error("ThrottlingException", "Throughput exceeds the limit")),
            Self::Throttled => {
                refusal(error("ProvisionedThroughputExceededException", "The level of configured throughput was exceeded"))
            }
            Self::ThrottledInside => refusal(cancelled("ThrottlingError", sent.items)),
            Self::InProgress => refusal(error("TransactionInProgressException", "The transaction is still in progress")),
            Self::NotSent => Err(ConnectorError::io("the connection was refused".into()).never_connected()),
            Self::ServerError => Ok(internal()),
            Self::AnswerLost | Self::ServerErrorAfterwards => return None,
        };
        Some(answer)
    }

    /// What becomes of the answer of a call that was made.
    pub(super) fn after(self, response: HttpResponse) -> Result<HttpResponse, ConnectorError> {
        match self {
            Self::AnswerLost => Err(ConnectorError::timeout("the answer did not come".into())),
            Self::ServerErrorAfterwards => Ok(internal()),
            _ => Ok(response),
        }
    }
}

struct Sent {
    transaction: bool,
    items: usize,
}

fn sent(request: &HttpRequest) -> Sent {
    let body: Value = serde_json::from_slice(request.body().bytes().unwrap_or_default()).unwrap_or_default();
    let items = body.get("TransactItems").and_then(Value::as_array);
    Sent { transaction: items.is_some(), items: items.map_or(0, Vec::len) }
}

/// The body of a cancelled transaction whose last item is to blame, as the API reference of `TransactWriteItems` shows it.
fn cancelled(code: &str, items: usize) -> Value {
    let reason = |place| if place + 1 == items { json!({"Code": code, "Message": "try again"}) } else { json!({"Code": "None"}) };
    let reasons: Vec<Value> = (0..items).map(reason).collect();
    let codes: Vec<&str> = (0..items).map(|place| if place + 1 == items { code } else { "None" }).collect();
    let message = format!("Transaction cancelled, please refer cancellation reasons for specific reasons [{}]", codes.join(", "));
    json!({
        "__type": "com.amazonaws.dynamodb.v20120810#TransactionCanceledException",
        "CancellationReasons": reasons,
        "Message": message,
    })
}

fn error(kind: &str, message: &str) -> Value {
    json!({ "__type": format!("com.amazonaws.dynamodb.v20120810#{kind}"), "message": message })
}

#[expect(clippy::unnecessary_wraps, reason = "it stands beside answers that fail")]
fn refusal(body: Value) -> Result<HttpResponse, ConnectorError> {
    Ok(response(400, &body))
}

fn internal() -> HttpResponse {
    response(500, &error("InternalServerError", "Internal server error"))
}

fn response(status: u16, body: &Value) -> HttpResponse {
    let status = StatusCode::try_from(status).expect("a status code");
    let mut response = HttpResponse::new(status, body.to_string().into());
    response.headers_mut().insert("content-type", "application/x-amz-json-1.0");
    response
}
