use std::{cell::RefCell, net::IpAddr, sync::Arc};

use async_trait::async_trait;
use axum::Router;
use futures::executor::block_on;
use lambda_runtime::LambdaEvent;
use serde_json::{Value, json};
use tokio::runtime::{Builder, Runtime};
use vaxslot_admin::Admin;
use vaxslot_api::{Kind, env::TokenConfig, lambda};
use vaxslot_app::{
    booking::Booking,
    catalog::Catalog,
    once::Once,
    ports::{Centers, People, Places, Sessions},
    reception::Reception,
    reports::Reports,
    staff::Staff,
    subscriptions::{Announcements, OwnSubscriptions},
    tickets::Desk,
};
use vaxslot_domain::{
    access::{Caller, Region},
    booking::Policy,
};
use vaxslot_identity::{Identity, Registry};
use vaxslot_reports::ReportRoutes;
use vaxslot_reserve::Reserve;
use vaxslot_search::{Recent, Search};
use vaxslot_testkit::{
    MemoryQueue, MemoryStore, MemoryTopic, TestHost, issuer,
    make::{Draft, account, adult, center, phone, pune, read},
};

use crate::login::{login, logins, vault};

/// After so many requests everything is new, so that what was written does not pile up.
const REQUESTS: u32 = 500;

/// A function that answers requests.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Function {
    Search,
    Reserve,
    Identity,
    Admin,
    Reports,
    Subscriptions,
}

/// A request's parts, as they may come from anybody.
#[derive(Debug, Clone, Copy)]
pub struct Request<'a> {
    pub function: Function,
    pub method: &'a str,
    pub path: &'a str,
    pub query: &'a str,
    pub content_type: &'a str,
    pub body: Option<&'a str>,
}

/// An answer that was found to be one.
#[derive(Debug)]
pub struct Answer {
    pub status: u64,
    pub body: String,
}

/// A center with a session for 50 tomorrow, and two people of an account.
pub struct Stage {
    runtime: Runtime,
    search: Router,
    reserve: Router,
    identity: Router,
    admin: Router,
    reports: Router,
    subscriptions: Router,
    citizen: String,
    staff: String,
    requests: u32,
}

thread_local! {
    static STAGE: RefCell<Option<Stage>> = const { RefCell::new(None) };
}

/// Sends a request as API Gateway does. The answer is one, and if it refuses then by a known problem that is not the service's own.
pub fn send(request: Request<'_>) -> Answer {
    STAGE.with_borrow_mut(|stage| {
        stage.take_if(|stage| stage.requests == REQUESTS);
        stage.get_or_insert_with(Stage::new).send(request)
    })
}

/// Nobody's names are looked up.
struct Nowhere;

#[async_trait]
impl vaxslot_subscriptions::Names for Nowhere {
    async fn addresses(&self, _: &str, _: u16) -> Vec<IpAddr> {
        vec![IpAddr::from([8, 8, 8, 8])]
    }
}

impl Stage {
    fn new() -> Self {
        let store = Arc::new(MemoryStore::new());
        let host = Arc::new(TestHost::at(read("2026-11-21T06:00:00Z")));
        let published = Draft::new(1, &[25, 25]).made();
        block_on(async {
            store.save_districts(&[pune()]).await.expect("a district");
            store.add_center(&center(13_274)).await.expect("a center");
            store.publish(&published.session, &published.shards).await.expect("a session");
            for person in [0xa, 0xb] {
                store.add_beneficiary(&adult(person, &account("home")), &phone(9_812_345_678)).await.expect("a person");
            }
        });
        let tokens = TokenConfig {
            issuer: issuer::ISSUER.to_owned(),
            audience: issuer::AUDIENCE.to_owned(),
            jwks: Some(issuer::jwks()),
            staff: None,
        };
        let once = || Once::new(store.clone(), host.clone());
        let gate = || issuer::gate(host.clone());
        let queue = Arc::new(MemoryQueue::new(host.clone()));
        let desk = Desk::new(store.clone(), queue, host.clone());
        let booking = Booking::new(store.clone(), host.clone(), Policy::USUAL);
        let reception = Reception::new(store.clone(), host.clone());
        let staff = Staff::new(store.clone(), host.clone(), 25);
        let vault = vault(&store, &host);
        let citizen = Caller::Citizen { account: account("home"), phone: Some(phone(9_812_345_678)) };
        Self {
            runtime: Builder::new_current_thread().enable_time().build().expect("a runtime"),
            search: vaxslot_search::router(Search {
                catalog: Catalog::new(store.clone(), host.clone()),
                host: host.clone(),
                sealer: issuer::sealer(),
                recent: Recent::default(),
            }),
            reserve: vaxslot_reserve::router(Reserve { booking, desk, once: once(), gate: gate() }),
            identity: vaxslot_identity::router(Identity {
                registry: Registry::new(store.clone(), store.clone(), vault.clone(), host.clone()),
                login: login(&store, &host, vault),
                logins: logins(),
                subscriptions: OwnSubscriptions::new(store.clone(), Arc::new(MemoryTopic::default()), host.clone()),
                once: once(),
                gate: gate(),
                tokens,
            }),
            admin: vaxslot_admin::router(Admin {
                staff,
                reception,
                once: once(),
                gate: gate(),
                sealer: issuer::sealer(),
            }),
            reports: vaxslot_reports::router(ReportRoutes {
                reports: Reports::new(store.clone(), host.clone()),
                gate: gate(),
                sealer: issuer::sealer(),
            }),
            subscriptions: vaxslot_subscriptions::router(vaxslot_subscriptions::Desk {
                announcements: Announcements::new(store.clone(), Arc::new(MemoryTopic::default()), host.clone()),
                once: once(),
                buckets: store.clone(),
                names: Arc::new(Nowhere),
                labels: issuer::sealer(),
                local: false,
                host: host.clone(),
                gate: gate(),
            }),
            citizen: issuer::token(&citizen),
            staff: issuer::token(&Caller::Admin { region: Region::Country }),
            requests: 0,
        }
    }

    fn send(&mut self, request: Request<'_>) -> Answer {
        self.requests += 1;
        let (router, token) = match request.function {
            Function::Search => (&self.search, &self.citizen),
            Function::Reserve => (&self.reserve, &self.citizen),
            Function::Identity => (&self.identity, &self.citizen),
            Function::Admin => (&self.admin, &self.staff),
            Function::Reports => (&self.reports, &self.staff),
            Function::Subscriptions => (&self.subscriptions, &self.citizen),
        };
        let event = json!({
            "rawPath": request.path, "rawQueryString": request.query,
            "headers": { "authorization": format!("Bearer {token}"), "content-type": request.content_type },
            "requestContext": { "http": { "method": request.method } },
            "body": request.body, "isBase64Encoded": false,
        });
        let event = serde_json::from_value(event).expect("an event");
        let event = LambdaEvent::new(event, lambda_runtime::Context::default());
        let Ok(answer) = self.runtime.block_on(lambda::answer(router.clone(), event));
        known(request, &serde_json::to_value(answer).expect("an answer"))
    }
}

fn known(request: Request<'_>, answer: &Value) -> Answer {
    let status = answer["statusCode"].as_u64().expect("a status");
    let body = answer["body"].as_str().unwrap_or_default().to_owned();
    assert!((200..500).contains(&status), "{status} {body} to {request:?}");
    if status >= 400 && request.method != "HEAD" {
        let problem: Value = serde_json::from_str(&body).expect("a problem");
        let slug = problem["type"].as_str().and_then(|uri| uri.strip_prefix("urn:vaxslot:problem:"));
        let kind = slug.and_then(Kind::from_slug).expect("a problem that is known");
        assert_eq!(u64::from(kind.status().as_u16()), status, "{body} to {request:?}");
    }
    Answer { status, body }
}
