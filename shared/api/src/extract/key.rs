use axum::{
    extract::FromRequestParts,
    http::{HeaderValue, request::Parts},
};
use utoipa::{
    IntoParams,
    openapi::{
        ObjectBuilder, Required, Type,
        path::{Parameter, ParameterBuilder, ParameterIn},
    },
};

use crate::problem::{Kind, Problem};

/// The longest key.
const LONGEST: usize = 64;

/// The Idempotency-Key header, if there is one. As a parameter of an operation it describes itself.
#[derive(Debug)]
pub struct IdempotencyKey(pub Option<String>);

impl IntoParams for IdempotencyKey {
    fn into_params(_: impl Fn() -> Option<ParameterIn>) -> Vec<Parameter> {
        described(
            "A refusal changes nothing and is not remembered: the request is tried anew. But where reservations waited within the last \
             day, a booking or hold is refused for good, and a repeat is told so by the ticket that it has, or would have had.",
        )
    }
}

/// The header as a parameter, with what is particular to an operation.
pub(crate) fn described(particular: &str) -> Vec<Parameter> {
    let text = format!(
        "Your own name for this request, 1 to 64 visible ASCII characters (a UUID, say). Sent again with the same key \
             within 24 hours, the same request is not carried out twice but told its first answer again, whatever became of \
             it since; another request with the key is refused. {particular}"
    );
    let schema = ObjectBuilder::new().schema_type(Type::String).min_length(Some(1)).max_length(Some(LONGEST));
    let parameter = ParameterBuilder::new()
        .name("Idempotency-Key")
        .parameter_in(ParameterIn::Header)
        .required(Required::False)
        .description(Some(text))
        .schema(Some(schema))
        .example(Some("0e2f7c5a-1f3d-4c7e-9b11-6f0d1f6c2a55".into()));
    vec![parameter.build()]
}

impl<S: Send + Sync> FromRequestParts<S> for IdempotencyKey {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        let mut values = parts.headers.get_all("idempotency-key").iter();
        let (first, second) = (values.next(), values.next());
        match (first.map(HeaderValue::as_bytes), second) {
            (None, _) => Ok(Self(None)),
            (Some(key), None) if (1..=LONGEST).contains(&key.len()) && key.iter().all(u8::is_ascii_graphic) => {
                Ok(Self(String::from_utf8(key.to_vec()).ok()))
            }
            _ => Err(Problem::new(Kind::InvalidIdempotencyKey)),
        }
    }
}

#[cfg(test)]
mod tests {
    use axum::http::Request;

    use super::*;

    async fn read(keys: &[&[u8]]) -> Result<Option<String>, Kind> {
        let mut request = Request::builder();
        for key in keys {
            request = request.header("Idempotency-Key", *key);
        }
        let (mut parts, ()) = request.body(()).unwrap().into_parts();
        let read = IdempotencyKey::from_request_parts(&mut parts, &()).await;
        read.map(|key| key.0).map_err(|problem| problem.kind())
    }

    #[tokio::test]
    async fn a_key_is_one_short_visible_word() {
        assert_eq!(read(&[]).await, Ok(None));
        assert_eq!(read(&[b"5f2c7d1e"]).await, Ok(Some("5f2c7d1e".to_owned())));
        assert!(read(&[&[b'k'; 64]]).await.is_ok());
        for bad in [&[b"".as_slice()] as &[&[u8]], &[b"a b"], &[&[b'k'; 65]], &["क".as_bytes()], &[b"a", b"a"]] {
            assert_eq!(read(bad).await, Err(Kind::InvalidIdempotencyKey), "{bad:?}");
        }
    }
}
