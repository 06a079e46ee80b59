use async_trait::async_trait;
use aws_sdk_sns::Client;
use serde::Serialize;
use vaxslot_app::ports::StoreError;
use vaxslot_aws::{Attribute, classify};
use vaxslot_domain::preferences::{Channel, Language};

use crate::message::Facts;

/// A message for a gateway that delivers it. It is meant for one person: no type that carries it shows it.
#[derive(Serialize)]
pub struct Errand {
    /// The same for every delivery of the same message.
    pub id: String,
    #[serde(serialize_with = "as_text")]
    pub channel: Channel,
    #[serde(serialize_with = "as_text")]
    pub language: Language,
    /// Which text it is, such as `confirmed`.
    pub template: &'static str,
    /// A phone number or an e-mail address.
    pub to: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub subject: Option<String>,
    pub text: String,
    /// What the text is made of, for gateways that have texts of their own.
    pub facts: Facts,
}

fn as_text<S: serde::Serializer>(word: &impl std::fmt::Display, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_str(word)
}

/// Hands messages to gateways.
#[async_trait]
pub trait Relay: Send + Sync {
    /// Hands a message over, and returns what its delivery goes by.
    ///
    /// # Errors
    /// As [`StoreError`] says.
    async fn hand(&self, errand: &Errand) -> Result<String, StoreError>;
}

/// A topic that gateways are subscribed to, each to the `channel` that it serves.
#[derive(Debug, Clone)]
pub struct SnsRelay {
    client: Client,
    topic: String,
}

impl SnsRelay {
    #[must_use]
    pub fn new(client: Client, topic: impl Into<String>) -> Self {
        Self { client, topic: topic.into() }
    }
}

#[async_trait]
impl Relay for SnsRelay {
    async fn hand(&self, errand: &Errand) -> Result<String, StoreError> {
        let text = serde_json::to_string(errand).map_err(|error| StoreError::Failed(error.into()))?;
        let mut request = self.client.publish().topic_arn(&self.topic).message(text);
        for (name, value) in [("channel", errand.channel.name()), ("language", errand.language.name())] {
            request = request.message_attributes(name, Attribute::Text(value.to_owned()).value()?);
        }
        Ok(request.send().await.map_err(classify)?.message_id.unwrap_or_default())
    }
}
