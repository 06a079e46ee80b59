//! Closed to all but the edge: with a content delivery network and firewall in front (`infra/edge`), requests that went around
//! them are refused.
//!
//! The network adds a header with a key that only it and the functions know. Two keys are accepted, so that they can be
//! exchanged one after the other while requests pass.

use axum::{
    Router,
    extract::Request,
    http::HeaderName,
    middleware::{self, Next},
    response::IntoResponse,
};
use sha2::{Digest, Sha256};

use crate::{
    env::{BadEnv, required},
    problem::{Kind, Problem},
    serve::add_headers,
};

const VARIABLE: &str = "ORIGIN_KEYS";
const HEADER: HeaderName = HeaderName::from_static("x-origin-key");
const SHORTEST: usize = 32;

type Hash = [u8; 32];

/// A request that came through the edge.
#[derive(Debug, Clone, Copy)]
pub struct ThroughEdge;

/// The keys of the edge, as hashes: comparing those tells nobody by its time how much of a guess was right.
#[derive(Clone)]
pub struct Edge(Vec<Hash>);

impl Edge {
    /// The keys in `ORIGIN_KEYS`, between commas; none if it is not set.
    pub fn from_env() -> Result<Option<Self>, BadEnv> {
        match required(VARIABLE) {
            Ok(keys) => Self::parse(&keys).map(Some),
            Err(BadEnv::Missing(_)) => Ok(None),
            Err(bad) => Err(bad),
        }
    }

    fn parse(keys: &str) -> Result<Self, BadEnv> {
        let keys: Vec<&str> = keys.split(',').collect();
        if keys.iter().any(|key| key.len() < SHORTEST) {
            let why = format!("every key must have at least {SHORTEST} characters");
            return Err(BadEnv::Bad { name: VARIABLE, why });
        }
        Ok(Self(keys.into_iter().map(hash).collect()))
    }

    /// Refuses requests without one of the keys. What is let in does not show the key any more.
    pub fn guard(self, routes: Router) -> Router {
        routes.layer(middleware::from_fn(move |mut request: Request, next: Next| {
            let key = request.headers_mut().remove(HEADER).map(|value| hash(value.as_bytes()));
            let known = key.is_some_and(|key| self.0.contains(&key));
            request.extensions_mut().insert(ThroughEdge);
            async move {
                if known {
                    return next.run(request).await;
                }
                let mut refusal = Problem::new(Kind::DirectRequest).into_response();
                add_headers(&mut refusal, "");
                refusal
            }
        }))
    }
}

fn hash(key: impl AsRef<[u8]>) -> Hash {
    Sha256::digest(key).into()
}

#[cfg(test)]
mod tests {
    use axum::{body::Body, http::HeaderMap, response::Response, routing::get};
    use tower::ServiceExt;

    use super::*;

    const OLD: &str = "an-old-key-of-the-edge-0123456789abcdef";
    const NEW: &str = "a-newer-key-of-the-edge-0123456789abcde";

    async fn answer(keys: &[&str]) -> Response {
        let mirror = async |headers: HeaderMap| headers.contains_key(HEADER).to_string();
        let routes = Edge::parse(&format!("{OLD},{NEW}")).unwrap().guard(Router::new().route("/", get(mirror)));
        let request = keys.iter().fold(Request::get("/"), |request, key| request.header(HEADER, *key));
        let Ok(response) = routes.oneshot(request.body(Body::empty()).unwrap()).await;
        response
    }

    #[tokio::test]
    async fn who_goes_around_the_edge_is_refused() {
        let both = format!("{OLD},{NEW}");
        let short = &OLD[..OLD.len() - 1];
        for keys in [[].as_slice(), &[""], &[short], &[&both], &[&OLD.to_uppercase()]] {
            let refused = answer(keys).await;
            assert_eq!(refused.status(), 403, "{keys:?}");
            assert_eq!(refused.extensions().get(), Some(&Kind::DirectRequest), "{keys:?}");
            assert_eq!(refused.headers()["x-content-type-options"], "nosniff", "{keys:?}");
        }
    }

    #[tokio::test]
    async fn either_key_of_the_edge_lets_in_and_goes_no_further() {
        for key in [OLD, NEW] {
            let response = answer(&[key]).await;
            assert_eq!(response.status(), 200, "{key}");
            let body = axum::body::to_bytes(response.into_body(), 100).await.unwrap();
            assert_eq!(body, "false", "the routes do not see the key");
        }
    }

    #[test]
    fn a_key_that_could_be_guessed_is_no_key() {
        for keys in [",", "short", &format!("{OLD},"), &format!("{OLD},short")] {
            assert!(Edge::parse(keys).is_err(), "{keys}");
        }
    }
}
