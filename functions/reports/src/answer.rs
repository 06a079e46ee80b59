//! Answers as JSON or as a CSV file, as the caller asks.

use std::convert::Infallible;

use axum::{
    Json,
    extract::FromRequestParts,
    http::{HeaderMap, HeaderName, HeaderValue, header, request::Parts},
    response::{IntoResponse, Response},
};
use serde::Serialize;
use vaxslot_api::{Kind, Problem};

use crate::{query::Format, sheet::Sheet};

/// What the caller likes best, by the header Accept.
pub struct Accepted(Format);

impl<S: Send + Sync> FromRequestParts<S> for Accepted {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        let csv = quality(&parts.headers, "text/csv").unwrap_or(0.0);
        let json = quality(&parts.headers, "application/json").unwrap_or(0.0);
        Ok(Self(if csv > json { Format::Csv } else { Format::Json }))
    }
}

impl Accepted {
    /// The format that was asked for, or the one that is liked best.
    pub fn or(self, asked: Option<Format>) -> Format {
        asked.unwrap_or(self.0)
    }
}

/// The weight that Accept gives a type by its name (RFC 9110, section 12.5.1). Wildcards do not prefer CSV to JSON.
fn quality(headers: &HeaderMap, media_type: &str) -> Option<f32> {
    let lists = headers.get_all(header::ACCEPT).iter().filter_map(|value| value.to_str().ok());
    let ranges = lists.flat_map(|list| list.split(','));
    let mut weights = ranges.filter_map(|range| {
        let mut parts = range.split(';').map(str::trim);
        let named = parts.next()?.eq_ignore_ascii_case(media_type);
        let weight = parts.find_map(|part| part.strip_prefix("q=")).map_or(Some(1.0), |text| text.parse().ok());
        weight.filter(|_| named)
    });
    weights.next()
}

/// The same in both formats.
pub struct Report<View> {
    pub view: View,
    pub sheet: Sheet,
    /// What the file is called, without its ending.
    pub name: String,
    /// The address of the next page, in either format.
    pub next: Option<String>,
}

impl<View: Serialize> Report<View> {
    pub fn answer(self, format: Format) -> Result<Response, Problem> {
        let (mut response, next) = match format {
            Format::Json => (Json(self.view).into_response(), self.next),
            Format::Csv => (csv(&self.sheet, &self.name)?, self.next.map(|next| format!("{next}&format=csv"))),
        };
        response.headers_mut().insert(header::VARY, HeaderValue::from_static("accept, authorization"));
        if let Some(next) = next {
            response.headers_mut().insert(header::LINK, value(format!("<{next}>; rel=\"next\""))?);
        }
        Ok(response)
    }
}

fn csv(sheet: &Sheet, name: &str) -> Result<Response, Problem> {
    let file = sheet.write().map_err(|error| Problem::new(Kind::Internal).caused_by(error))?;
    let headers: [(HeaderName, HeaderValue); 2] = [
        (header::CONTENT_TYPE, HeaderValue::from_static("text/csv; charset=utf-8; header=present")),
        (header::CONTENT_DISPOSITION, value(format!("attachment; filename=\"{name}.csv\""))?),
    ];
    Ok((headers, file).into_response())
}

fn value(text: String) -> Result<HeaderValue, Problem> {
    HeaderValue::try_from(text).map_err(|error| Problem::new(Kind::Internal).caused_by(error))
}

#[cfg(test)]
mod tests {
    use axum::http::Request;

    use super::*;

    async fn accepted(accept: &str) -> Format {
        let (mut parts, ()) = Request::builder().header("accept", accept).body(()).unwrap().into_parts();
        let Ok(accepted) = Accepted::from_request_parts(&mut parts, &()).await;
        accepted.or(None)
    }

    #[tokio::test]
    async fn csv_is_sent_to_who_prefers_it() {
        for accept in ["text/csv", "Text/CSV; header=present", "application/json;q=0.5, text/csv", "text/csv;q=0.1"] {
            assert_eq!(accepted(accept).await, Format::Csv, "{accept}");
        }
        for accept in ["*/*", "text/html,*/*;q=0.8", "text/csv;q=0", "text/csv, application/json", "text/*", ""] {
            assert_eq!(accepted(accept).await, Format::Json, "{accept}");
        }
        let Ok(either) = Accepted::from_request_parts(&mut Request::new(()).into_parts().0, &()).await;
        assert_eq!(either.or(Some(Format::Csv)), Format::Csv);
    }
}
