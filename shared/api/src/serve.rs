//! How a function's routes are served: on Lambda, with one log line for each request.

use std::time::{Duration, Instant};

use axum::{
    Router,
    extract::{MatchedPath, Request},
    http::{HeaderName, HeaderValue, Method, StatusCode, header},
    middleware::{self, Next},
    response::{IntoResponse, Response},
};
use tracing::Instrument;
use tracing_subscriber::{filter::Targets, layer::SubscriberExt, util::SubscriberInitExt};

use crate::{
    edge::Edge,
    lambda,
    problem::{Kind, Problem},
};

pub use lambda_runtime::Error;

const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");
const OPENER_POLICY: HeaderName = HeaderName::from_static("cross-origin-opener-policy");
const PERMISSIONS_POLICY: HeaderName = HeaderName::from_static("permissions-policy");

/// Completes a function's routes: problems for unknown paths and methods, an answer `within` that time, a span for each request,
/// and safe headers where a handler set none.
pub fn finish(routes: impl Into<Router>, within: Duration) -> Router {
    routes
        .into()
        .fallback(async || Problem::new(Kind::NoSuchRoute))
        .method_not_allowed_fallback(async || Problem::new(Kind::MethodNotAllowed))
        .layer(middleware::from_fn(move |request, next| in_time(within, request, next)))
        .layer(middleware::from_fn(preflight))
        .layer(middleware::from_fn(observe))
}

/// Serves a router on Lambda until the function ends; several requests at once where the platform sends them. With keys of the
/// edge in the environment, only what comes through it.
pub async fn serve(router: Router) -> Result<(), Error> {
    let router = match Edge::from_env()? {
        Some(edge) => edge.guard(router),
        None => router,
    };
    lambda::run(router).await
}

/// Logs as JSON lines, as much as `RUST_LOG` says (such as `info` or `warn,vaxslot_api=info`).
pub fn log_as_json() {
    let wanted = std::env::var("RUST_LOG").ok().and_then(|text| text.parse::<Targets>().ok());
    let filter = wanted.unwrap_or_else(|| Targets::new().with_default(tracing::Level::INFO));
    let lines = tracing_subscriber::fmt::layer()
        .json()
        .flatten_event(true)
        .with_span_list(false)
        .with_ansi(false)
        .with_target(false);
    // A second call, as a test may make it, changes nothing.
    let _ = tracing_subscriber::registry().with(filter).with(lines).try_init();
}

/// Gives up on a request that takes too long, before the platform ends it without an answer. What a write has sent may still be
/// carried out.
async fn in_time(within: Duration, request: Request, next: Next) -> Response {
    let late = if request.method().is_safe() { Kind::Busy } else { Kind::OutcomeUnknown };
    match tokio::time::timeout(within, next.run(request)).await {
        Ok(response) => response,
        Err(late_by) => Problem::new(late).caused_by(late_by).into_response(),
    }
}

/// Says yes when a browser asks before it sends a request. Which pages may send one, and read the answer, is said by the gateway in
/// headers that it adds.
async fn preflight(request: Request, next: Next) -> Response {
    if request.method() == Method::OPTIONS { StatusCode::NO_CONTENT.into_response() } else { next.run(request).await }
}

async fn observe(request: Request, next: Next) -> Response {
    let start = Instant::now();
    // The id of the invocation, as the platform's own log lines name it.
    let invocation = request.extensions().get::<lambda_runtime::Context>();
    let request_id = invocation.map(|context| context.request_id.clone()).unwrap_or_default();
    // The route as it was declared: a path or a query may name a person.
    let route = request.extensions().get::<MatchedPath>().map_or("-", MatchedPath::as_str).to_owned();
    let span = tracing::info_span!("request", method = %request.method(), route, request_id);
    async move {
        let mut response = next.run(request).await;
        let latency_ms = u64::try_from(start.elapsed().as_millis()).unwrap_or(u64::MAX);
        let problem = response.extensions().get().copied().map(Kind::slug);
        tracing::info!(status = response.status().as_u16(), problem, latency_ms, "request done");
        add_headers(&mut response, &request_id);
        response
    }
    .instrument(span)
    .await
}

/// Makes an answer safe to be shown by a browser, where a handler has not seen to it.
pub(crate) fn add_headers(response: &mut Response, request_id: &str) {
    let defaults = [
        (header::CACHE_CONTROL, "no-store"),
        (header::CONTENT_SECURITY_POLICY, "default-src 'none'; frame-ancestors 'none'"),
        (header::REFERRER_POLICY, "no-referrer"),
        (header::STRICT_TRANSPORT_SECURITY, "max-age=31536000"),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::X_FRAME_OPTIONS, "DENY"),
        (OPENER_POLICY, "same-origin"),
        (PERMISSIONS_POLICY, "camera=(), geolocation=(), microphone=(), payment=(), usb=()"),
    ];
    let overloaded = response.status() == StatusCode::SERVICE_UNAVAILABLE;
    let headers = response.headers_mut();
    if overloaded {
        headers.entry(header::RETRY_AFTER).or_insert_with(|| retry_after(request_id).into());
    }
    for (name, value) in defaults {
        headers.entry(name).or_insert(HeaderValue::from_static(value));
    }
    if let Ok(id) = HeaderValue::from_str(request_id)
        && !request_id.is_empty()
    {
        headers.insert(REQUEST_ID, id);
    }
}

/// After how many seconds to come back: from 1 to 4, by the invocation's id, so that those who were turned away together do
/// not come back together.
fn retry_after(request_id: &str) -> u64 {
    1 + spread(request_id, 3)
}

/// From 0 to `most`, by the letters of a word: chance that comes out the same each time.
#[must_use]
pub fn spread(word: &str, most: u64) -> u64 {
    word.bytes().fold(0, |sum, byte| sum + u64::from(byte)) % (most + 1)
}

#[cfg(test)]
#[path = "serve_tests.rs"]
mod tests;
