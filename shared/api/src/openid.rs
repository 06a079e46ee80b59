//! Keys of an identity provider, found as it describes itself (`OpenID` Connect Discovery 1.0, section 4).

use std::sync::Arc;

use serde::Deserialize;
use vaxslot_app::ports::{StoreError, Web};

/// An identity provider, by the `iss` of its tokens.
pub struct Provider {
    issuer: String,
    web: Arc<dyn Web>,
}

#[derive(Deserialize)]
struct Description {
    issuer: String,
    jwks_uri: String,
}

/// Why a description is not believed.
#[derive(Debug, thiserror::Error)]
enum BadDescription {
    #[error("the description of the identity provider cannot be read")]
    Form(#[from] serde_json::Error),
    #[error("the description is of another identity provider")]
    Issuer,
    #[error("the keys of the identity provider are not served by HTTPS")]
    Insecure,
}

impl Provider {
    #[must_use]
    pub fn new(issuer: &str, web: Arc<dyn Web>) -> Self {
        Self { issuer: issuer.to_owned(), web }
    }

    /// Its public keys: a JWKS document (RFC 7517).
    ///
    /// # Errors
    /// When they cannot be read, or are not its own.
    pub async fn keys(&self) -> Result<String, StoreError> {
        let place = format!("{}/.well-known/openid-configuration", self.issuer.trim_end_matches('/'));
        let address = self.described(&self.web.fetch(&place).await?).map_err(|bad| StoreError::Failed(bad.into()))?;
        self.web.fetch(&address).await
    }

    fn described(&self, text: &str) -> Result<String, BadDescription> {
        let Description { issuer, jwks_uri } = serde_json::from_str(text)?;
        match () {
            () if issuer != self.issuer => Err(BadDescription::Issuer),
            () if !is_secure(&jwks_uri) => Err(BadDescription::Insecure),
            () => Ok(jwks_uri),
        }
    }
}

/// Read by HTTPS; or from this very machine, where nobody is on the way.
#[must_use]
pub fn is_secure(address: &str) -> bool {
    ["https://", "http://127.0.0.1:", "http://localhost:"].iter().any(|start| address.starts_with(start))
}
