use async_trait::async_trait;
use aws_sdk_sns::{
    Client,
    config::http::HttpResponse,
    error::{ProvideErrorMetadata, SdkError},
};
use serde_json::{Map, Value, json};
use vaxslot_app::ports::{Standing, StoreError, Subscribers, Subscribing, Tried};
use vaxslot_domain::subscription::{Endpoint, Filter};

use crate::error::classify;

/// Subscriptions of an SNS topic.
#[derive(Debug, Clone)]
pub struct SnsSubscribers {
    client: Client,
    topic: String,
}

impl SnsSubscribers {
    #[must_use]
    pub fn new(client: Client, topic_arn: impl Into<String>) -> Self {
        Self { client, topic: topic_arn.into() }
    }
}

/// The filter as SNS takes it, by the attributes of [`crate::AvailabilityMessage`]; none where everything is wanted.
#[must_use]
pub fn policy(filter: &Filter) -> Option<String> {
    let mut policy = Map::new();
    let mut add = |name: &str, rule: Value| drop(policy.insert(name.to_owned(), json!([rule])));
    if let Some(district) = filter.district {
        add("district", json!(district.get()));
    }
    if let Some(pincode) = filter.pincode {
        add("pincode", json!(pincode.get()));
    }
    if let Some(vaccine) = filter.vaccine {
        add("vaccine", json!(vaccine.name()));
    }
    if let Some(dose) = filter.dose {
        add("dose", json!(dose.get()));
    }
    if let Some(age) = filter.age {
        add("min_age", json!({"numeric": ["<=", age]}));
        add("max_age", json!({"numeric": [">=", age]}));
    }
    (!policy.is_empty()).then(|| Value::Object(policy).to_string())
}

/// What SNS calls a subscription that is still to be confirmed is no ARN.
fn arn(text: Option<String>) -> Option<String> {
    text.filter(|text| text.starts_with("arn:"))
}

#[async_trait]
impl Subscribers for SnsSubscribers {
    async fn standing(&self, arn: &str) -> Result<Standing, StoreError> {
        match self.client.get_subscription_attributes().subscription_arn(arn).send().await {
            Ok(answer) => {
                let attributes = answer.attributes.unwrap_or_default();
                let pending = attributes.get("PendingConfirmation").is_some_and(|pending| pending == "true");
                Ok(if pending { Standing::Pending } else { Standing::Confirmed })
            }
            Err(error) => refused_or(error, Standing::Gone),
        }
    }

    async fn unsubscribe(&self, arn: &str) -> Result<(), StoreError> {
        match self.client.unsubscribe().subscription_arn(arn).send().await {
            Ok(_) => Ok(()),
            // One that was never confirmed cannot be ended: it lapses by itself.
            Err(error) => refused_or(error, ()),
        }
    }
}

#[async_trait]
impl Subscribing for SnsSubscribers {
    async fn subscribe(&self, endpoint: &Endpoint, filter: &Filter) -> Result<Tried<Option<String>, ()>, StoreError> {
        let request = self
            .client
            .subscribe()
            .topic_arn(&self.topic)
            .protocol(endpoint.scheme())
            .endpoint(endpoint.as_str())
            .return_subscription_arn(true);
        let request = match policy(filter) {
            Some(policy) => request.attributes("FilterPolicy", policy),
            None => request,
        };
        match request.send().await {
            Ok(answer) => Ok(Tried::Done(arn(answer.subscription_arn))),
            Err(error) => refused_or(error, Tried::Refused(())),
        }
    }

    async fn confirm_subscription(&self, token: &str) -> Result<Tried<String, ()>, StoreError> {
        match self.client.confirm_subscription().topic_arn(&self.topic).token(token).send().await {
            Ok(answer) => Ok(arn(answer.subscription_arn).map_or(Tried::Refused(()), Tried::Done)),
            Err(error) => refused_or(error, Tried::Refused(())),
        }
    }
}

/// What SNS means by these codes, in its API reference and as some of its SDKs spell them: that there is nothing by this name, or
/// that it will not do it for this address or token.
const REFUSALS: [&str; 3] = ["InvalidParameter", "InvalidParameterException", "NotFound"];

/// `refused` where SNS says no. Of any other error the code alone is kept: SNS may repeat the address in its message, which would go to
/// the log.
fn refused_or<T, E>(error: SdkError<E, HttpResponse>, refused: T) -> Result<T, StoreError>
where
    E: ProvideErrorMetadata + std::error::Error + Send + Sync + 'static,
{
    let code = error.as_service_error().and_then(ProvideErrorMetadata::code).map(str::to_owned);
    if code.as_deref().is_some_and(|code| REFUSALS.contains(&code)) {
        return Ok(refused);
    }
    Err(match (classify(error), code) {
        (StoreError::Failed(_), Some(code)) => StoreError::Failed(code.into()),
        (StoreError::Unclear(_), Some(code)) => StoreError::Unclear(code.into()),
        (other, _) => other,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_filter_becomes_a_policy_over_the_attributes() {
        assert_eq!(policy(&Filter::default()), None);
        let filter = Filter {
            district: 363.try_into().ok(),
            pincode: 411_027.try_into().ok(),
            vaccine: "COVAXIN".parse().ok(),
            dose: 2.try_into().ok(),
            age: Some(45),
        };
        let policy: Value = serde_json::from_str(&policy(&filter).unwrap()).unwrap();
        let expected = json!({
            "district": [363], "pincode": [411_027], "vaccine": ["COVAXIN"], "dose": [2],
            "min_age": [{"numeric": ["<=", 45]}], "max_age": [{"numeric": [">=", 45]}],
        });
        assert_eq!(policy, expected);
    }
}
