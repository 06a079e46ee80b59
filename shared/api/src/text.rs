//! Values that travel as text and are read by their own parser.

use std::{fmt::Display, str::FromStr};

use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error};

/// A value written as text, in JSON or in a query: read by [`FromStr`], written by [`Display`]. A text that does not parse
/// is refused in the parser's words, without being repeated.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Text<T>(pub T);

impl<'de, T> Deserialize<'de> for Text<T>
where
    T: FromStr<Err: Display>,
{
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        text.parse().map(Self).map_err(D::Error::custom)
    }
}

impl<T: Display> Serialize for Text<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(&self.0)
    }
}

/// A date written `YYYY-MM-DD`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct IsoDate(pub vaxslot_domain::Date);

/// A text that is no date.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("must be a date written YYYY-MM-DD")]
pub struct BadDate;

impl FromStr for IsoDate {
    type Err = BadDate;

    fn from_str(text: &str) -> Result<Self, BadDate> {
        vaxslot_domain::person::parse_date(text).map(Self).ok_or(BadDate)
    }
}

impl Display for IsoDate {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.fmt(f)
    }
}

/// A moment written as RFC 3339 has it, cut to whole milliseconds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Instant(pub vaxslot_domain::Timestamp);

/// A text that is no moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("must be a moment such as 2026-11-23T04:30:00Z")]
pub struct BadInstant;

impl FromStr for Instant {
    type Err = BadInstant;

    fn from_str(text: &str) -> Result<Self, BadInstant> {
        let moment: vaxslot_domain::Timestamp = text.parse().map_err(|_| BadInstant)?;
        vaxslot_domain::Timestamp::from_millisecond(moment.as_millisecond()).map(Self).map_err(|_| BadInstant)
    }
}

impl Display for Instant {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.fmt(f)
    }
}

#[cfg(test)]
mod tests {
    use vaxslot_domain::id::SessionId;

    use super::*;

    #[test]
    fn a_text_is_read_by_its_parser_and_not_repeated() {
        let id: Text<SessionId> = serde_json::from_str(r#""1f0c3a6e-9d57-4b8a-8a3e-5f2c7d1e9b04""#).unwrap();
        assert_eq!(serde_json::to_string(&id).unwrap(), r#""1f0c3a6e-9d57-4b8a-8a3e-5f2c7d1e9b04""#);
        let error = serde_json::from_str::<Text<SessionId>>(r#""Asha""#).unwrap_err();
        assert!(!error.to_string().contains("Asha"), "{error}");
        assert!(serde_json::from_str::<Text<SessionId>>("7").is_err());
    }

    #[test]
    fn a_moment_has_a_zone_and_counts_milliseconds() {
        let shown = |text: &str| text.parse::<Instant>().map(|moment| moment.to_string());
        assert_eq!(shown("2026-11-23T10:00:00+05:30").unwrap(), "2026-11-23T04:30:00Z");
        assert_eq!(shown("2026-11-23T04:30:00.1239Z").unwrap(), "2026-11-23T04:30:00.123Z");
        for bad in ["2026-11-23T10:00:00", "2026-11-23", "10:00", "", "2026-02-30T00:00:00Z", "1795255200"] {
            assert_eq!(shown(bad), Err(BadInstant), "{bad}");
        }
    }

    #[test]
    fn leap_days_are_dates_in_leap_years_only() {
        assert!("2028-02-29".parse::<IsoDate>().is_ok());
        for bad in ["2027-02-29", "29-02-2028", "2028-2-29", "", "2028-02-29T00:00:00Z"] {
            assert_eq!(bad.parse::<IsoDate>(), Err(BadDate), "{bad}");
        }
    }
}
