use std::sync::Arc;

use axum::{extract::FromRequestParts, http::request::Parts};
use vaxslot_domain::{
    access::{Caller, Forbidden},
    id::AccountId,
    person::Phone,
};

use crate::{gate::Guarded, problem::Problem};

/// A caller of any role, by the bearer token of the request.
#[derive(Debug)]
pub struct Authenticated(pub Caller);

impl<S: Guarded> FromRequestParts<Arc<S>> for Authenticated {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &Arc<S>) -> Result<Self, Problem> {
        state.gate().admit(parts).await.map(|admitted| Self(admitted.caller))
    }
}

/// A caller who books for the beneficiaries of one account. Another role is forbidden.
#[derive(Debug)]
pub struct Citizen {
    pub account: AccountId,
    pub phone: Option<Phone>,
}

impl<S: Guarded> FromRequestParts<Arc<S>> for Citizen {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &Arc<S>) -> Result<Self, Problem> {
        match state.gate().admit(parts).await?.caller {
            Caller::Citizen { account, phone } => Ok(Self { account, phone }),
            _ => Err(Forbidden.into()),
        }
    }
}
