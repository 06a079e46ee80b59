mod centers;
mod imports;
mod sessions;

use std::sync::Arc;

use axum::{Router, extract::State};
use utoipa::openapi::OpenApi;
use utoipa_axum::{router::OpenApiRouter, routes};
use vaxslot_api::{Gate, Guarded};
use vaxslot_app::staff::Staff;

/// What the routes need.
pub struct Admin {
    pub staff: Staff,
    pub gate: Gate,
}

impl Guarded for Admin {
    fn gate(&self) -> &Gate {
        &self.gate
    }
}

type Shared = State<Arc<Admin>>;

/// The function's routes.
pub fn router(admin: Admin) -> Router {
    vaxslot_api::finish(described().with_state(Arc::new(admin)))
}

/// The function's part of the description.
#[must_use]
pub fn openapi() -> OpenApi {
    described().into_openapi()
}

fn described() -> OpenApiRouter<Arc<Admin>> {
    OpenApiRouter::default()
        .routes(routes!(centers::register))
        .routes(routes!(centers::change))
        .routes(routes!(sessions::publish))
        .routes(routes!(sessions::set_capacity))
        .routes(routes!(sessions::set_opening))
        .routes(routes!(sessions::close))
        .routes(routes!(sessions::reopen))
        .routes(routes!(sessions::cancel))
        .routes(routes!(imports::districts))
        .routes(routes!(imports::centers))
        .routes(routes!(imports::sessions))
}
