//! Calls of the service, and what it answers.

use std::{fmt, sync::Arc, time::Duration};

use reqwest::{Client, StatusCode, Url, header};
use serde::Deserialize;
use serde_json::Value;

use crate::resolve::LocalhostFirst;

/// API Gateway gives up after 30 seconds; anything later comes from nowhere.
const TIMEOUT: Duration = Duration::from_secs(40);

/// Why there is no answer to a call.
#[derive(Debug, thiserror::Error)]
pub enum CallError {
    #[error("{0} is no http or https address")]
    Address(String),
    #[error("no connection can be set up")]
    Client(#[source] reqwest::Error),
    #[error("{address} cannot be reached")]
    Unreachable { address: String, source: reqwest::Error },
}

/// Something that answers HTTP requests below one address.
#[derive(Debug, Clone)]
pub struct Api {
    base: Url,
    client: Client,
}

impl Api {
    /// # Errors
    /// When `base` is no address of a service.
    pub fn new(base: &str) -> Result<Self, CallError> {
        let bad = || CallError::Address(base.to_owned());
        let url = Url::parse(base).map_err(|_| bad())?;
        let client = Client::builder().timeout(TIMEOUT).dns_resolver(Arc::new(LocalhostFirst));
        let client = match url.scheme() {
            "https" => client,
            // Without TLS no certificates are needed, and a bare machine has none to load.
            "http" => client.tls_certs_only([]).no_proxy(),
            _ => return Err(bad()),
        };
        Ok(Self { base: url, client: client.build().map_err(CallError::Client)? })
    }

    /// Without a slash at the end.
    #[must_use]
    pub fn address(&self) -> &str {
        self.base.as_str().trim_end_matches('/')
    }

    /// # Errors
    /// When no answer arrives.
    pub async fn call(&self, call: &Call) -> Result<Answer, CallError> {
        let address = format!("{}{}", self.address(), call.path);
        let mut request = self.client.request(call.method.into(), &address);
        if let Some(bearer) = &call.bearer {
            request = request.bearer_auth(&bearer.token);
        }
        request = match &call.body {
            Body::None => request,
            Body::Json(value) => request.json(value),
            Body::Csv(text) => request.header(header::CONTENT_TYPE, "text/csv").body(text.clone()),
        };
        let unreachable = |source: reqwest::Error| CallError::Unreachable {
            address: self.address().to_owned(),
            source: source.without_url(),
        };
        let response = request.send().await.map_err(unreachable)?;
        let status = response.status();
        let text = response.text().await.map_err(unreachable)?;
        Ok(Answer { status, body: serde_json::from_str(&text).unwrap_or(Value::String(text)) })
    }
}

/// The methods in use.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Method {
    Get,
    Post,
}

impl Method {
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Get => "GET",
            Self::Post => "POST",
        }
    }
}

impl From<Method> for reqwest::Method {
    fn from(method: Method) -> Self {
        match method {
            Method::Get => Self::GET,
            Method::Post => Self::POST,
        }
    }
}

/// A token, and whose it is. Only the latter is shown.
#[derive(Clone)]
pub struct Bearer {
    pub role: &'static str,
    token: String,
}

impl Bearer {
    #[must_use]
    pub fn new(role: &'static str, token: String) -> Self {
        Self { role, token }
    }
}

impl fmt::Debug for Bearer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Bearer({})", self.role)
    }
}

/// What a request carries.
#[derive(Debug, Clone, PartialEq)]
pub enum Body {
    None,
    Json(Value),
    Csv(String),
}

/// A request.
#[derive(Debug, Clone)]
pub struct Call {
    pub method: Method,
    /// Begins with `/`; carries the query.
    pub path: String,
    pub bearer: Option<Bearer>,
    pub body: Body,
}

impl Call {
    pub fn get(path: impl Into<String>) -> Self {
        Self { method: Method::Get, path: path.into(), bearer: None, body: Body::None }
    }

    pub fn post(path: impl Into<String>, body: Value) -> Self {
        Self { method: Method::Post, path: path.into(), bearer: None, body: Body::Json(body) }
    }

    pub fn post_csv(path: impl Into<String>, text: String) -> Self {
        Self { method: Method::Post, path: path.into(), bearer: None, body: Body::Csv(text) }
    }

    #[must_use]
    pub fn by(self, bearer: &Bearer) -> Self {
        Self { bearer: Some(bearer.clone()), ..self }
    }
}

/// A path with a query, its values escaped.
#[must_use]
pub fn path(path: &str, query: &[(&str, &str)]) -> String {
    let url = Url::parse_with_params("http://localhost", query);
    let query = url.as_ref().ok().and_then(Url::query).unwrap_or_default();
    format!("{path}?{query}")
}

/// An answer. The body is a JSON string where the service sent no JSON.
#[derive(Debug, Clone)]
pub struct Answer {
    pub status: StatusCode,
    pub body: Value,
}

impl Answer {
    /// The refusal in one line: title, detail and status, as far as they are there.
    #[must_use]
    pub fn refusal(&self) -> String {
        let problem = Problem::deserialize(&self.body).unwrap_or_default();
        match (problem.title, problem.detail) {
            (Some(title), Some(detail)) => format!("{title}: {detail} ({})", self.status),
            (Some(text), None) | (None, Some(text)) => format!("{text} ({})", self.status),
            (None, None) => format!("the service answered {}", self.status),
        }
    }

    /// Whether the same call may succeed a moment later.
    #[must_use]
    pub fn is_passing(&self) -> bool {
        matches!(self.status.as_u16(), 429 | 502 | 503 | 504)
    }
}

/// What is read of an RFC 9457 problem.
#[derive(Debug, Default, Deserialize)]
struct Problem {
    title: Option<String>,
    detail: Option<String>,
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn refusal(status: u16, body: Value) -> String {
        Answer { status: StatusCode::from_u16(status).unwrap(), body }.refusal()
    }

    #[test]
    fn a_refusal_is_told_with_what_there_is() {
        let problem =
            json!({"type": "urn:vaxslot:problem:sold-out", "title": "Sold out", "detail": "No seat is left."});
        assert_eq!(refusal(409, problem), "Sold out: No seat is left. (409 Conflict)");
        assert_eq!(refusal(502, json!("<html>")), "the service answered 502 Bad Gateway");
    }

    #[test]
    fn only_services_have_addresses() {
        for address in ["", "localhost", "ftp://localhost", "file:///etc/hosts"] {
            assert!(matches!(Api::new(address), Err(CallError::Address(_))), "{address}");
        }
        assert_eq!(Api::new("https://api.example/prod/").unwrap().address(), "https://api.example/prod");
    }

    #[test]
    fn queries_are_escaped() {
        assert_eq!(
            path("/v1/sessions", &[("cursor", "a+b&c"), ("date", "2026-11-21")]),
            "/v1/sessions?cursor=a%2Bb%26c&date=2026-11-21"
        );
    }

    #[test]
    fn a_token_is_not_shown() {
        assert_eq!(format!("{:?}", Bearer::new("admin", "eyJ".to_owned())), "Bearer(admin)");
    }
}
