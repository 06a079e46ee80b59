//! Callers by what their role lets them see.

use std::sync::Arc;

use axum::{extract::FromRequestParts, http::request::Parts};
use vaxslot_api::{Problem, extract::Authenticated};
use vaxslot_domain::access::Scope;

use crate::routes::ReportRoutes;

/// A caller who sees the figures of these centers.
pub struct SeesFigures(pub Scope);

/// A caller who sees the single appointments of these centers.
pub struct SeesAppointments(pub Scope);

impl FromRequestParts<Arc<ReportRoutes>> for SeesFigures {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, routes: &Arc<ReportRoutes>) -> Result<Self, Problem> {
        let Authenticated(caller) = Authenticated::from_request_parts(parts, routes).await?;
        Ok(Self(caller.sees_figures()?))
    }
}

impl FromRequestParts<Arc<ReportRoutes>> for SeesAppointments {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, routes: &Arc<ReportRoutes>) -> Result<Self, Problem> {
        let Authenticated(caller) = Authenticated::from_request_parts(parts, routes).await?;
        Ok(Self(caller.sees_appointments()?))
    }
}
