use std::borrow::Cow;

use axum::{extract::FromRequestParts, http::request::Parts};
use serde::{
    de::{DeserializeOwned, Deserializer, Error, IntoDeserializer, Visitor, value::MapDeserializer},
    forward_to_deserialize_any,
};

use super::misfit::Misfit;
use crate::problem::Problem;

/// The parameters after the `?`, read strictly. `T` should deny unknown fields.
#[derive(Debug)]
pub struct Query<T>(pub T);

impl<S: Send + Sync, T: DeserializeOwned> FromRequestParts<S> for Query<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        parse(parts.uri.query().unwrap_or_default()).map(Self)
    }
}

fn parse<T: DeserializeOwned>(query: &str) -> Result<T, Problem> {
    let pairs = form_urlencoded::parse(query.as_bytes()).map(|(name, value)| (name, Value(value)));
    serde_path_to_error::deserialize(MapDeserializer::new(pairs)).map_err(|error| {
        let name = error.inner().field().map_or_else(|| error.path().to_string(), str::to_owned);
        Problem::invalid_parameter(&name, error.inner())
    })
}

/// The value of a parameter: text, or what can be read from it.
struct Value<'a>(Cow<'a, str>);

impl IntoDeserializer<'_, Misfit> for Value<'_> {
    type Deserializer = Self;

    fn into_deserializer(self) -> Self {
        self
    }
}

macro_rules! read {
    ($($method:ident $visit:ident $type:ty = $expected:literal;)*) => {$(
        fn $method<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Misfit> {
            let value: $type = self.0.parse().map_err(|_| Misfit::custom(concat!("must be ", $expected)))?;
            visitor.$visit(value)
        }
    )*};
}

impl<'de> Deserializer<'de> for Value<'_> {
    type Error = Misfit;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Misfit> {
        visitor.visit_str(&self.0)
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Misfit> {
        visitor.visit_some(self)
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(self, _: &'static str, visitor: V) -> Result<V::Value, Misfit> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Misfit> {
        visitor.visit_enum(self.0.into_deserializer())
    }

    read! {
        deserialize_bool visit_bool bool = "true or false";
        deserialize_u8 visit_u8 u8 = "a whole number, zero or more";
        deserialize_u16 visit_u16 u16 = "a whole number, zero or more";
        deserialize_u32 visit_u32 u32 = "a whole number, zero or more";
        deserialize_u64 visit_u64 u64 = "a whole number, zero or more";
        deserialize_f64 visit_f64 f64 = "a number";
    }

    forward_to_deserialize_any! {
        i8 i16 i32 i64 i128 u128 f32 char str string bytes byte_buf unit unit_struct seq tuple tuple_struct map struct
        identifier ignored_any
    }
}

#[cfg(test)]
mod tests {
    use serde::Deserialize;
    use vaxslot_domain::{center::FeeType, id::DistrictId};

    use super::*;
    use crate::{problem::Kind, text::Text};

    #[derive(Debug, Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Search {
        district_id: Text<DistrictId>,
        available: Option<bool>,
        age: Option<u8>,
        lat: Option<f64>,
        fee_type: Option<FeeType>,
    }

    #[test]
    fn parameters_are_read_by_name() {
        let search: Search = parse("district_id=363&available=true&lat=18.5&fee_type=Free").unwrap();
        assert_eq!((search.district_id.0.get(), search.available, search.age), (363, Some(true), None));
        assert_eq!((search.lat, search.fee_type), (Some(18.5), Some(FeeType::Free)));
    }

    #[test]
    fn what_cannot_be_read_is_named_and_not_repeated() {
        let cases = [
            ("", "district_id"),
            ("district_id=", "district_id"),
            ("district_id=%2B363", "district_id"),
            ("district_id=Asha", "district_id"),
            ("district_id=363&district_id=363", "district_id"),
            ("district_id=363&distrikt=1", "distrikt"),
            ("district_id=363&available=Asha", "available"),
            ("district_id=363&age=-1", "age"),
            ("district_id=363&age=256", "age"),
            ("district_id=363&lat=Asha", "lat"),
            ("district_id=363&fee_type=Asha", "fee_type"),
            ("district_id=%FF", "district_id"),
        ];
        for (query, name) in cases {
            let problem = parse::<Search>(query).unwrap_err();
            assert_eq!(problem.kind(), Kind::InvalidParameter, "{query}");
            let document = problem.document();
            assert_eq!(document["parameter"], name, "{query}: {document}");
            assert!(!document.to_string().contains("Asha"), "{document}");
        }
    }
}
