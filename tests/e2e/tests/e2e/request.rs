//! Requests, good and bad, as a client might send them.

use reqwest::{
    Client, Method,
    header::{self, HeaderMap},
};
use serde_json::Value;

/// A request to send.
#[derive(Debug, Clone)]
pub struct Request {
    method: Method,
    path: String,
    token: Option<String>,
    headers: Vec<(&'static str, String)>,
    body: Option<(String, Vec<u8>)>,
}

/// What came back.
#[derive(Debug)]
pub struct Answer {
    pub status: u16,
    pub content_type: String,
    pub headers: HeaderMap,
    pub text: String,
    pub json: Value,
}

pub fn get(path: impl Into<String>) -> Request {
    request(Method::GET, path)
}

pub fn post(path: impl Into<String>) -> Request {
    request(Method::POST, path)
}

pub fn request(method: Method, path: impl Into<String>) -> Request {
    Request { method, path: path.into(), token: None, headers: Vec::new(), body: None }
}

impl Request {
    pub fn by(self, token: &str) -> Self {
        Self { token: Some(token.to_owned()), ..self }
    }

    pub fn json(self, body: &Value) -> Self {
        self.body("application/json", body.to_string())
    }

    pub fn csv(self, text: impl Into<Vec<u8>>) -> Self {
        self.body("text/csv", text)
    }

    pub fn body(self, content_type: &str, bytes: impl Into<Vec<u8>>) -> Self {
        Self { body: Some((content_type.to_owned(), bytes.into())), ..self }
    }

    pub fn header(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.headers.push((name, value.into()));
        self
    }

    pub async fn send(&self, client: &Client, api: &str) -> Answer {
        let mut request = client.request(self.method.clone(), format!("{}{}", api.trim_end_matches('/'), self.path));
        if let Some(token) = &self.token {
            request = request.bearer_auth(token);
        }
        for (name, value) in &self.headers {
            request = request.header(*name, value);
        }
        if let Some((content_type, bytes)) = &self.body {
            request = request.header(header::CONTENT_TYPE, content_type).body(bytes.clone());
        }
        let response = request.send().await.unwrap_or_else(|error| panic!("the stack does not answer: {error}"));
        let content_type =
            response.headers().get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
        let (status, content_type) = (response.status().as_u16(), content_type.to_owned());
        let headers = response.headers().clone();
        let text = response.text().await.expect("a body of text");
        let json = serde_json::from_str(&text).unwrap_or(Value::Null);
        Answer { status, content_type, headers, text, json }
    }
}

impl Answer {
    /// The last part of the problem's type.
    pub fn slug(&self) -> &str {
        self.json["type"].as_str().and_then(|kind| kind.strip_prefix("urn:vaxslot:problem:")).unwrap_or("")
    }

    pub fn expect_one_of(self, statuses: &[u16]) -> Self {
        assert!(statuses.contains(&self.status), "{} {}", self.status, self.text);
        self
    }

    pub fn expect(self, status: u16) -> Self {
        assert_eq!(self.status, status, "{}", self.text);
        self
    }
}
