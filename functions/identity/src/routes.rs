use std::sync::Arc;

use axum::{Router, middleware};
use utoipa::openapi::OpenApi;
use vaxslot_api::{
    Gate, Guarded, Problem, Routes,
    env::TokenConfig,
    once::{Repeatable, carry_out_once},
    routes,
};
use vaxslot_app::{once::Once, subscriptions::OwnSubscriptions};

use crate::{
    Registry, account, auth, beneficiaries, discovery,
    login::{Login, Logins},
    preferences,
};

/// What the routes need.
pub struct Identity {
    pub registry: Registry,
    pub login: Login,
    pub logins: Arc<dyn Logins>,
    pub subscriptions: OwnSubscriptions,
    pub once: Once,
    pub gate: Gate,
    pub tokens: TokenConfig,
}

impl Guarded for Identity {
    fn gate(&self) -> &Gate {
        &self.gate
    }
}

impl Repeatable for Identity {
    fn once(&self) -> &Once {
        &self.once
    }

    /// Keyed, because requests carry names and numbers of documents.
    async fn digest(&self, parts: &[&[u8]]) -> Result<String, Problem> {
        Ok(self.registry.digest(parts).await?)
    }
}

/// The function's routes.
pub fn router(identity: Identity) -> Router {
    let identity = Arc::new(identity);
    let once = middleware::from_fn_with_state(identity.clone(), carry_out_once::<Identity>);
    let routes = CHANGES.served().route_layer(once).merge(OTHERS.served());
    vaxslot_api::finish(routes.with_state(identity), vaxslot_app::times::REQUEST)
}

/// The function's part of the description.
#[must_use]
pub fn openapi() -> OpenApi {
    CHANGES.described().merge_from(OTHERS.described())
}

/// Changes of people that there are. Who registers is told from a repeat by the person's own row.
const CHANGES: Routes<Arc<Identity>> =
    routes![beneficiaries::correct, beneficiaries::remove, account::erase, preferences::change];

const OTHERS: Routes<Arc<Identity>> = routes![
    auth::send_code,
    auth::log_in,
    auth::renew,
    auth::log_out,
    beneficiaries::register,
    beneficiaries::list,
    beneficiaries::show,
    account::export,
    preferences::show,
    discovery::keys,
    discovery::configuration,
];
