//! Callers by what their role lets them do. Each comes first among a handler's arguments, so that nothing is read of a
//! request whose caller may not send it.

use std::sync::Arc;

use axum::{extract::FromRequestParts, http::request::Parts};
use vaxslot_api::{Problem, extract::Authenticated};
use vaxslot_domain::access::{Region, Scope};

use crate::routes::Admin;

/// A caller who publishes and changes sessions of these centers.
pub struct Runs(pub Scope);

/// A caller who registers and changes centers there.
pub struct Registers(pub Region);

/// A caller who keeps the list of states and districts.
pub struct KeepsPlaces;

impl FromRequestParts<Arc<Admin>> for Runs {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, admin: &Arc<Admin>) -> Result<Self, Problem> {
        let Authenticated(caller) = Authenticated::from_request_parts(parts, admin).await?;
        Ok(Self(caller.runs()?))
    }
}

impl FromRequestParts<Arc<Admin>> for Registers {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, admin: &Arc<Admin>) -> Result<Self, Problem> {
        let Authenticated(caller) = Authenticated::from_request_parts(parts, admin).await?;
        Ok(Self(caller.registers()?))
    }
}

impl FromRequestParts<Arc<Admin>> for KeepsPlaces {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, admin: &Arc<Admin>) -> Result<Self, Problem> {
        let Authenticated(caller) = Authenticated::from_request_parts(parts, admin).await?;
        caller.keeps_places()?;
        Ok(Self)
    }
}
