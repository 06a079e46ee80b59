use axum::{extract::FromRequestParts, http::request::Parts};
use serde::de::DeserializeOwned;

use super::message::{field_of, plain};
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
    let reader = serde_urlencoded::Deserializer::new(form_urlencoded::parse(query.as_bytes()));
    serde_path_to_error::deserialize(reader).map_err(|error| {
        let message = error.inner().to_string();
        let name = field_of(&message).unwrap_or_else(|| error.path().to_string());
        Problem::invalid_parameter(&name, plain(&message))
    })
}

#[cfg(test)]
mod tests {
    use serde::Deserialize;
    use vaxslot_domain::id::DistrictId;

    use super::*;
    use crate::{problem::Kind, text::Text};

    #[derive(Debug, Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Search {
        district_id: Text<DistrictId>,
        available: Option<bool>,
        lat: Option<f64>,
    }

    #[test]
    fn parameters_are_read_by_name() {
        let search: Search = parse("district_id=363&available=true").unwrap();
        assert_eq!((search.district_id.0.get(), search.available, search.lat), (363, Some(true), None));
    }

    #[test]
    fn what_cannot_be_read_is_named() {
        let cases = [
            ("", "district_id"),
            ("district_id=", "district_id"),
            ("district_id=%2B363", "district_id"),
            ("district_id=363&district_id=363", "district_id"),
            ("district_id=363&distrikt=1", "distrikt"),
            ("district_id=363&available=yes", "available"),
            ("district_id=363&lat=north", "lat"),
            ("district_id=%FF", "district_id"),
        ];
        for (query, name) in cases {
            let problem = parse::<Search>(query).unwrap_err();
            assert_eq!(problem.kind(), Kind::InvalidParameter, "{query}");
            assert_eq!(problem.document()["parameter"], name, "{query}: {:?}", problem.document());
        }
    }
}
