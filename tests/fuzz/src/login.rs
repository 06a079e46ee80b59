//! Logging in where no code was ever sent: bodies are read, and nobody gets in.

use std::sync::Arc;

use async_trait::async_trait;
use serde_json::json;
use uuid::Uuid;
use vaxslot_app::ports::{Sms, StoreError};
use vaxslot_domain::{Timestamp, access::Caller, id::AccountId, person::Phone};
use vaxslot_identity::{Filed, Login, Logins, Safe, Session, Settings, Vault};
use vaxslot_testkit::{MemoryStore, TestHost, issuer};

struct Nobody;

pub fn vault(store: &Arc<MemoryStore>, host: &Arc<TestHost>) -> Arc<Vault> {
    Arc::new(Vault::new(Arc::new(Nobody), store.clone(), host.clone()))
}

pub fn logins() -> Arc<dyn Logins> {
    Arc::new(Nobody)
}

pub fn login(store: &Arc<MemoryStore>, host: &Arc<TestHost>, vault: Arc<Vault>) -> Login {
    Login {
        logins: Arc::new(Nobody),
        buckets: store.clone(),
        sms: Arc::new(Nobody),
        vault,
        host: host.clone(),
        chance: host.clone(),
        settings: Settings { countries: vec!["+91".to_owned()], codes_a_day: 16_000, codes_an_address: 1_000 },
        issuer: issuer::ISSUER.to_owned(),
        audience: issuer::AUDIENCE.to_owned(),
    }
}

#[async_trait]
impl Sms for Nobody {
    async fn send(&self, _: &Phone, _: &str, _: &str) -> Result<String, StoreError> {
        Ok(String::new())
    }
}

#[async_trait]
impl Safe for Nobody {
    async fn seal(&self) -> Result<String, StoreError> {
        Ok("a secret of the test that is long enough".to_owned())
    }

    async fn signing_keys(&self) -> Result<String, StoreError> {
        Ok(json!({ "keys": [issuer::signing_key()] }).to_string())
    }
}

#[async_trait]
impl Logins for Nobody {
    async fn file(&self, _: Uuid, _: &str, _: Timestamp) -> Result<(), StoreError> {
        Ok(())
    }

    async fn try_code(&self, _: Uuid, _: Timestamp) -> Result<Option<Filed>, StoreError> {
        Ok(None)
    }

    async fn use_up(&self, _: Uuid, _: Uuid) -> Result<bool, StoreError> {
        Ok(false)
    }

    async fn begin(&self, _: Uuid, _: &Session) -> Result<(), StoreError> {
        Ok(())
    }

    async fn session(&self, _: &AccountId, _: Uuid) -> Result<Option<Session>, StoreError> {
        Ok(None)
    }

    async fn renew(&self, _: &AccountId, _: Uuid, _: u32, _: Timestamp) -> Result<bool, StoreError> {
        Ok(false)
    }

    async fn granted(&self, _: &AccountId) -> Result<Option<Caller>, StoreError> {
        Ok(None)
    }

    async fn of(&self, _: &AccountId) -> Result<Vec<(Uuid, Session)>, StoreError> {
        Ok(Vec::new())
    }

    async fn discard(&self, _: &AccountId, _: Uuid) -> Result<(), StoreError> {
        Ok(())
    }

    async fn end(&self, _: &AccountId, _: Uuid) -> Result<(), StoreError> {
        Ok(())
    }
}
