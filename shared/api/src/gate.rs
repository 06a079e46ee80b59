//! Who comes in: a request's token is read once, by the clock of the host.

use std::sync::Arc;

use axum::http::{HeaderMap, header};
use vaxslot_app::ports::Host;
use vaxslot_domain::access::Caller;

use crate::{
    problem::{Kind, Problem},
    token::{BadToken, TokenVerifier},
};

/// A state of routes that only let in callers with a token.
pub trait Guarded: Send + Sync + 'static {
    fn gate(&self) -> &Gate;
}

/// Verifies the tokens of requests.
pub struct Gate {
    verifier: TokenVerifier,
    host: Arc<dyn Host>,
}

impl Gate {
    #[must_use]
    pub fn new(verifier: TokenVerifier, host: Arc<dyn Host>) -> Self {
        Self { verifier, host }
    }

    /// The caller of a request with these headers.
    ///
    /// # Errors
    /// [`Kind::Unauthorized`] for every request without a valid token; it tells of a genuine token that it has expired, and
    /// of any other nothing.
    pub fn admit(&self, headers: &HeaderMap) -> Result<Caller, Problem> {
        let Some(token) = bearer(headers) else {
            return Err(Problem::new(Kind::Unauthorized));
        };
        self.verifier.verify(token, self.host.now()).map_err(refused)
    }
}

fn bearer(headers: &HeaderMap) -> Option<&str> {
    let mut values = headers.get_all(header::AUTHORIZATION).iter();
    let (Some(value), None) = (values.next(), values.next()) else { return None };
    let (scheme, token) = value.to_str().ok()?.split_once(' ')?;
    scheme.eq_ignore_ascii_case("Bearer").then(|| token.trim_matches(' '))
}

fn refused(error: BadToken) -> Problem {
    let detail = match error {
        BadToken::Expired => "the token has expired",
        BadToken::Invalid(_) => "the token is not valid",
    };
    Problem::invalid_token(detail).caused_by(error)
}
