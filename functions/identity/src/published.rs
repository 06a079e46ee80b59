//! The issuer's documents by themselves, at an address that is there before the API whose gateway looks for them.

use std::sync::Arc;

use axum::{Router, extract::State, response::Response, routing::get};
use vaxslot_api::{
    Problem,
    caching::{Freshness, IfNoneMatch, bytes, json},
    extract::ServedAt,
};
use vaxslot_app::{
    ports::{Host, KeySets},
    retry::persist,
};

use crate::discovery::Configuration;

/// What the routes need.
pub struct Issuer {
    pub sets: Arc<dyn KeySets>,
    pub host: Arc<dyn Host>,
}

/// The function's routes.
pub fn issuer_router(issuer: Issuer) -> Router {
    let routes = Router::new()
        .route("/.well-known/jwks.json", get(keys))
        .route("/.well-known/openid-configuration", get(configuration));
    vaxslot_api::finish(routes.with_state(Arc::new(issuer)), vaxslot_app::times::REQUEST)
}

/// Before the first key was made there is none.
async fn keys(State(issuer): State<Arc<Issuer>>, seen: IfNoneMatch) -> Result<Response, Problem> {
    let keys = persist(&*issuer.host, || issuer.sets.key_set()).await?;
    let keys = keys.unwrap_or_else(|| r#"{"keys":[]}"#.to_owned());
    Ok(bytes(keys, "application/json", Freshness::MINUTES, &seen))
}

/// The issuer is named by the address at which it is asked.
async fn configuration(ServedAt(address): ServedAt, seen: IfNoneMatch) -> Response {
    json(&Configuration::of(&address), Freshness::MINUTES, &seen)
}
