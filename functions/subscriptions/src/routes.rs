use std::sync::Arc;

use axum::{
    Json, Router,
    extract::State,
    http::{StatusCode, header},
    middleware,
    response::IntoResponse,
};
use utoipa::openapi::OpenApi;
use vaxslot_api::{
    Gate, Guarded, Problem, Routes,
    extract::{Body, Citizen, NoBody, Path},
    once::{Mark, Repeatable, carry_out_once},
    routes,
    seal::Sealer,
    view::SubscriptionView,
};
use vaxslot_app::{
    derive,
    once::Once,
    ports::{Buckets, Host, Tried},
    retry::persist,
    subscriptions::{self, Announcements},
};
use vaxslot_domain::{
    SignedDuration,
    bucket::Allowance,
    id::{AccountId, SubscriptionId},
    subscription::{Endpoint, Subscription, is_public},
};

use crate::{
    dto::{Confirmation, NewSubscription, Subscriptions},
    names::Names,
};

/// How many subscriptions an account may ask for in a day: each sends something to an address that may be somebody else's.
const A_DAY: u32 = 20;

/// What the routes need.
pub struct Desk {
    pub announcements: Announcements,
    pub once: Once,
    pub buckets: Arc<dyn Buckets>,
    pub names: Arc<dyn Names>,
    /// Hides addresses, and what requests carry.
    pub labels: Sealer,
    /// Whether webhooks may be on this machine: for tests alone.
    pub local: bool,
    pub host: Arc<dyn Host>,
    pub gate: Gate,
}

impl Guarded for Desk {
    fn gate(&self) -> &Gate {
        &self.gate
    }
}

impl Repeatable for Desk {
    fn once(&self) -> &Once {
        &self.once
    }

    /// Keyed, because requests carry addresses.
    async fn digest(&self, parts: &[&[u8]]) -> Result<String, Problem> {
        Ok(self.labels.name("request", parts))
    }
}

impl Desk {
    /// Refuses a webhook whose name stands for an address inside, or for none.
    async fn check(&self, endpoint: &Endpoint) -> Result<(), Problem> {
        let Endpoint::Webhook(webhook) = endpoint else { return Ok(()) };
        let Some((name, port)) = webhook.name() else { return Ok(()) };
        let found = self.names.addresses(name, port).await;
        if found.is_empty() {
            return Err(Problem::invalid_body("/endpoint", "the name of the server cannot be found"));
        }
        if !found.into_iter().all(is_public) {
            return Err(Problem::invalid_body("/endpoint", "the address is not one that everybody can reach"));
        }
        Ok(())
    }

    /// A subscription as it stands now.
    async fn shown(&self, one: &Subscription) -> Result<Json<SubscriptionView>, Problem> {
        Ok(Json(SubscriptionView::of(one, self.announcements.own.standing(one).await?)))
    }

    async fn count(&self, account: &AccountId) -> Result<(), Problem> {
        let bucket = format!("subscribing/{}", self.labels.name("subscribing", &[account.as_str().as_bytes()]));
        let allowance = Allowance::per(A_DAY, SignedDuration::from_hours(24));
        match persist(&*self.host, || self.buckets.take(&bucket, allowance, self.host.now())).await? {
            Tried::Done(()) => Ok(()),
            Tried::Refused(wait) => Err(Problem::too_many_requests(wait)),
        }
    }
}

type Shared = State<Arc<Desk>>;

/// The function's routes.
pub fn router(desk: Desk) -> Router {
    let desk = Arc::new(desk);
    let once = middleware::from_fn_with_state(desk.clone(), carry_out_once::<Desk>);
    let routes = CHANGES.served().route_layer(once).merge(READS.served());
    vaxslot_api::finish(routes.with_state(desk), vaxslot_app::times::REQUEST)
}

/// The function's part of the description.
#[must_use]
pub fn openapi() -> OpenApi {
    CHANGES.described().merge_from(READS.described())
}

const CHANGES: Routes<Arc<Desk>> = routes![subscribe, confirm, end];

const READS: Routes<Arc<Desk>> = routes![list, show];

/// Subscribes an address to what can be had.
///
/// A message tells each time that a dose of a session that passes the filter can be had, or no longer; `docs/EVENTS.md` of the project
/// describes it, and how to check its signature. SNS asks the address for confirmation first. An account has up to ten subscriptions,
/// and asks for up to twenty a day; an address is subscribed once.
#[utoipa::path(
    post,
    path = "/v1/subscriptions",
    operation_id = "subscribe",
    tag = "subscriptions",
    params(Mark),
    request_body = NewSubscription,
    responses((
        status = 201,
        description = "It counts once the address has confirmed it; that of a queue of the deployment's own at once.",
        body = SubscriptionView,
        headers(("Location" = String, description = "Where the subscription is shown.")),
    )),
    security(("bearer" = [])),
    extensions(("x-problems" = json!([
        "subscriptions-full", "endpoint-subscribed", "endpoint-refused", "key-reused", "request-in-progress", "outcome-unknown",
    ]))),
)]
async fn subscribe(
    State(desk): Shared,
    citizen: Citizen,
    Mark(mark): Mark,
    Body(new): Body<NewSubscription>,
) -> Result<impl IntoResponse, Problem> {
    let (endpoint, filter) = new.read(desk.local)?;
    desk.count(&citizen.account).await?;
    desk.check(&endpoint).await?;
    let parts = [endpoint.protocol().name(), endpoint.as_str()].map(str::as_bytes);
    let new = subscriptions::NewSubscription {
        id: SubscriptionId::new(mark.map_or_else(|| desk.host.uuid(), |mark| derive::id(&["subscription", &mark]))),
        account: citizen.account,
        hash: desk.labels.name("endpoint", &parts),
        endpoint,
        filter,
    };
    let made = desk.announcements.subscribe(&new).await?;
    let location = format!("/v1/subscriptions/{}", made.id);
    Ok((StatusCode::CREATED, [(header::LOCATION, location)], desk.shown(&made).await?))
}

/// Lists one's subscriptions.
#[utoipa::path(
    get,
    path = "/v1/subscriptions",
    operation_id = "list_subscriptions",
    tag = "subscriptions",
    responses((status = 200, description = "In no particular order.", body = Subscriptions)),
    security(("bearer" = [])),
    extensions(("x-problems" = json!([]))),
)]
async fn list(State(desk): Shared, citizen: Citizen) -> Result<Json<Subscriptions>, Problem> {
    let all = desk.announcements.own.list(&citizen.account).await?;
    let subscriptions = all.iter().map(|(one, standing)| SubscriptionView::of(one, *standing)).collect();
    Ok(Json(Subscriptions { subscriptions }))
}

/// Shows one of one's subscriptions.
#[utoipa::path(
    get,
    path = "/v1/subscriptions/{subscription_id}",
    operation_id = "show_subscription",
    tag = "subscriptions",
    params(("subscription_id" = String, Path, format = "uuid", description = "As subscribing answered it.",
        example = "b3d0c5de-64a9-4c55-8f0f-0a2f7f3a9c10")),
    responses((status = 200, description = "The subscription.", body = SubscriptionView)),
    security(("bearer" = [])),
    extensions(("x-problems" = json!(["no-such-subscription"]))),
)]
async fn show(
    State(desk): Shared,
    citizen: Citizen,
    Path(id): Path<SubscriptionId>,
) -> Result<Json<SubscriptionView>, Problem> {
    let one = desk.announcements.own.one(&citizen.account, id).await?;
    desk.shown(&one).await
}

/// Confirms one of one's subscriptions.
///
/// With the token of the message that SNS sent to the address. Its `SubscribeURL` does the same.
#[utoipa::path(
    post,
    path = "/v1/subscriptions/{subscription_id}/confirm",
    operation_id = "confirm_subscription",
    tag = "subscriptions",
    params(
        ("subscription_id" = String, Path, format = "uuid", description = "As subscribing answered it.",
            example = "b3d0c5de-64a9-4c55-8f0f-0a2f7f3a9c10"),
        Mark,
    ),
    request_body = Confirmation,
    responses((status = 200, description = "It counts from now on.", body = SubscriptionView)),
    security(("bearer" = [])),
    extensions(("x-problems" = json!([
        "no-such-subscription", "wrong-token", "key-reused", "request-in-progress", "outcome-unknown",
    ]))),
)]
async fn confirm(
    State(desk): Shared,
    citizen: Citizen,
    Path(id): Path<SubscriptionId>,
    Body(confirmation): Body<Confirmation>,
) -> Result<Json<SubscriptionView>, Problem> {
    let token = confirmation.read()?;
    let one = desk.announcements.confirm(&citizen.account, id, &token).await?;
    desk.shown(&one).await
}

/// Ends one of one's subscriptions.
///
/// The address is told nothing more, and can be subscribed again. One that was never confirmed lapses at SNS by itself, within two days.
#[utoipa::path(
    delete,
    path = "/v1/subscriptions/{subscription_id}",
    operation_id = "end_subscription",
    tag = "subscriptions",
    params(
        ("subscription_id" = String, Path, format = "uuid", description = "As subscribing answered it.",
            example = "b3d0c5de-64a9-4c55-8f0f-0a2f7f3a9c10"),
        Mark,
    ),
    responses((status = 204, description = "It is ended.")),
    security(("bearer" = [])),
    extensions(("x-problems" = json!([
        "unexpected-body", "no-such-subscription", "key-reused", "request-in-progress", "outcome-unknown",
    ]))),
)]
async fn end(
    State(desk): Shared,
    citizen: Citizen,
    Path(id): Path<SubscriptionId>,
    _: NoBody,
) -> Result<StatusCode, Problem> {
    desk.announcements.own.end(&citizen.account, id).await?;
    Ok(StatusCode::NO_CONTENT)
}
