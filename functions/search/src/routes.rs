use std::sync::Arc;

use axum::{
    Router,
    extract::State,
    http::{StatusCode, Uri, header},
    response::{IntoResponse, Response},
};
use serde::Serialize;
use utoipa::{ToSchema, openapi::OpenApi};
use vaxslot_api::{
    Kind, Problem, Routes,
    caching::{Document, Freshness, IfNoneMatch, json},
    extract::{Path, Query},
    routes,
    seal::Sealer,
    view::{CenterView, DistrictView, Districts, SessionView, StateView, States},
};
use vaxslot_app::{catalog::Catalog, ports::Host};
use vaxslot_domain::{
    center::Zone,
    id::{CenterId, SessionId, StateId},
    search::Place,
    session::Session,
};

use crate::{pages, query::Wanted, recent::Recent};

/// What the routes need.
pub struct Search {
    pub catalog: Catalog,
    pub host: Arc<dyn Host>,
    /// Signs cursors.
    pub sealer: Sealer,
    pub recent: Recent,
}

type Shared = State<Arc<Search>>;

/// The function's routes.
pub fn router(search: Search) -> Router {
    let routes = ROUTES.served().route("/", axum::routing::get(home));
    vaxslot_api::finish(routes.with_state(Arc::new(search)), vaxslot_app::times::REQUEST)
}

/// The function's part of the description.
#[must_use]
pub fn openapi() -> OpenApi {
    ROUTES.described()
}

const ROUTES: Routes<Arc<Search>> = routes![states, districts, sessions, session, center, docs, openapi_json];

/// Lists the states.
#[utoipa::path(
    get,
    path = "/v1/states",
    operation_id = "list_states",
    tag = "search",
    params(IfNoneMatch),
    responses((status = 200, description = "All states, by id.", body = States)),
    extensions(("x-problems" = json!([]))),
)]
async fn states(State(search): Shared, seen: IfNoneMatch) -> Result<Response, Problem> {
    let states = search.catalog.states().await?.iter().map(StateView::from).collect();
    Ok(json(&States { states }, Freshness::MINUTE, &seen))
}

/// Lists the districts of a state.
#[utoipa::path(
    get,
    path = "/v1/states/{state_id}/districts",
    operation_id = "list_districts",
    tag = "search",
    params(("state_id" = u32, Path, minimum = 1, maximum = 2_147_483_647, description = "As /v1/states lists it.", example = 21), IfNoneMatch),
    responses((status = 200, description = "The districts, by id.", body = Districts)),
    extensions(("x-problems" = json!(["no-such-state"]))),
)]
async fn districts(State(search): Shared, Path(state): Path<StateId>, seen: IfNoneMatch) -> Result<Response, Problem> {
    let absent = || Problem::new(Kind::NoSuchState).with("state_id", state);
    let found = search.catalog.districts(state).await?.ok_or_else(absent)?;
    let districts = found.iter().map(DistrictView::from).collect();
    Ok(json(&Districts { districts }, Freshness::MINUTE, &seen))
}

/// A page of sessions.
#[derive(Debug, Serialize, ToSchema)]
struct Sessions {
    /// In order of date, center and id. A page may hold fewer sessions than asked for although more follow.
    sessions: Vec<SessionView>,
    /// Give it as `cursor` for the next page; null at the end.
    #[schema(required, example = json!(null))]
    next_cursor: Option<String>,
}

/// Finds sessions and their open slots.
///
/// For a district, a pincode, a center, or around a point; for one day, or a range of up to seven. The numbers are as of a
/// moment ago: who books is told what is left.
#[utoipa::path(
    get,
    path = "/v1/sessions",
    operation_id = "find_sessions",
    tag = "search",
    params(Wanted, IfNoneMatch),
    responses((status = 200, description = "A page of sessions.", body = Sessions)),
    extensions(("x-problems" = json!([
        "place-required", "past-date", "range-reversed", "range-too-long", "no-such-district", "no-such-center",
    ]))),
)]
async fn sessions(
    State(search): Shared,
    uri: Uri,
    Query(wanted): Query<Wanted>,
    seen: IfNoneMatch,
) -> Result<Response, Problem> {
    let (now, query) = (search.host.now(), uri.query().unwrap_or_default());
    let asked = wanted.search(now.to_zoned(Zone::india().clock().clone()).date(), &search.sealer)?;
    if let Some(answer) = search.recent.get(query, now) {
        return Ok(answer.answer(Freshness::MOMENT, &seen));
    }
    let page = search.catalog.search(&asked).await?.ok_or_else(|| unknown(asked.place))?;
    let view = |session: &Session| match asked.place {
        Place::Around(circle) => SessionView::seen_from(session, circle.center()),
        _ => SessionView::from(session),
    };
    let sessions = page.sessions.iter().map(view).collect();
    let next_cursor = page.next.map(|place| wanted.cursor(place, &search.sealer));
    let answer = Document::json(&Sessions { sessions, next_cursor })?;
    search.recent.keep(query, now, &answer);
    Ok(answer.answer(Freshness::MOMENT, &seen))
}

fn unknown(place: Place) -> Problem {
    match place {
        Place::District(id) => Problem::new(Kind::NoSuchDistrict).with("district_id", id),
        Place::Center(id) => Problem::new(Kind::NoSuchCenter).with("center_id", id),
        Place::Pincode(_) | Place::Around(_) => Problem::new(Kind::NoSuchPlace),
    }
}

/// Shows a session and its open slots.
#[utoipa::path(
    get,
    path = "/v1/sessions/{session_id}",
    operation_id = "show_session",
    tag = "search",
    params(
        ("session_id" = String, Path, format = "uuid", description = "As a search lists it.",
            example = "1f0c3a6e-9d57-4b8a-8a3e-5f2c7d1e9b04"),
        IfNoneMatch,
    ),
    responses((status = 200, description = "The session.", body = SessionView)),
    extensions(("x-problems" = json!(["no-such-session"]))),
)]
async fn session(State(search): Shared, Path(id): Path<SessionId>, seen: IfNoneMatch) -> Result<Response, Problem> {
    let absent = || Problem::new(Kind::NoSuchSession).with("session_id", id);
    let session = search.catalog.session(id).await?.ok_or_else(absent)?;
    Ok(json(&SessionView::from(&session), Freshness::MOMENT, &seen))
}

/// Shows a center.
#[utoipa::path(
    get,
    path = "/v1/centers/{center_id}",
    operation_id = "show_center",
    tag = "search",
    params(("center_id" = u32, Path, minimum = 1, maximum = 2_147_483_647, description = "As a session names it.", example = 561_246), IfNoneMatch),
    responses((status = 200, description = "The center.", body = CenterView)),
    extensions(("x-problems" = json!(["no-such-center"]))),
)]
async fn center(State(search): Shared, Path(id): Path<CenterId>, seen: IfNoneMatch) -> Result<Response, Problem> {
    let absent = || Problem::new(Kind::NoSuchCenter).with("center_id", id);
    let center = search.catalog.center(id).await?.ok_or_else(absent)?;
    Ok(json(&CenterView::from(&center), Freshness::MOMENT, &seen))
}

/// Shows this description as a page.
#[utoipa::path(
    get,
    path = "/docs",
    operation_id = "show_docs",
    tag = "discovery",
    params(IfNoneMatch),
    responses((status = 200, description = "A page for people.", body = String, content_type = "text/html")),
)]
async fn docs(seen: IfNoneMatch) -> Response {
    pages::page(&seen)
}

/// Shows this description as an OpenAPI document.
#[utoipa::path(
    get,
    path = "/openapi.json",
    operation_id = "show_openapi",
    tag = "discovery",
    params(IfNoneMatch),
    responses((status = 200, description = "This document.", body = serde_json::Value, content_type = "application/json")),
)]
async fn openapi_json(seen: IfNoneMatch) -> Response {
    pages::document(&seen)
}

async fn home() -> impl IntoResponse {
    (StatusCode::FOUND, [(header::LOCATION, "/docs")])
}
