//! Schemas of values that are one of a few words or numbers, taken from the domain's own lists.
//!
//! A field names one by `value_type`; the field itself holds the domain's value, or the word.

use std::borrow::Cow;

use serde_json::Value;
use utoipa::{
    PartialSchema, ToSchema,
    openapi::{ObjectBuilder, RefOr, Schema, SchemaFormat, Type},
};
use vaxslot_domain::{
    center::FeeType, opening::Queueing, photo_id, preferences, session::SessionStatus, subscription,
    tally::Standing as Standings, trail::Deed, vaccine,
};

macro_rules! texts {
    ($($(#[$doc:meta])* $name:ident = $format:expr;)*) => {$(
        $(#[$doc])*
        pub enum $name {}

        impl PartialSchema for $name {
            fn schema() -> RefOr<Schema> {
                $format(ObjectBuilder::new().schema_type(Type::String)).into()
            }
        }

        impl ToSchema for $name {
            fn name() -> Cow<'static, str> {
                Cow::Borrowed(stringify!($name))
            }
        }
    )*};
}

texts! {
    /// A window of time by the center's clock.
    Window = |text: ObjectBuilder| {
        let pattern = "^([01][0-9]|2[0-3]):[0-5][0-9]-([01][0-9]|2[0-3]):[0-5][0-9]$";
        text.pattern(Some(pattern)).examples(["09:00-11:00"])
    };
    /// The id of a person or a thing.
    Id = |text: ObjectBuilder| text.format(Some(SchemaFormat::Custom("uuid".to_owned())));
}

macro_rules! words {
    ($($(#[$doc:meta])* $name:ident: $type:ident = $values:expr;)*) => {$(
        $(#[$doc])*
        pub enum $name {}

        impl PartialSchema for $name {
            fn schema() -> RefOr<Schema> {
                let values: Vec<Value> = $values.into_iter().map(Value::from).collect();
                let first = values.first().cloned();
                ObjectBuilder::new().schema_type(Type::$type).enum_values(Some(values)).examples(first).into()
            }
        }

        impl ToSchema for $name {
            fn name() -> Cow<'static, str> {
                Cow::Borrowed(stringify!($name))
            }
        }
    )*};
}

words! {
    /// The name of a vaccine.
    Vaccine: String = vaccine::Vaccine::ALL.map(vaccine::Vaccine::name);
    /// 1, 2, or 3 for the precaution dose.
    Dose: Integer = [1, 2, 3];
    /// Whether a shot costs money.
    Fee: String = [FeeType::Free, FeeType::Paid].map(FeeType::name);
    /// Whether a session can be booked.
    Bookable: String = [SessionStatus::Open, SessionStatus::Closed, SessionStatus::Cancelled].map(SessionStatus::name);
    /// What staff did.
    StaffDeed: String = Deed::ALL.iter().map(|deed| deed.name());
    /// The language of messages, by its ISO 639-1 code.
    MessageLanguage: String = preferences::Language::ALL.iter().map(|language| language.name());
    /// A way that messages go.
    MessageChannel: String = preferences::Channel::ALL.iter().map(|channel| channel.name());
    /// A way that subscriptions go.
    SubscriptionProtocol: String = subscription::Protocol::ALL.map(subscription::Protocol::name);
    /// Where a subscription stands.
    SubscriptionStatus: String = ["PENDING", "CONFIRMED", "GONE"];
    /// A kind of photo ID.
    PhotoIdKind: String = photo_id::PhotoIdKind::ALL.iter().map(|kind| kind.name());
    /// When reservations wait in a queue: for a while after `opens_at`, whenever the session can be booked, or never.
    Queue: String = Queueing::ALL.map(Queueing::name);
    /// Where an appointment is counted: `MOVED` if another one took its place, which is told of it as `CANCELLED`.
    Counted: String = Standings::ALL.map(Standings::name);
    /// Where an appointment stands.
    Standing: String = ["CONFIRMED", "HELD", "COMPLETED", "CANCELLED", "EXPIRED", "NO_SHOW"];
}
