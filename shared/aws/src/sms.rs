use std::{collections::BTreeMap, str::FromStr};

use async_trait::async_trait;
use aws_sdk_sns::Client;
use vaxslot_app::ports::{Sms, StoreError};
use vaxslot_domain::person::Phone;

use crate::{error::classify, events::Attribute};

/// Under which numbers texts are registered with the operators of India (DLT). Read from `entity;confirmed.hi=1107…;code.en=1107…`: the
/// sender's own number, then those of its texts; empty where nothing is registered.
///
/// SNS developer guide, "Special requirements for sending SMS messages to destinations in India".
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Registered {
    entity: Option<String>,
    templates: BTreeMap<String, String>,
}

/// A text that is no such list.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("it must be the sender's number, then for each text its name, `=` and its number, separated by semicolons")]
pub struct BadRegistered;

impl FromStr for Registered {
    type Err = BadRegistered;

    fn from_str(text: &str) -> Result<Self, BadRegistered> {
        let number = |text: &str| {
            let fine = !text.is_empty() && text.len() <= 50 && text.bytes().all(|byte| byte.is_ascii_digit());
            if fine { Ok(text.to_owned()) } else { Err(BadRegistered) }
        };
        let mut parts = text.split(';').map(str::trim).filter(|part| !part.is_empty());
        let Some(entity) = parts.next() else { return Ok(Self::default()) };
        let template = |part: &str| {
            let (name, id) = part.split_once('=').ok_or(BadRegistered)?;
            Ok((name.trim().to_owned(), number(id.trim())?))
        };
        Ok(Self { entity: Some(number(entity)?), templates: parts.map(template).collect::<Result<_, _>>()? })
    }
}

/// Text messages through SNS, as transactional ones: they go out at any hour.
#[derive(Debug, Clone)]
pub struct SnsSms {
    client: Client,
    registered: Registered,
}

impl SnsSms {
    #[must_use]
    pub fn new(client: Client, registered: Registered) -> Self {
        Self { client, registered }
    }

    fn attributes(&self, template: &str) -> impl Iterator<Item = (&'static str, &str)> {
        let entity = self.registered.entity.as_deref().map(|entity| ("AWS.MM.SMS.EntityId", entity));
        let template = self.registered.templates.get(template).map(|id| ("AWS.MM.SMS.TemplateId", id.as_str()));
        [Some(("AWS.SNS.SMS.SMSType", "Transactional")), entity, template].into_iter().flatten()
    }
}

#[async_trait]
impl Sms for SnsSms {
    async fn send(&self, to: &Phone, text: &str, template: &str) -> Result<String, StoreError> {
        let mut request = self.client.publish().phone_number(to.as_str()).message(text);
        for (name, value) in self.attributes(template) {
            request = request.message_attributes(name, Attribute::Text(value.to_owned()).value()?);
        }
        Ok(request.send().await.map_err(classify)?.message_id.unwrap_or_default())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn registered_texts_are_sent_under_their_numbers() {
        let config = aws_sdk_sns::Config::builder().behavior_version(aws_sdk_sns::config::BehaviorVersion::latest());
        let client = Client::from_conf(config.build());
        let registered = "1101000000000000001; confirmed.hi=1107000000000000002;code.en=1107000000000000003;";
        let sms = SnsSms::new(client.clone(), registered.parse().unwrap());
        let kind = ("AWS.SNS.SMS.SMSType", "Transactional");
        let entity = ("AWS.MM.SMS.EntityId", "1101000000000000001");
        let hindi: Vec<_> = sms.attributes("confirmed.hi").collect();
        assert_eq!(hindi, [kind, entity, ("AWS.MM.SMS.TemplateId", "1107000000000000002")]);
        assert_eq!(sms.attributes("confirmed.ta").collect::<Vec<_>>(), [kind, entity]);
        let nothing = SnsSms::new(client, "".parse().unwrap());
        assert_eq!(nothing.attributes("confirmed.hi").collect::<Vec<_>>(), [kind]);
    }

    #[test]
    fn what_is_no_list_of_registered_texts_is_refused() {
        for bad in ["confirmed.hi=1107", "1101;confirmed.hi", "1101;confirmed.hi=", "11 01", "1101;a=x"] {
            assert_eq!(bad.parse::<Registered>(), Err(BadRegistered), "{bad}");
        }
    }
}
