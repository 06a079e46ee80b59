//! Whose tokens are believed: our own, by the keys that `identity` publishes, and those of another issuer for staff if one is
//! configured, by keys that it publishes.

use std::sync::{Arc, Mutex, PoisonError};

use vaxslot_app::{
    ports::{Host, KeySets, StoreError, Web},
    retry::persist,
};
use vaxslot_domain::{SignedDuration, Timestamp, access::Caller};

use crate::{
    gate::Admitted,
    openid::Provider,
    problem::{Kind, Problem, chain},
    token::{BadToken, TokenVerifier, claimed_issuer, mapping::Mapping},
};

/// How long published keys are believed before they are looked up again.
const FRESH: SignedDuration = SignedDuration::from_mins(5);
/// How long after a look a token with an unknown key is reason for another.
const AGAIN: SignedDuration = SignedDuration::from_secs(10);
/// How long keys are believed that cannot be looked up again.
const STALE: SignedDuration = SignedDuration::from_hours(24);

/// Why a token was not believed.
#[derive(Debug)]
pub enum Distrust {
    Token(BadToken),
    /// There are no keys to verify it by: it may well be genuine.
    NoKeys(Option<StoreError>),
}

/// Verifies the tokens of every issuer that is trusted.
pub struct Trust {
    own: Keys,
    staff: Option<Keys>,
}

/// The keys of an issuer.
pub enum Keys {
    /// They never change.
    Fixed(TokenVerifier),
    Published(Published),
}

/// Keys that are looked up where they are published, and believed for a while.
pub struct Published {
    issuer: String,
    audience: String,
    mapping: Option<Arc<Mapping>>,
    source: Source,
    host: Arc<dyn Host>,
    known: Mutex<Known>,
}

enum Source {
    Table(Arc<dyn KeySets>),
    Provider(Provider),
}

#[derive(Clone, Default)]
struct Known {
    /// When the keys were looked up last, whether they could be read or not.
    looked: Option<Timestamp>,
    /// The last that could be used, and when they were read.
    verifier: Option<(Timestamp, Arc<TokenVerifier>)>,
}

impl Trust {
    /// Believes our own tokens by keys that never change.
    #[must_use]
    pub fn fixed(verifier: TokenVerifier) -> Self {
        Self { own: Keys::Fixed(verifier), staff: None }
    }

    /// Believes our own tokens by the keys as they are published.
    #[must_use]
    pub fn published(issuer: &str, audience: &str, sets: Arc<dyn KeySets>, host: Arc<dyn Host>) -> Self {
        Self { own: Keys::Published(Published::new(issuer, audience, Source::Table(sets), host)), staff: None }
    }

    /// Believes another issuer's tokens too, of staff only.
    #[must_use]
    pub fn and_staff(self, staff: Option<Keys>) -> Self {
        Self { staff, ..self }
    }

    /// The caller whom a token names.
    pub async fn verify(&self, token: &str, now: Timestamp) -> Result<Admitted, Distrust> {
        if let Some(staff) = &self.staff
            && claimed_issuer(token).as_deref() == Some(staff.issuer())
        {
            let admitted = staff.verify(token, now).await?;
            return match admitted.caller {
                Caller::Citizen { .. } => Err(Distrust::Token(BadToken::Invalid("a citizen of another issuer"))),
                _ => Ok(admitted),
            };
        }
        self.own.verify(token, now).await
    }
}

impl Keys {
    /// Keys that an identity provider publishes, of tokens that may have claims in words of its own.
    #[must_use]
    pub fn of_provider(
        issuer: &str,
        audience: &str,
        mapping: Option<Arc<Mapping>>,
        web: Arc<dyn Web>,
        host: Arc<dyn Host>,
    ) -> Self {
        let published = Published::new(issuer, audience, Source::Provider(Provider::new(issuer, web)), host);
        Self::Published(Published { mapping, ..published })
    }

    fn issuer(&self) -> &str {
        match self {
            Self::Fixed(verifier) => verifier.issuer(),
            Self::Published(published) => &published.issuer,
        }
    }

    async fn verify(&self, token: &str, now: Timestamp) -> Result<Admitted, Distrust> {
        match self {
            Self::Fixed(verifier) => verifier.verify(token, now).map_err(Distrust::Token),
            Self::Published(published) => published.verify(token, now).await,
        }
    }
}

impl Published {
    fn new(issuer: &str, audience: &str, source: Source, host: Arc<dyn Host>) -> Self {
        let (issuer, audience) = (issuer.to_owned(), audience.to_owned());
        Self { issuer, audience, mapping: None, source, host, known: Mutex::default() }
    }

    async fn verify(&self, token: &str, now: Timestamp) -> Result<Admitted, Distrust> {
        let verifier = self.keys(now, FRESH).await?;
        match verifier.verify(token, now) {
            Err(BadToken::UnknownKey) => {
                let verifier = self.keys(now, AGAIN).await?;
                verifier.verify(token, now).map_err(Distrust::Token)
            }
            outcome => outcome.map_err(Distrust::Token),
        }
    }

    /// The keys, looked up if that was not done for `fresh`.
    async fn keys(&self, now: Timestamp, fresh: SignedDuration) -> Result<Arc<TokenVerifier>, Distrust> {
        let known = self.known.lock().unwrap_or_else(PoisonError::into_inner).clone();
        let usable = known.verifier.filter(|(read, _)| now.duration_since(*read) < STALE);
        if let (Some(looked), Some((_, verifier))) = (known.looked, &usable)
            && now.duration_since(looked) < fresh
        {
            return Ok(verifier.clone());
        }
        match (self.look_up().await, usable) {
            (Ok(Some(verifier)), _) => {
                let verifier = Arc::new(verifier);
                self.note(Known { looked: Some(now), verifier: Some((now, verifier.clone())) });
                Ok(verifier)
            }
            (looked, Some((read, verifier))) => {
                let why = looked.err().map(|error| chain(&error));
                tracing::warn!(why, "the keys of tokens cannot be looked up");
                self.note(Known { looked: Some(now), verifier: Some((read, verifier.clone())) });
                Ok(verifier)
            }
            (looked, None) => Err(Distrust::NoKeys(looked.err())),
        }
    }

    fn note(&self, known: Known) {
        *self.known.lock().unwrap_or_else(PoisonError::into_inner) = known;
    }

    async fn look_up(&self) -> Result<Option<TokenVerifier>, StoreError> {
        let jwks = match &self.source {
            Source::Table(sets) => persist(&*self.host, || sets.key_set()).await?,
            // One attempt: nobody knows how busy the other one is.
            Source::Provider(provider) => Some(provider.keys().await?),
        };
        let Some(jwks) = jwks else { return Ok(None) };
        let verifier = TokenVerifier::from_jwks(&self.issuer, &self.audience, &jwks);
        verifier
            .map(|verifier| Some(verifier.mapped(self.mapping.clone())))
            .map_err(|error| StoreError::Failed(error.into()))
    }
}

impl From<Distrust> for Problem {
    fn from(distrust: Distrust) -> Self {
        match distrust {
            Distrust::Token(error) => {
                let detail = match error {
                    BadToken::Expired => "the token has expired",
                    BadToken::Invalid(_) | BadToken::UnknownKey => "the token is not valid",
                };
                Self::invalid_token(detail).caused_by(error)
            }
            Distrust::NoKeys(None) => Self::new(Kind::Busy).detail("no keys for tokens are published yet"),
            Distrust::NoKeys(Some(error)) => Self::new(Kind::Busy).caused_by(error),
        }
    }
}

#[cfg(test)]
#[path = "trust_tests.rs"]
mod tests;
