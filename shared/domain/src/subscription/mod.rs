//! A wish to be told what can be had: by which address, of which sessions.

mod address;
mod endpoint;

use jiff::Timestamp;

use crate::{
    id::{AccountId, DistrictId, SubscriptionId},
    place::Pincode,
    vaccine::{Dose, Vaccine},
};

pub use address::is_public;
pub use endpoint::{BadEndpoint, Endpoint, Protocol, Webhook};

/// How many subscriptions an account has at most.
pub const MOST_SUBSCRIPTIONS: usize = 10;

/// Of which sessions to be told. What is left out does not matter.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Filter {
    pub district: Option<DistrictId>,
    pub pincode: Option<Pincode>,
    pub vaccine: Option<Vaccine>,
    pub dose: Option<Dose>,
    /// In completed years, on the day of the session.
    pub age: Option<u8>,
}

/// A subscription as it is stored: without its address.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Subscription {
    pub id: SubscriptionId,
    pub account: AccountId,
    pub protocol: Protocol,
    /// The address with all hidden that tells who it is.
    pub masked: String,
    /// A keyed hash of protocol and address, by which it is known that there is one.
    pub endpoint: String,
    pub filter: Filter,
    pub made_at: Timestamp,
    /// What the topic calls it, once it does.
    pub arn: Option<String>,
}
