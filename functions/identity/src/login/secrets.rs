//! What the function knows and nobody else: the key of its hashes, and the keys that sign tokens.

use std::sync::{Arc, Mutex, PoisonError};

use async_trait::async_trait;
use vaxslot_api::seal::Sealer;
use vaxslot_app::{
    ports::{Host, KeySets, StoreError},
    retry::persist,
};
use vaxslot_aws::classify;
use vaxslot_domain::{SignedDuration, Timestamp};

use super::tokens::{BadKeyring, Keyring};

/// How long the function goes on with the secrets as it read them.
const FRESH: SignedDuration = SignedDuration::from_mins(5);

/// Where secrets are kept.
#[async_trait]
pub trait Safe: Send + Sync {
    /// The key of hashes. It never changes: accounts are known by it.
    async fn seal(&self) -> Result<String, StoreError>;

    /// The keys that sign tokens, as `vaxslot keys rotate` writes them.
    async fn signing_keys(&self) -> Result<String, StoreError>;
}

/// Secrets in AWS Secrets Manager.
#[derive(Debug, Clone)]
pub struct SecretsManager {
    client: aws_sdk_secretsmanager::Client,
    seal: String,
    signing_keys: String,
}

impl SecretsManager {
    #[must_use]
    pub fn new(client: aws_sdk_secretsmanager::Client, seal: String, signing_keys: String) -> Self {
        Self { client, seal, signing_keys }
    }

    async fn read(&self, id: &str) -> Result<String, StoreError> {
        let answer = self.client.get_secret_value().secret_id(id).send().await.map_err(classify)?;
        answer.secret_string.ok_or_else(|| StoreError::Failed("the secret has no text".into()))
    }
}

#[async_trait]
impl Safe for SecretsManager {
    async fn seal(&self) -> Result<String, StoreError> {
        self.read(&self.seal).await
    }

    async fn signing_keys(&self) -> Result<String, StoreError> {
        self.read(&self.signing_keys).await
    }
}

/// The secrets, opened.
pub struct Opened {
    pub sealer: Sealer,
    pub keys: Keyring,
}

/// The function's own view of its secrets, a few minutes old at most. New signing keys are published before they sign.
pub struct Vault {
    safe: Arc<dyn Safe>,
    sets: Arc<dyn KeySets>,
    host: Arc<dyn Host>,
    opened: Mutex<Option<(Timestamp, Arc<Opened>)>>,
}

impl Vault {
    #[must_use]
    pub fn new(safe: Arc<dyn Safe>, sets: Arc<dyn KeySets>, host: Arc<dyn Host>) -> Self {
        Self { safe, sets, host, opened: Mutex::default() }
    }

    /// # Errors
    /// When they can neither be read nor were.
    pub async fn open(&self) -> Result<Arc<Opened>, StoreError> {
        let now = self.host.now();
        let known = self.opened.lock().unwrap_or_else(PoisonError::into_inner).clone();
        if let Some((at, opened)) = &known
            && now.duration_since(*at) < FRESH
        {
            return Ok(opened.clone());
        }
        match (self.read().await, known) {
            (Ok(opened), _) => {
                let opened = Arc::new(opened);
                *self.opened.lock().unwrap_or_else(PoisonError::into_inner) = Some((now, opened.clone()));
                Ok(opened)
            }
            // Old keys sign as well as new ones.
            (Err(error), Some((_, opened))) => {
                tracing::warn!(error = vaxslot_api::chain(&error), "secrets cannot be read anew");
                Ok(opened)
            }
            (Err(error), None) => Err(error),
        }
    }

    async fn read(&self) -> Result<Opened, StoreError> {
        let seal = persist(&*self.host, || self.safe.seal()).await?;
        let keys = persist(&*self.host, || self.safe.signing_keys()).await?;
        let keys = Keyring::parse(&keys).map_err(|error: BadKeyring| StoreError::Failed(error.into()))?;
        let set = keys.public();
        if persist(&*self.host, || self.sets.key_set()).await?.as_deref() != Some(&*set) {
            persist(&*self.host, || self.sets.publish_key_set(&set)).await?;
        }
        Ok(Opened { sealer: Sealer::new(seal.as_bytes()), keys })
    }
}
