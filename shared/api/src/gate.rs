//! Who comes in: a request's token is read once, by the clock of the host.

use std::sync::Arc;

use axum::http::{HeaderMap, header, request::Parts};
use vaxslot_app::ports::Host;
use vaxslot_domain::access::Caller;

use crate::{
    limit::{Limit, Limiter},
    problem::{Kind, Problem},
    trust::Trust,
};

/// A state of routes that only let in callers with a token.
pub trait Guarded: Send + Sync + 'static {
    fn gate(&self) -> &Gate;
}

/// How many requests a citizen may send to one sandbox: more than a family in a hurry, less than a script.
const A_CITIZEN: Limit = Limit { rate: 20, burst: 200 };

/// Who was let in.
#[derive(Debug, Clone)]
pub struct Admitted {
    pub caller: Caller,
    /// Whom the token names, of whatever role: the same for all tokens of one person.
    pub subject: String,
}

/// Verifies the tokens of requests.
pub struct Gate {
    trust: Trust,
    host: Arc<dyn Host>,
    citizens: Limiter,
}

impl Gate {
    #[must_use]
    pub fn new(trust: Trust, host: Arc<dyn Host>) -> Self {
        Self { trust, host, citizens: Limiter::new(A_CITIZEN) }
    }

    /// The caller of a request. One that a layer has let in already is not asked again.
    ///
    /// # Errors
    /// [`Kind::Unauthorized`] for every request without a valid token; it tells of a genuine token that it has expired, and
    /// of any other nothing. [`Kind::TooManyRequests`] for a citizen who sends too many. [`Kind::Busy`] where there are
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
        if let Caller::Citizen { .. } = admitted.caller {
            let too_many = |seconds| Problem::new(Kind::TooManyRequests).retry_after(seconds);
            self.citizens.count(&admitted.subject, now).map_err(too_many)?;
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
