use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use vaxslot_app::ports::Standing;
use vaxslot_domain::{
    id::{DistrictId, SubscriptionId},
    place::Pincode,
    subscription::{Filter, Subscription},
    vaccine::{Dose, Vaccine},
};

use super::words;

/// Of which sessions to be told. What is left out does not matter; what is given must all hold.
#[derive(Deserialize, Serialize, ToSchema, Default)]
#[serde(deny_unknown_fields)]
pub struct SubscriptionFilter {
    #[schema(value_type = Option<u32>, example = 363)]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub district_id: Option<DistrictId>,
    #[schema(value_type = Option<u32>, minimum = 100_000, maximum = 999_999, example = 411_027)]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pincode: Option<Pincode>,
    #[schema(value_type = Option<words::Vaccine>)]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub vaccine: Option<Vaccine>,
    #[schema(value_type = Option<words::Dose>)]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub dose: Option<Dose>,
    /// Who is so many years old on the day of the session.
    #[schema(minimum = 0, maximum = 120, example = 45)]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub age: Option<u8>,
}

impl From<Filter> for SubscriptionFilter {
    fn from(filter: Filter) -> Self {
        let Filter { district, pincode, vaccine, dose, age } = filter;
        Self { district_id: district, pincode, vaccine, dose, age }
    }
}

/// A subscription.
#[derive(Serialize, ToSchema)]
#[schema(as = Subscription)]
pub struct SubscriptionView {
    #[schema(value_type = words::Id)]
    subscription_id: SubscriptionId,
    #[schema(value_type = words::SubscriptionProtocol)]
    protocol: &'static str,
    /// What may be shown of the address.
    #[schema(example = "https://…example.org/…")]
    endpoint: String,
    filter: SubscriptionFilter,
    /// `PENDING` until the address confirms it, which SNS awaits for two days; `GONE` where it was ended from there, or not
    /// confirmed in time.
    #[schema(value_type = words::SubscriptionStatus)]
    status: &'static str,
    #[schema(example = "2026-11-21T10:00:00Z", format = DateTime)]
    made_at: String,
}

impl SubscriptionView {
    #[must_use]
    pub fn of(one: &Subscription, standing: Standing) -> Self {
        Self {
            subscription_id: one.id,
            protocol: one.protocol.name(),
            endpoint: one.masked.clone(),
            filter: one.filter.into(),
            status: match standing {
                Standing::Pending => "PENDING",
                Standing::Confirmed => "CONFIRMED",
                Standing::Gone => "GONE",
            },
            made_at: one.made_at.to_string(),
        }
    }
}
