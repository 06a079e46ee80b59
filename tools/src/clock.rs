//! The only place of this program that reads the time or draws a random number.
#![expect(clippy::disallowed_methods, reason = "this is the place")]

use jiff::{Timestamp, civil::Date, tz::TimeZone};

#[must_use]
pub fn now() -> Timestamp {
    Timestamp::now()
}

/// Today in India, where the seeded centers are.
#[must_use]
pub fn today() -> Date {
    let india = TimeZone::get("Asia/Kolkata").unwrap_or(TimeZone::UTC);
    now().to_zoned(india).date()
}

#[must_use]
pub fn random() -> u64 {
    rand::random()
}
