//! Who comes in: a request's token is read once, by the clock of the host.

use std::sync::Arc;

use axum::http::{HeaderMap, header, request::Parts};
use vaxslot_app::ports::Host;
use vaxslot_domain::access::Caller;

use crate::{
    extract::ClientAddress,
    limit::Limits,
    problem::{Kind, Problem},
    trust::Trust,
};

/// A state of routes that only let in callers with a token.
pub trait Guarded: Send + Sync + 'static {
    fn gate(&self) -> &Gate;
}

/// Who was let in.
#[derive(Debug, Clone)]
pub struct Admitted {
    pub caller: Caller,
    /// Whom the token names, of whatever role: the same for all tokens of one person.
    pub subject: String,
}

/// Verifies the tokens of requests, and counts those who come in.
pub struct Gate {
    trust: Trust,
    host: Arc<dyn Host>,
    limits: Option<Limits>,
}

impl Gate {
    #[must_use]
    pub fn new(trust: Trust, host: Arc<dyn Host>) -> Self {
        Self { trust, host, limits: None }
    }

    /// A gate that lets everybody in so often only.
    #[must_use]
    pub fn limited(self, limits: Limits) -> Self {
        Self { limits: Some(limits), ..self }
    }

    /// The caller of a request. One that a layer has let in already is not asked again.
    ///
    /// # Errors
    /// [`Kind::Unauthorized`] for every request without a valid token; it tells of a genuine token that it has expired, and
    /// of any other nothing. [`Kind::TooManyRequests`] for those who send too many. [`Kind::Busy`] where there are
    /// no keys to verify a token by.
    pub async fn admit(&self, parts: &Parts) -> Result<Admitted, Problem> {
        if let Some(admitted) = parts.extensions.get::<Admitted>() {
            return Ok(admitted.clone());
        }
        let Some(token) = bearer(&parts.headers) else {
            return Err(Problem::new(Kind::Unauthorized));
        };
        let now = self.host.now();
        let admitted = self.trust.verify(token, now).await?;
        if let Some(limits) = &self.limits {
            let (from, changes) = (ClientAddress::of(parts), !parts.method.is_safe());
            limits.count(&admitted.caller, &admitted.subject, from, changes).await?;
        }
        Ok(admitted)
    }
}

fn bearer(headers: &HeaderMap) -> Option<&str> {
    let mut values = headers.get_all(header::AUTHORIZATION).iter();
    let (Some(value), None) = (values.next(), values.next()) else { return None };
    let (scheme, token) = value.to_str().ok()?.split_once(' ')?;
    scheme.eq_ignore_ascii_case("Bearer").then(|| token.trim_matches(' '))
}
