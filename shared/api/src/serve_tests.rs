use std::{
    io::{self, Write},
    sync::{Arc, Mutex},
};

use axum::{body::Body, routing::get};
use serde_json::{Value, json};
use tower::ServiceExt;
use tracing_subscriber::fmt::MakeWriter;

use super::*;

#[derive(Clone, Default)]
struct Lines(Arc<Mutex<Vec<u8>>>);

impl Write for Lines {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl<'a> MakeWriter<'a> for Lines {
    type Writer = Self;

    fn make_writer(&'a self) -> Self {
        self.clone()
    }
}

#[tokio::test]
async fn a_request_is_logged_by_its_route_and_without_what_it_carries() {
    let lines = Lines::default();
    let layer = tracing_subscriber::fmt::layer().json().flatten_event(true).with_writer(lines.clone());
    let _guard = tracing_subscriber::registry().with(layer).set_default();
    let busy = async || Problem::new(Kind::Busy).caused_by("slow");
    let router = finish(Router::new().route("/people/{id}", get(busy)), Duration::from_secs(9));
    let mut request = Request::new(Body::from("hush"));
    *request.uri_mut() = "/people/hush?name=hush".parse().unwrap();
    request.headers_mut().insert(header::AUTHORIZATION, HeaderValue::from_static("Bearer hush"));
    let mut invocation = lambda_runtime::Context::default();
    invocation.request_id = "f00d".to_owned();
    request.extensions_mut().insert(invocation);
    let Ok(response) = router.oneshot(request).await;
    assert_eq!(response.status(), 503);
    assert_eq!(response.headers()["x-request-id"], "f00d");
    let log = String::from_utf8(lines.0.lock().unwrap().clone()).unwrap();
    assert!(!log.contains("hush"), "{log}");
    let said: Vec<Value> = log.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let [failed, done] = said.as_slice() else { panic!("{log}") };
    assert_eq!((&failed["problem"], &failed["cause"]), (&json!("busy"), &json!("slow")));
    assert_eq!(
        (&done["status"], &done["problem"], &done["message"]),
        (&json!(503), &json!("busy"), &json!("request done"))
    );
    for line in [failed, done] {
        let span = &line["span"];
        assert_eq!((&span["method"], &span["route"]), (&json!("GET"), &json!("/people/{id}")));
        assert_eq!(span["request_id"], "f00d");
    }
}

#[tokio::test]
async fn what_takes_too_long_is_given_up_and_a_write_is_not_known() {
    let never = async || std::future::pending::<()>().await;
    let never = Router::new().route("/", get(never).post(never).delete(never));
    let router = finish(never, Duration::from_millis(20));
    for (method, problem) in
        [("GET", "busy"), ("HEAD", "busy"), ("POST", "outcome-unknown"), ("DELETE", "outcome-unknown")]
    {
        let request = Request::builder().method(method).uri("/").body(Body::empty()).unwrap();
        let Ok(response) = router.clone().oneshot(request).await;
        assert_eq!(response.extensions().get().copied().map(Kind::slug), Some(problem), "{method}");
        assert_eq!(response.status(), StatusCode::SERVICE_UNAVAILABLE, "{method}");
        assert!(response.headers().contains_key(header::RETRY_AFTER), "{method}: it is told when to come back");
    }
}
