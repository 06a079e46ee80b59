use std::sync::Arc;

use axum::{Router, middleware};
use utoipa::openapi::OpenApi;
use utoipa_axum::{router::OpenApiRouter, routes};
use vaxslot_api::{
    Gate, Guarded, Problem,
    env::TokenConfig,
    once::{Repeatable, carry_out_once},
};
use vaxslot_app::once::Once;

use crate::{
    Registry, account, auth, beneficiaries, discovery,
    login::{Login, Logins},
};

/// What the routes need.
pub struct Identity {
    pub registry: Registry,
    pub login: Login,
    pub logins: Arc<dyn Logins>,
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
    let routes = changes().route_layer(once).merge(others());
    vaxslot_api::finish(routes.with_state(identity), vaxslot_app::times::REQUEST)
}

/// The function's part of the description.
#[must_use]
pub fn openapi() -> OpenApi {
    described().into_openapi()
}

fn described() -> OpenApiRouter<Arc<Identity>> {
    changes().merge(others())
}

/// Changes of people that there are. Who registers is told from a repeat by the person's own row.
fn changes() -> OpenApiRouter<Arc<Identity>> {
    OpenApiRouter::default()
        .routes(routes!(beneficiaries::correct, beneficiaries::remove))
        .routes(routes!(account::erase))
}

fn others() -> OpenApiRouter<Arc<Identity>> {
    OpenApiRouter::default()
        .routes(routes!(auth::send_code))
        .routes(routes!(auth::log_in))
        .routes(routes!(auth::renew))
        .routes(routes!(auth::log_out))
        .routes(routes!(beneficiaries::register, beneficiaries::list))
        .routes(routes!(beneficiaries::show))
        .routes(routes!(account::export))
        .routes(routes!(discovery::keys))
        .routes(routes!(discovery::configuration))
}
