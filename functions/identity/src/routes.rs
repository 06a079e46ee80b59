use std::sync::Arc;

use axum::Router;
use utoipa::openapi::OpenApi;
use utoipa_axum::{router::OpenApiRouter, routes};
use vaxslot_api::{Gate, Guarded, env::TokenConfig};
use vaxslot_app::{people::Beneficiaries, ports::Host};

use crate::{auth, beneficiaries, discovery, login::Login};

/// What the routes need.
pub struct Identity {
    pub beneficiaries: Beneficiaries,
    pub login: Login,
    pub gate: Gate,
    pub host: Arc<dyn Host>,
    pub tokens: TokenConfig,
}

impl Guarded for Identity {
    fn gate(&self) -> &Gate {
        &self.gate
    }
}

/// The function's routes.
pub fn router(identity: Identity) -> Router {
    vaxslot_api::finish(described().with_state(Arc::new(identity)), vaxslot_app::times::REQUEST)
}

/// The function's part of the description.
#[must_use]
pub fn openapi() -> OpenApi {
    described().into_openapi()
}

fn described() -> OpenApiRouter<Arc<Identity>> {
    OpenApiRouter::default()
        .routes(routes!(auth::send_code))
        .routes(routes!(auth::log_in))
        .routes(routes!(auth::renew))
        .routes(routes!(auth::log_out))
        .routes(routes!(beneficiaries::register, beneficiaries::list))
        .routes(routes!(beneficiaries::show))
        .routes(routes!(discovery::keys))
        .routes(routes!(discovery::configuration))
}
