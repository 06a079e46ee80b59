mod centers;
mod desk;
mod imports;
mod sessions;
mod trail;

use std::sync::Arc;

use axum::{Router, extract::State, middleware};
use utoipa::openapi::OpenApi;
use utoipa_axum::{router::OpenApiRouter, routes};
use vaxslot_api::{
    Gate, Guarded,
    once::{Repeatable, carry_out_once},
    seal::Sealer,
};
use vaxslot_app::{once::Once, reception::Reception, staff::Staff};

/// What the routes need.
pub struct Admin {
    pub staff: Staff,
    pub reception: Reception,
    pub once: Once,
    pub gate: Gate,
    /// Of cursors.
    pub sealer: Sealer,
}

impl Guarded for Admin {
    fn gate(&self) -> &Gate {
        &self.gate
    }
}

impl Repeatable for Admin {
    fn once(&self) -> &Once {
        &self.once
    }
}

type Shared = State<Arc<Admin>>;

/// The function's routes.
pub fn router(admin: Admin) -> Router {
    let admin = Arc::new(admin);
    let once = middleware::from_fn_with_state(admin.clone(), carry_out_once::<Admin>);
    let routes = changes().route_layer(once).merge(reads());
    vaxslot_api::finish(routes.with_state(admin), vaxslot_app::times::STAFF_REQUEST)
}

/// The function's part of the description.
#[must_use]
pub fn openapi() -> OpenApi {
    described().into_openapi()
}

fn described() -> OpenApiRouter<Arc<Admin>> {
    changes().merge(reads())
}

fn reads() -> OpenApiRouter<Arc<Admin>> {
    OpenApiRouter::default().routes(routes!(trail::show))
}

fn changes() -> OpenApiRouter<Arc<Admin>> {
    OpenApiRouter::default()
        .routes(routes!(centers::register))
        .routes(routes!(centers::change))
        .routes(routes!(sessions::publish))
        .routes(routes!(sessions::set_capacity))
        .routes(routes!(sessions::set_opening))
        .routes(routes!(sessions::close))
        .routes(routes!(sessions::reopen))
        .routes(routes!(sessions::cancel))
        .routes(routes!(desk::find))
        .routes(routes!(desk::complete))
        .routes(routes!(desk::no_show))
        .routes(routes!(desk::walk_in))
        .routes(routes!(imports::districts))
        .routes(routes!(imports::centers))
        .routes(routes!(imports::sessions))
}
