mod centers;
mod desk;
mod imports;
mod sessions;
mod trail;

use std::sync::Arc;

use axum::{Router, extract::State, middleware};
use utoipa::openapi::OpenApi;
use vaxslot_api::{
    Gate, Guarded, Routes,
    once::{Repeatable, carry_out_once},
    routes,
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
    let routes = CHANGES.served().route_layer(once).merge(READS.served());
    vaxslot_api::finish(routes.with_state(admin), vaxslot_app::times::STAFF_REQUEST)
}

/// The function's part of the description.
#[must_use]
pub fn openapi() -> OpenApi {
    CHANGES.described().merge_from(READS.described())
}

const READS: Routes<Arc<Admin>> = routes![trail::show];

const CHANGES: Routes<Arc<Admin>> = routes![
    centers::register,
    centers::change,
    sessions::publish,
    sessions::set_capacity,
    sessions::set_opening,
    sessions::close,
    sessions::reopen,
    sessions::cancel,
    desk::find,
    desk::complete,
    desk::no_show,
    desk::walk_in,
    imports::districts,
    imports::centers,
    imports::sessions,
];
