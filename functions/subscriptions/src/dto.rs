use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use vaxslot_api::{
    Problem, Text,
    view::{SubscriptionFilter, SubscriptionView, words},
};
use vaxslot_domain::subscription::{Endpoint, Filter, Protocol};

/// A subscription to be made.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({ "protocol": "https", "endpoint": "https://hooks.example.org/slots", "filter": { "district_id": 363, "age": 45 } }))]
pub struct NewSubscription {
    #[schema(value_type = words::SubscriptionProtocol)]
    protocol: Text<Protocol>,
    /// An address on the web that everybody can reach, the ARN of a standard SQS queue that lets the topic send to it, or an e-mail
    /// address: 1 to 500 characters of visible ASCII. It is handed to SNS and not kept here.
    #[schema(min_length = 1, max_length = 500)]
    endpoint: String,
    /// Everything if it is left out.
    #[schema(value_type = Option<SubscriptionFilter>)]
    #[serde(default)]
    filter: SubscriptionFilter,
}

impl NewSubscription {
    pub fn read(self, local: bool) -> Result<(Endpoint, Filter), Problem> {
        let SubscriptionFilter { district_id, pincode, vaccine, dose, age } = self.filter;
        if age.is_some_and(|age| age > 120) {
            return Err(Problem::invalid_body("/filter/age", "must be from 0 to 120"));
        }
        let endpoint = Endpoint::parse(self.protocol.0, &self.endpoint, local);
        let endpoint = endpoint.map_err(|error| Problem::invalid_body("/endpoint", error))?;
        Ok((endpoint, Filter { district: district_id, pincode, vaccine, dose, age }))
    }
}

/// The token that came to the address.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Confirmation {
    /// The `Token` of the message that SNS sent: up to 2,000 characters of visible ASCII.
    #[schema(min_length = 1, max_length = 2000)]
    token: String,
}

impl Confirmation {
    pub fn read(self) -> Result<String, Problem> {
        let fine = (1..=2000).contains(&self.token.len()) && self.token.bytes().all(|byte| byte.is_ascii_graphic());
        if fine {
            Ok(self.token)
        } else {
            Err(Problem::invalid_body("/token", "must be 1 to 2,000 visible ASCII characters"))
        }
    }
}

/// An account's subscriptions.
#[derive(Serialize, ToSchema)]
pub struct Subscriptions {
    pub subscriptions: Vec<SubscriptionView>,
}
