use std::{
    collections::HashMap,
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
};

use async_trait::async_trait;
use axum::Router;
use futures::FutureExt;
use serde_json::{Value, json};
use uuid::Uuid;
use vaxslot_api::{Gate, env::TokenConfig, trust::Trust};
use vaxslot_app::{
    once::Once,
    ports::{KeySets, Sms, StoreError},
    subscriptions::OwnSubscriptions,
};
use vaxslot_domain::{Timestamp, access::Caller, id::AccountId, person::Phone};
use vaxslot_identity::{Filed, Identity, Login, Logins, Registry, Safe, Session, Settings, Vault, router};
use vaxslot_testkit::{MemoryStore, MemoryTopic, TestHost, issuer, make::read};

/// 21 November 2026, a quarter to midnight in India.
pub const NOW: &str = "2026-11-21T18:15:00Z";

/// The function, with all that it talks to in memory.
pub struct Stage {
    pub function: Router,
    pub host: Arc<TestHost>,
    pub store: Arc<MemoryStore>,
    pub topic: Arc<MemoryTopic>,
    pub logins: Arc<MemoryLogins>,
    pub outbox: Arc<Outbox>,
    pub keys: Arc<Keys>,
}

impl Stage {
    pub fn new() -> Self {
        let host = Arc::new(TestHost::at(read(NOW)));
        let (store, outbox, keys) = (Arc::new(MemoryStore::new()), Arc::new(Outbox::default()), Arc::new(Keys::new()));
        store.publish_key_set(&issuer::jwks()).now_or_never().expect("memory is quick").unwrap();
        let vault = Arc::new(Vault::new(keys.clone(), store.clone(), host.clone()));
        let logins = Arc::new(MemoryLogins::default());
        let login = Login {
            logins: logins.clone(),
            buckets: store.clone(),
            sms: outbox.clone(),
            vault: vault.clone(),
            host: host.clone(),
            chance: host.clone(),
            settings: Settings { countries: vec!["+91".to_owned()], codes_a_day: 16_000, codes_an_address: 40 },
            issuer: issuer::ISSUER.to_owned(),
            audience: issuer::AUDIENCE.to_owned(),
        };
        let trust = Trust::published(issuer::ISSUER, issuer::AUDIENCE, store.clone(), host.clone());
        let (gate, once) = (Gate::new(trust, host.clone()), Once::new(store.clone(), host.clone()));
        let registry = Registry::new(store.clone(), store.clone(), vault, host.clone());
        let (issuer, audience) = (issuer::ISSUER.to_owned(), issuer::AUDIENCE.to_owned());
        let tokens = TokenConfig { issuer, audience, jwks: None, staff: None };
        let topic = Arc::new(MemoryTopic::default());
        let subscriptions = OwnSubscriptions::new(store.clone(), topic.clone(), host.clone());
        let function = router(Identity { registry, login, logins: logins.clone(), subscriptions, once, gate, tokens });
        Self { function, host, store, topic, logins, outbox, keys }
    }
}

/// Messages that were sent.
#[derive(Default)]
pub struct Outbox {
    sent: Mutex<Vec<(String, String)>>,
    pub broken: AtomicBool,
}

impl Outbox {
    pub fn len(&self) -> usize {
        self.sent.lock().unwrap().len()
    }

    /// The number and the code of the last message.
    pub fn last(&self) -> (String, String) {
        let (to, text) = self.sent.lock().unwrap().last().expect("a message").clone();
        (to, text.chars().take(6).collect())
    }
}

#[async_trait]
impl Sms for Outbox {
    async fn send(&self, to: &Phone, text: &str, _: &str) -> Result<String, StoreError> {
        if self.broken.load(Ordering::SeqCst) {
            return Err(StoreError::Throttled);
        }
        self.sent.lock().unwrap().push((to.as_str().to_owned(), text.to_owned()));
        Ok(String::new())
    }
}

/// The function's secrets.
pub struct Keys {
    signing: Mutex<Vec<Value>>,
    pub broken: AtomicBool,
}

impl Keys {
    fn new() -> Self {
        Self { signing: Mutex::new(vec![issuer::signing_key()]), broken: AtomicBool::new(false) }
    }

    /// Adds a key that signs from then on.
    pub fn add(&self, kid: &str, signs_from: &str) {
        let key = json!({ "kid": kid, "pem": issuer::new_pem(), "signs_from": signs_from });
        self.signing.lock().unwrap().push(key);
    }

    pub fn clear(&self) {
        self.signing.lock().unwrap().clear();
    }
}

#[async_trait]
impl Safe for Keys {
    async fn seal(&self) -> Result<String, StoreError> {
        Ok("a secret of the test that is long enough".to_owned())
    }

    async fn signing_keys(&self) -> Result<String, StoreError> {
        if self.broken.load(Ordering::SeqCst) {
            return Err(StoreError::Failed("the safe is locked".into()));
        }
        Ok(json!({ "keys": *self.signing.lock().unwrap() }).to_string())
    }
}

/// Codes and logins in memory; `tests/storage` has the same behaviours on `DynamoDB`.
pub struct MemoryLogins {
    /// How many listings and removals are carried out before they fail.
    calls: AtomicU64,
    codes: Mutex<HashMap<Uuid, Code>>,
    sessions: Mutex<HashMap<Uuid, Session>>,
    /// What is granted to everybody.
    pub grant: Mutex<Option<Caller>>,
}

impl Default for MemoryLogins {
    fn default() -> Self {
        Self {
            calls: AtomicU64::new(u64::MAX),
            codes: Mutex::default(),
            sessions: Mutex::default(),
            grant: Mutex::default(),
        }
    }
}

impl MemoryLogins {
    /// Lists and removes so many more, and fails then.
    pub fn fail_after(&self, calls: u64) {
        self.calls.store(calls, Ordering::SeqCst);
    }

    pub fn go_on(&self) {
        self.fail_after(u64::MAX);
    }

    fn call(&self) -> Result<(), StoreError> {
        let left = self.calls.fetch_update(Ordering::SeqCst, Ordering::SeqCst, |calls| calls.checked_sub(1));
        left.map(drop).map_err(|_| StoreError::Failed("nothing more is done".into()))
    }
}

struct Code {
    mac: String,
    tries: u32,
    until: Timestamp,
    used_by: Option<Uuid>,
}

#[async_trait]
impl Logins for MemoryLogins {
    async fn file(&self, challenge: Uuid, mac: &str, until: Timestamp) -> Result<(), StoreError> {
        let code = Code { mac: mac.to_owned(), tries: 0, until, used_by: None };
        self.codes.lock().unwrap().insert(challenge, code);
        Ok(())
    }

    async fn try_code(&self, challenge: Uuid, now: Timestamp) -> Result<Option<Filed>, StoreError> {
        let mut codes = self.codes.lock().unwrap();
        let code =
            codes.get_mut(&challenge).filter(|code| code.tries < 5 && code.until > now && code.used_by.is_none());
        Ok(code.map(|code| {
            code.tries += 1;
            Filed { mac: code.mac.clone(), tries: code.tries }
        }))
    }

    async fn use_up(&self, challenge: Uuid, attempt: Uuid) -> Result<bool, StoreError> {
        let mut codes = self.codes.lock().unwrap();
        let user = codes.get_mut(&challenge).map(|code| *code.used_by.get_or_insert(attempt));
        Ok(user == Some(attempt))
    }

    async fn begin(&self, id: Uuid, session: &Session) -> Result<(), StoreError> {
        self.sessions.lock().unwrap().insert(id, session.clone());
        Ok(())
    }

    async fn session(&self, account: &AccountId, id: Uuid) -> Result<Option<Session>, StoreError> {
        Ok(self.sessions.lock().unwrap().get(&id).filter(|session| session.account == *account).cloned())
    }

    async fn of(&self, account: &AccountId) -> Result<Vec<(Uuid, Session)>, StoreError> {
        self.call()?;
        let sessions = self.sessions.lock().unwrap();
        let mine = sessions.iter().filter(|(_, session)| session.account == *account);
        Ok(mine.map(|(id, session)| (*id, session.clone())).collect())
    }

    async fn renew(&self, _: &AccountId, id: Uuid, generation: u32, now: Timestamp) -> Result<bool, StoreError> {
        let mut sessions = self.sessions.lock().unwrap();
        let session = sessions.get_mut(&id).filter(|session| session.generation == generation && !session.ended);
        Ok(session.map(|session| (session.generation, session.renewed_at) = (generation + 1, now)).is_some())
    }

    async fn granted(&self, _: &AccountId) -> Result<Option<Caller>, StoreError> {
        Ok(self.grant.lock().unwrap().clone())
    }

    async fn discard(&self, _: &AccountId, id: Uuid) -> Result<(), StoreError> {
        self.call()?;
        self.sessions.lock().unwrap().remove(&id);
        Ok(())
    }

    async fn end(&self, _: &AccountId, id: Uuid) -> Result<(), StoreError> {
        if let Some(session) = self.sessions.lock().unwrap().get_mut(&id) {
            session.ended = true;
        }
        Ok(())
    }
}
