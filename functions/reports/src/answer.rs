//! Answers as JSON, or as a file of CSV or a workbook, as the caller asks.

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

/// The media type of a workbook.
pub const XLSX: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";

/// What the caller likes best, by the header Accept.
pub struct Accepted(Format);

impl<S: Send + Sync> FromRequestParts<S> for Accepted {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        let weight = |name| quality(&parts.headers, name).unwrap_or(0.0);
        let (json, csv, xlsx) = (weight("application/json"), weight("text/csv"), weight(XLSX));
        // Of equals, the one that is simpler to read.
        Ok(Self(match () {
            () if xlsx > csv && xlsx > json => Format::Xlsx,
            () if csv > json => Format::Csv,
            () => Format::Json,
        }))
    }
}

impl Accepted {
    /// The format that was asked for, or the one that is liked best.
    pub fn or(self, asked: Option<Format>) -> Format {
        asked.unwrap_or(self.0)
    }
}

/// The weight that Accept gives a type by its name (RFC 9110, section 12.5.1). Wildcards do not prefer a file to JSON.
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

/// The same in every format.
pub struct Report<View> {
    pub view: View,
    pub sheet: Sheet,
    /// What the file is called, without its ending.
    pub name: String,
    /// The address of the next page, as JSON.
    pub next: Option<String>,
}

impl<View: Serialize> Report<View> {
    pub fn answer(self, format: Format) -> Result<Response, Problem> {
        let mut response = match format {
            Format::Json => Json(self.view).into_response(),
            Format::Csv => {
                let table = self.sheet.csv().map_err(internal)?;
                file(table, "text/csv; charset=utf-8; header=present", &self.name, format)?
            }
            Format::Xlsx => {
                let workbook = self.sheet.xlsx().map_err(internal)?;
                file(workbook, XLSX, &self.name, format)?
            }
        };
        let more = if format == Format::Json { String::new() } else { format!("&format={}", format.name()) };
        response.headers_mut().insert(header::VARY, HeaderValue::from_static("accept, authorization"));
        if let Some(next) = self.next {
            response.headers_mut().insert(header::LINK, value(format!("<{next}{more}>; rel=\"next\""))?);
        }
        Ok(response)
    }
}

fn internal(error: impl std::error::Error + Send + Sync + 'static) -> Problem {
    Problem::new(Kind::Internal).caused_by(error)
}

fn file(content: Vec<u8>, media_type: &'static str, name: &str, format: Format) -> Result<Response, Problem> {
    let headers: [(HeaderName, HeaderValue); 2] = [
        (header::CONTENT_TYPE, HeaderValue::from_static(media_type)),
        (header::CONTENT_DISPOSITION, value(format!("attachment; filename=\"{name}.{}\"", format.name()))?),
    ];
    Ok((headers, content).into_response())
}

fn value(text: String) -> Result<HeaderValue, Problem> {
    HeaderValue::try_from(text).map_err(internal)
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
    async fn a_file_is_sent_to_who_prefers_it() {
        for accept in ["text/csv", "Text/CSV; header=present", "application/json;q=0.5, text/csv", "text/csv;q=0.1"] {
            assert_eq!(accepted(accept).await, Format::Csv, "{accept}");
        }
        for accept in ["*/*", "text/html,*/*;q=0.8", "text/csv;q=0", "text/csv, application/json", "text/*", ""] {
            assert_eq!(accepted(accept).await, Format::Json, "{accept}");
        }
        for accept in [XLSX.to_owned(), format!("application/json;q=0.5, {XLSX}"), format!("text/csv;q=0.9, {XLSX}")] {
            assert_eq!(accepted(&accept).await, Format::Xlsx, "{accept}");
        }
        for (accept, format) in [(format!("text/csv, {XLSX}"), Format::Csv), (format!("{XLSX};q=0"), Format::Json)] {
            assert_eq!(accepted(&accept).await, format, "{accept}");
        }
        let Ok(either) = Accepted::from_request_parts(&mut Request::new(()).into_parts().0, &()).await;
        assert_eq!(either.or(Some(Format::Csv)), Format::Csv);
    }
}
