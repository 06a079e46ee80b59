use std::sync::{Mutex, MutexGuard, PoisonError};

use async_trait::async_trait;
use vaxslot_app::ports::{Standing, StoreError, Subscribers, Subscribing, Tried};
use vaxslot_domain::subscription::{Endpoint, Filter};

/// A subscription of the topic in memory.
#[derive(Debug, Clone)]
pub struct Subscriber {
    pub arn: String,
    pub endpoint: String,
    pub filter: Filter,
    /// What comes to the address to confirm it by.
    pub token: String,
    pub confirmed: bool,
}

/// A topic in memory. It names a subscription at once, as SNS does.
#[derive(Debug, Default)]
pub struct MemoryTopic(Mutex<Vec<Subscriber>>);

impl MemoryTopic {
    fn all(&self) -> MutexGuard<'_, Vec<Subscriber>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Every subscription, in the order they were made.
    #[must_use]
    pub fn subscribers(&self) -> Vec<Subscriber> {
        self.all().clone()
    }

    /// Has an address end its subscription by itself.
    pub fn leave(&self, endpoint: &str) {
        self.all().retain(|one| one.endpoint != endpoint);
    }
}

#[async_trait]
impl Subscribers for MemoryTopic {
    async fn standing(&self, arn: &str) -> Result<Standing, StoreError> {
        Ok(match self.all().iter().find(|one| one.arn == arn) {
            Some(one) if one.confirmed => Standing::Confirmed,
            Some(_) => Standing::Pending,
            None => Standing::Gone,
        })
    }

    async fn unsubscribe(&self, arn: &str) -> Result<(), StoreError> {
        self.all().retain(|one| one.arn != arn || !one.confirmed);
        Ok(())
    }
}

#[async_trait]
impl Subscribing for MemoryTopic {
    async fn subscribe(&self, endpoint: &Endpoint, filter: &Filter) -> Result<Tried<Option<String>, ()>, StoreError> {
        let mut all = self.all();
        if endpoint.as_str().contains("refused") {
            return Ok(Tried::Refused(()));
        }
        if let Some(one) = all.iter().find(|one| one.endpoint == endpoint.as_str()) {
            return Ok(Tried::Done(Some(one.arn.clone())));
        }
        let number = all.len() + 1;
        let one = Subscriber {
            arn: format!("arn:aws:sns:us-east-1:000000000000:availability:{number}"),
            endpoint: endpoint.as_str().to_owned(),
            filter: *filter,
            token: format!("token-{number}"),
            confirmed: false,
        };
        all.push(one.clone());
        Ok(Tried::Done(Some(one.arn)))
    }

    async fn confirm_subscription(&self, token: &str) -> Result<Tried<String, ()>, StoreError> {
        let mut all = self.all();
        let Some(one) = all.iter_mut().find(|one| one.token == token) else { return Ok(Tried::Refused(())) };
        one.confirmed = true;
        Ok(Tried::Done(one.arn.clone()))
    }
}
