use axum::{
    body::Body as Bytes,
    extract::{FromRequest, Request},
    http::{HeaderMap, header},
};
use http_body_util::{BodyExt, LengthLimitError, Limited};
use serde::de::DeserializeOwned;

use super::{
    json::Json,
    misfit::{Misfit, pointer},
};
use crate::problem::{Kind, Problem};

/// The most bytes of a JSON body.
pub const JSON_LIMIT: usize = 8 * 1024;

/// The most bytes of a CSV file.
pub const CSV_LIMIT: usize = 1024 * 1024;

/// A JSON body, read strictly. `T` should deny unknown fields; doubled ones are refused at any depth.
#[derive(Debug)]
pub struct Body<T>(pub T);

impl<S: Send + Sync, T: DeserializeOwned> FromRequest<S> for Body<T> {
    type Rejection = Problem;

    async fn from_request(request: Request, _: &S) -> Result<Self, Problem> {
        let bytes = read(request, "application/json", JSON_LIMIT).await?;
        parse(&bytes).map(Self)
    }
}

/// A CSV file in UTF-8, without a byte-order mark.
#[derive(Debug)]
pub struct CsvBody(pub String);

impl<S: Send + Sync> FromRequest<S> for CsvBody {
    type Rejection = Problem;

    async fn from_request(request: Request, _: &S) -> Result<Self, Problem> {
        let bytes = read(request, "text/csv", CSV_LIMIT).await?;
        let text = String::from_utf8(bytes).map_err(|error| {
            let at = error.utf8_error().valid_up_to();
            Problem::new(Kind::MalformedCsv).detail(format!("the file is not UTF-8 from byte {at} on"))
        })?;
        Ok(Self(text.strip_prefix('\u{FEFF}').map(str::to_owned).unwrap_or(text)))
    }
}

/// No body at all.
#[derive(Debug)]
pub struct NoBody;

impl<S: Send + Sync> FromRequest<S> for NoBody {
    type Rejection = Problem;

    async fn from_request(request: Request, _: &S) -> Result<Self, Problem> {
        match collect(request.into_body(), 0).await {
            Ok(_) => Ok(Self),
            Err(_) => Err(Problem::new(Kind::UnexpectedBody)),
        }
    }
}

async fn read(request: Request, media_type: &'static str, limit: usize) -> Result<Vec<u8>, Problem> {
    if !is_of_type(request.headers(), media_type) {
        return Err(Problem::new(Kind::UnsupportedMediaType).with("expected", media_type));
    }
    collect(request.into_body(), limit).await
}

async fn collect(body: Bytes, limit: usize) -> Result<Vec<u8>, Problem> {
    match Limited::new(body, limit).collect().await {
        Ok(collected) => Ok(collected.to_bytes().into()),
        Err(error) if error.is::<LengthLimitError>() => Err(Problem::new(Kind::BodyTooLarge).with("limit", limit)),
        Err(error) => Err(Problem::new(Kind::MalformedJson).detail("the body broke off").caused_by(error)),
    }
}

/// Whether there is one Content-Type and it is `wanted`, in UTF-8 if it names a character set.
fn is_of_type(headers: &HeaderMap, wanted: &str) -> bool {
    let mut values = headers.get_all(header::CONTENT_TYPE).iter();
    let (Some(value), None) = (values.next(), values.next()) else { return false };
    let Ok(value) = value.to_str() else { return false };
    let mut parts = value.split(';').map(str::trim);
    let essence = parts.next().unwrap_or_default();
    let charset_fits = parts.filter_map(|part| part.split_once('=')).all(|(name, value)| {
        !name.trim().eq_ignore_ascii_case("charset") || value.trim().trim_matches('"').eq_ignore_ascii_case("utf-8")
    });
    essence.eq_ignore_ascii_case(wanted) && charset_fits
}

fn parse<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, Problem> {
    if bytes.is_empty() {
        return Err(Problem::new(Kind::MalformedJson).detail("the body is empty"));
    }
    // What serde_json says of a text that is not JSON speaks of the grammar, never of the values.
    let malformed = |error: serde_json::Error| Problem::new(Kind::MalformedJson).detail(error.to_string());
    let json: Json = serde_json::from_slice(bytes).map_err(malformed)?;
    if let Some((pointer, name)) = json.doubled() {
        return Err(Problem::invalid_body(pointer, Misfit::doubled(name)));
    }
    serde_path_to_error::deserialize(json)
        .map_err(|error| Problem::invalid_body(pointer(error.path(), error.inner().field()), error.inner()))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use axum::http::StatusCode;
    use serde::Deserialize;
    use vaxslot_domain::id::{CenterId, SessionId};

    use super::*;
    use crate::text::Text;

    #[derive(Debug, Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Order {
        #[serde(rename = "session_id")]
        _session: Text<SessionId>,
        #[serde(rename = "center_id")]
        _center: Option<CenterId>,
        #[serde(rename = "capacity", default)]
        _capacity: BTreeMap<String, u32>,
        #[serde(rename = "parts", default)]
        _parts: Vec<Part>,
        #[serde(rename = "fee")]
        _fee: Option<Fee>,
    }

    #[derive(Debug, Deserialize)]
    enum Fee {
        Free,
        Paid,
    }

    #[derive(Debug, Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Part {
        #[serde(rename = "n")]
        _n: u32,
    }

    const ID: &str = r#""session_id":"1f0c3a6e-9d57-4b8a-8a3e-5f2c7d1e9b04""#;

    fn refused(body: &str) -> (Kind, serde_json::Value) {
        let problem = parse::<Order>(body.as_bytes()).unwrap_err();
        (problem.kind(), problem.document())
    }

    #[test]
    fn a_fitting_body_is_read() {
        parse::<Order>(
            format!(r#"{{{ID},"center_id":7,"capacity":{{"1":5}},"parts":[{{"n":1}}],"fee":"Paid"}}"#).as_bytes(),
        )
        .unwrap();
    }

    #[test]
    fn what_is_not_json_is_malformed() {
        for body in ["", "{", "session", "{} {}", "[1,]", "\u{FEFF}{}", "{\"a\":1e999}", "{'a':1}", &"[".repeat(4000)] {
            assert_eq!(refused(body).0, Kind::MalformedJson, "{body}");
        }
        assert_eq!(parse::<Order>(b"{\"a\":\"\xff\"}").unwrap_err().kind(), Kind::MalformedJson);
    }

    #[test]
    fn the_place_of_a_misfit_is_named_and_its_value_is_not() {
        let cases = [
            ("[]".to_owned(), ""),
            ("7".to_owned(), ""),
            ("{}".to_owned(), "/session_id"),
            (r#"{"session_id":"Asha"}"#.to_owned(), "/session_id"),
            (r#"{"session_id":7}"#.to_owned(), "/session_id"),
            (r#"{"session_id":null}"#.to_owned(), "/session_id"),
            (format!(r#"{{{ID},"name":"Asha"}}"#), "/name"),
            (format!(r#"{{{ID},"center_id":0}}"#), "/center_id"),
            (format!(r#"{{{ID},"center_id":"Asha"}}"#), "/center_id"),
            (format!(r#"{{{ID},"capacity":{{"1":-1}}}}"#), "/capacity/1"),
            (format!(r#"{{{ID},"capacity":{{"1":5,"1":6}}}}"#), "/capacity/1"),
            (format!("{{{ID},{ID}}}"), "/session_id"),
            (format!(r#"{{{ID},"parts":[{{"n":1}},{{"n":1.5}}]}}"#), "/parts/1/n"),
            (format!(r#"{{{ID},"parts":[{{}}]}}"#), "/parts/0/n"),
            (format!(r#"{{{ID},"parts":[[1]]}}"#), "/parts/0"),
            (r#"["1f0c3a6e-9d57-4b8a-8a3e-5f2c7d1e9b04",7,{},[],"Free"]"#.to_owned(), ""),
            (format!(r#"{{{ID},"parts":{{"0":{{"n":1}}}}}}"#), "/parts"),
            (format!(r#"{{{ID},"parts":[{{"n":1,"n":1}}]}}"#), "/parts/0/n"),
            (format!(r#"{{{ID},"fee":"Asha"}}"#), "/fee"),
            (format!(r#"{{{ID},"fee":{{"Free":null}}}}"#), "/fee"),
            (format!(r#"{{{ID},"parts":[{{"n":1,"a/b":"Asha"}}]}}"#), "/parts/0/a~1b"),
        ];
        for (body, expected) in cases {
            let (kind, document) = refused(&body);
            assert_eq!(kind, Kind::InvalidBody, "{body}");
            assert_eq!(document["pointer"], expected, "{body}: {document}");
            assert!(!document.to_string().contains("Asha"), "{document}");
        }
    }

    async fn send(content_type: Option<&str>, body: impl Into<Bytes>) -> Result<Body<serde_json::Value>, Problem> {
        let mut request = Request::new(body.into());
        if let Some(value) = content_type {
            request.headers_mut().insert(header::CONTENT_TYPE, value.parse().unwrap());
        }
        Body::from_request(request, &()).await
    }

    #[tokio::test]
    async fn only_json_is_taken_for_json() {
        for fine in ["application/json", "application/json; charset=utf-8", "Application/JSON;charset=\"UTF-8\""] {
            assert!(send(Some(fine), "{}").await.is_ok(), "{fine}");
        }
        for other in [Some("text/plain"), Some("application/json; charset=latin1"), Some(""), None] {
            let problem = send(other, "{}").await.unwrap_err();
            assert_eq!(problem.status(), StatusCode::UNSUPPORTED_MEDIA_TYPE, "{other:?}");
        }
    }

    #[tokio::test]
    async fn a_body_ends_at_8_kib() {
        let full = format!("\"{}\"", "a".repeat(JSON_LIMIT - 2));
        assert!(send(Some("application/json"), full.clone()).await.is_ok());
        let problem = send(Some("application/json"), full + " ").await.unwrap_err();
        assert_eq!((problem.kind(), &problem.document()["limit"]), (Kind::BodyTooLarge, &8192.into()));
    }

    #[tokio::test]
    async fn where_no_body_belongs_none_is_taken() {
        assert!(NoBody::from_request(Request::new(Bytes::empty()), &()).await.is_ok());
        let problem = NoBody::from_request(Request::new(Bytes::from("{}")), &()).await.unwrap_err();
        assert_eq!(problem.kind(), Kind::UnexpectedBody);
    }

    #[tokio::test]
    async fn a_csv_file_is_utf_8() {
        let file = |bytes: &'static [u8]| {
            let mut request = Request::new(Bytes::from(bytes));
            request.headers_mut().insert(header::CONTENT_TYPE, "text/csv".parse().unwrap());
            request
        };
        let CsvBody(text) = CsvBody::from_request(file(b"\xEF\xBB\xBFa,b"), &()).await.unwrap();
        assert_eq!(text, "a,b");
        let problem = CsvBody::from_request(file(b"a,\xFF"), &()).await.unwrap_err();
        assert_eq!(problem.kind(), Kind::MalformedCsv);
    }
}
