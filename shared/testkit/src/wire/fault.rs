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
    /// No answer comes in time, and the request is carried out right after the next one.
    Overtaken,
    /// No answer comes in time, and the request is carried out only when [`super::Wire::settle`] is called.
    Late,
    /// Of a batch only the first half is carried out, or nothing if it is of one; the rest is named in the answer. What is no
    /// batch is throttled.
    Unprocessed,
}

impl Fault {
    /// The answer that takes the place of the call, if the call is not to be made.
    pub(super) fn instead_of(self, request: &HttpRequest) -> Option<Result<HttpResponse, ConnectorError>> {
        let answer = match (self, Sent::of(request)) {
            (Self::Conflict, Sent::Transaction(items)) => Ok(refusal(&cancelled("TransactionConflict", items))),
            (Self::ThrottledInside, Sent::Transaction(items)) => Ok(refusal(&cancelled("ThrottlingError", items))),
            (Self::InProgress, Sent::Transaction(_)) => Ok(refused("TransactionInProgressException")),
            (Self::Throttled | Self::Unprocessed, Sent::Transaction(_)) => Ok(refused("ThrottlingException")),
            (Self::Conflict | Self::InProgress, Sent::Write) => Ok(refused("TransactionConflictException")),
            // Reads that are no transactions meet no others: all they can be is too many.
            (Self::AnswerLost | Self::ServerErrorAfterwards, _) | (Self::Unprocessed, Sent::Batch) => return None,
            (Self::Conflict | Self::InProgress | Self::Throttled | Self::ThrottledInside | Self::Unprocessed, _) => {
                Ok(refused("ProvisionedThroughputExceededException"))
            }
            (Self::NotSent, _) => Err(ConnectorError::io("the connection was refused".into()).never_connected()),
            (Self::ServerError, _) => Ok(internal()),
            (Self::Overtaken | Self::Late, _) => Err(no_answer()),
        };
        Some(answer)
    }

    /// What becomes of the answer of a call that was made.
    pub(super) fn after(self, response: HttpResponse) -> Result<HttpResponse, ConnectorError> {
        match self {
            Self::AnswerLost => Err(no_answer()),
            Self::ServerErrorAfterwards => Ok(internal()),
            _ => Ok(response),
        }
    }
}

/// What a request asks for, as far as faults differ by it.
enum Sent {
    /// A transaction of so many items.
    Transaction(usize),
    Write,
    Batch,
    Read,
}

impl Sent {
    fn of(request: &HttpRequest) -> Self {
        let body: Value = serde_json::from_slice(request.body().bytes().unwrap_or_default()).unwrap_or_default();
        let items = body.get("TransactItems").and_then(Value::as_array);
        match super::operation(request).as_str() {
            _ if items.is_some() => Self::Transaction(items.map_or(0, Vec::len)),
            "PutItem" | "UpdateItem" | "DeleteItem" => Self::Write,
            "BatchGetItem" | "BatchWriteItem" => Self::Batch,
            _ => Self::Read,
        }
    }
}

/// The body of a cancelled transaction whose last item is to blame, as the API reference of `TransactWriteItems` shows it.
fn cancelled(code: &str, items: usize) -> Value {
    let reason = |place| {
        if place + 1 == items { json!({"Code": code, "Message": "try again"}) } else { json!({"Code": "None"}) }
    };
    let reasons: Vec<Value> = (0..items).map(reason).collect();
    let codes: Vec<&str> = (0..items).map(|place| if place + 1 == items { code } else { "None" }).collect();
    let message =
        format!("Transaction cancelled, please refer cancellation reasons for specific reasons [{}]", codes.join(", "));
    json!({
        "__type": "com.amazonaws.dynamodb.v20120810#TransactionCanceledException",
        "CancellationReasons": reasons,
        "Message": message,
    })
}

fn error(kind: &str) -> Value {
    json!({ "__type": format!("com.amazonaws.dynamodb.v20120810#{kind}"), "message": "try again" })
}

fn refused(kind: &str) -> HttpResponse {
    refusal(&error(kind))
}

fn refusal(body: &Value) -> HttpResponse {
    response(400, body)
}

fn internal() -> HttpResponse {
    response(500, &error("InternalServerError"))
}

fn no_answer() -> ConnectorError {
    ConnectorError::timeout("the answer did not come".into())
}

pub(super) fn response(status: u16, body: &Value) -> HttpResponse {
    let status = StatusCode::try_from(status).expect("a status code");
    let mut response = HttpResponse::new(status, body.to_string().into());
    response.headers_mut().insert("content-type", "application/x-amz-json-1.0");
    response
}
