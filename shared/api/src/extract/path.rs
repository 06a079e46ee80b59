use std::{fmt::Display, str::FromStr};

use axum::{
    extract::{FromRequestParts, RawPathParams},
    http::request::Parts,
};

use crate::problem::Problem;

/// The one variable part of the path.
#[derive(Debug)]
pub struct Path<T>(pub T);

impl<S: Send + Sync, T: FromStr<Err: Display>> FromRequestParts<S> for Path<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        let values = values(parts, state).await?;
        Ok(Self(segment(&values, 0)?))
    }
}

/// The two variable parts of the path, in order.
#[derive(Debug)]
pub struct PathPair<A, B>(pub A, pub B);

impl<S: Send + Sync, A: FromStr<Err: Display>, B: FromStr<Err: Display>> FromRequestParts<S> for PathPair<A, B> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        let values = values(parts, state).await?;
        Ok(Self(segment(&values, 0)?, segment(&values, 1)?))
    }
}

async fn values<S: Send + Sync>(parts: &mut Parts, state: &S) -> Result<RawPathParams, Problem> {
    let not_text = |_| Problem::invalid_parameter("path", "must be UTF-8");
    RawPathParams::from_request_parts(parts, state).await.map_err(not_text)
}

fn segment<T: FromStr<Err: Display>>(values: &RawPathParams, place: usize) -> Result<T, Problem> {
    let (name, text) = values.iter().nth(place).unwrap_or_default();
    text.parse().map_err(|error| Problem::invalid_parameter(name, error))
}
