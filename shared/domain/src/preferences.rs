//! How an account wants to be told what happens to its appointments.

use std::{collections::BTreeSet, fmt, str::FromStr};

use jiff::{SignedDuration, Timestamp, civil::Time, tz::TimeZone};

use crate::{text::is_host, window::moment};

/// A word that is none of those there are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("must be one of the words that are listed")]
pub struct BadWord;

macro_rules! words {
    ($($(#[$doc:meta])* $name:ident { $($(#[$variant_doc:meta])* $variant:ident = $word:literal,)+ })+) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum $name {
            $($(#[$variant_doc])* $variant,)+
        }

        impl $name {
            pub const ALL: &[Self] = &[$(Self::$variant),+];

            #[must_use]
            pub fn name(self) -> &'static str {
                match self {
                    $(Self::$variant => $word,)+
                }
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(self.name())
            }
        }

        impl FromStr for $name {
            type Err = BadWord;

            fn from_str(text: &str) -> Result<Self, BadWord> {
                Self::ALL.iter().copied().find(|word| word.name() == text).ok_or(BadWord)
            }
        }
    )+};
}

words! {
    /// A language, by its ISO 639-1 code.
    Language {
        English = "en",
        Hindi = "hi",
        Marathi = "mr",
        Tamil = "ta",
    }
    /// A way to somebody.
    Channel {
        Sms = "SMS",
        Email = "EMAIL",
        WhatsApp = "WHATSAPP",
    }
}

/// An e-mail address. Not shown by `Debug`.
#[derive(Clone, PartialEq, Eq)]
pub struct Email(String);

/// A text that is no e-mail address.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error(
    "an e-mail address is a name of up to 64 letters, digits and ._%+-, then @ and a domain; 254 characters at most"
)]
pub struct BadEmail;

impl Email {
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for Email {
    type Err = BadEmail;

    /// Addresses as people have them, not all that RFC 5321 allows: nothing quoted, nothing beyond ASCII.
    fn from_str(text: &str) -> Result<Self, BadEmail> {
        let (name, domain) = text.split_once('@').ok_or(BadEmail)?;
        let of_name = |byte: u8| byte.is_ascii_alphanumeric() || b"._%+-".contains(&byte);
        let named = (1..=64).contains(&name.len())
            && name.bytes().all(of_name)
            && !name.starts_with('.')
            && !name.ends_with('.')
            && !name.contains("..");
        let placed = domain.contains('.') && is_host(domain);
        if named && placed && text.len() <= 254 { Ok(Self(text.to_owned())) } else { Err(BadEmail) }
    }
}

impl fmt::Debug for Email {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Email(..)")
    }
}

/// Hours of each day in which nobody is disturbed, by the center's clock: from `from` up to `to`, over midnight if that is earlier.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct QuietHours {
    from: Time,
    to: Time,
}

/// Why hours are no quiet hours.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum BadQuietHours {
    #[error("a time is written HH:MM, from 00:00 to 23:59")]
    Time,
    #[error("quiet hours last from 1 minute to 14 hours")]
    Length,
}

/// Longer quiet hours would leave no time to tell anybody of tomorrow.
const MOST_MINUTES: i16 = 14 * 60;
const A_DAY: i16 = 24 * 60;

impl QuietHours {
    /// Each written `HH:MM`.
    ///
    /// # Errors
    /// When one is no time of day, or they are too long.
    pub fn parse(from: &str, to: &str) -> Result<Self, BadQuietHours> {
        let quiet = Self { from: time(from)?, to: time(to)? };
        let minutes = (minute(quiet.to) - minute(quiet.from)).rem_euclid(A_DAY);
        if (1..=MOST_MINUTES).contains(&minutes) { Ok(quiet) } else { Err(BadQuietHours::Length) }
    }

    /// As [`QuietHours::parse`] reads them.
    #[must_use]
    pub fn texts(self) -> [String; 2] {
        [self.from, self.to].map(|time| time.strftime("%H:%M").to_string())
    }

    /// When they end that last at this moment, if they do.
    #[must_use]
    pub fn end_after(self, now: Timestamp, zone: &TimeZone) -> Option<Timestamp> {
        let today = now.to_zoned(zone.clone()).date();
        [today.yesterday().unwrap_or(today), today].into_iter().find_map(|date| {
            let ends_on = if self.from < self.to { date } else { date.tomorrow().unwrap_or(date) };
            let (from, to) = (moment(date, self.from, zone), moment(ends_on, self.to, zone));
            (from <= now && now < to).then_some(to)
        })
    }
}

fn minute(time: Time) -> i16 {
    i16::from(time.hour()) * 60 + i16::from(time.minute())
}

fn time(text: &str) -> Result<Time, BadQuietHours> {
    let bytes = text.as_bytes();
    if bytes.len() != 5 || bytes[2] != b':' {
        return Err(BadQuietHours::Time);
    }
    Time::strptime("%H:%M", text).map_err(|_| BadQuietHours::Time)
}

/// What an account wants. Not shown whole by `Debug`: the address is not.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Preferences {
    pub language: Language,
    /// At least one.
    pub channels: BTreeSet<Channel>,
    /// Where e-mail goes; there must be one for [`Channel::Email`].
    pub email: Option<Email>,
    /// Nothing is to be told at all.
    pub opted_out: bool,
    pub quiet: Option<QuietHours>,
}

/// Why preferences cannot be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum BadPreferences {
    #[error("at least one channel must be named")]
    NoChannel,
    #[error("the channel EMAIL needs an e-mail address")]
    NoEmail,
}

impl Default for Preferences {
    /// What counts for who never said: text messages in English, at any hour.
    fn default() -> Self {
        Self {
            language: Language::English,
            channels: [Channel::Sms].into(),
            email: None,
            opted_out: false,
            quiet: None,
        }
    }
}

impl Preferences {
    /// # Errors
    /// When they cannot be followed.
    pub fn check(self) -> Result<Self, BadPreferences> {
        if self.channels.is_empty() {
            return Err(BadPreferences::NoChannel);
        }
        if self.channels.contains(&Channel::Email) && self.email.is_none() {
            return Err(BadPreferences::NoEmail);
        }
        Ok(self)
    }

    /// Until when telling of something waits, if it does: to the end of the quiet hours, unless that were less than two hours
    /// before it begins.
    #[must_use]
    pub fn waits_until(&self, now: Timestamp, begins: Timestamp, zone: &TimeZone) -> Option<Timestamp> {
        let end = self.quiet?.end_after(now, zone)?;
        (end.saturating_add(IN_TIME).unwrap_or(Timestamp::MAX) <= begins).then_some(end)
    }
}

/// How long before it begins somebody has to know at the latest.
const IN_TIME: SignedDuration = SignedDuration::from_hours(2);

#[cfg(test)]
mod tests {
    use super::*;
    use crate::center::Zone;

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    #[test]
    fn addresses_are_those_that_people_have() {
        for good in ["asha.rao@example.org", "a+b_c%d@mail.example.co.in", "x@y.z"] {
            assert!(good.parse::<Email>().is_ok(), "{good}");
        }
        let long = format!("{}@example.org", "a".repeat(65));
        let bad =
            ["", "asha", "@example.org", "asha@", "asha@localhost", "a b@example.org", "asha@ex ample.org", "a@b@c.d"];
        for bad in bad.into_iter().chain([
            long.as_str(),
            "asha@-a.org",
            "a..b@c.org",
            "asha@example.org\nBcc: x@y.z",
            "आशा@example.org",
        ]) {
            assert_eq!(bad.parse::<Email>(), Err(BadEmail), "{bad}");
        }
        assert_eq!(format!("{:?}", "asha@example.org".parse::<Email>().unwrap()), "Email(..)");
    }

    #[test]
    fn quiet_hours_go_over_midnight_by_the_centers_clock() {
        let zone = Zone::india();
        let quiet = QuietHours::parse("21:30", "07:00").unwrap();
        let end = at("2026-11-22T01:30:00Z");
        for (now, expected) in [
            ("2026-11-21T15:59:59Z", None),
            ("2026-11-21T16:00:00Z", Some(end)),
            ("2026-11-21T20:00:00Z", Some(end)),
            ("2026-11-22T01:29:59Z", Some(end)),
            ("2026-11-22T01:30:00Z", None),
        ] {
            assert_eq!(quiet.end_after(at(now), zone.clock()), expected, "{now}");
        }
        let nap = QuietHours::parse("13:00", "14:00").unwrap();
        assert_eq!(nap.end_after(at("2026-11-21T07:45:00Z"), zone.clock()), Some(at("2026-11-21T08:30:00Z")));
        assert_eq!(nap.end_after(at("2026-11-21T09:00:00Z"), zone.clock()), None);
        assert_eq!(quiet.texts(), ["21:30", "07:00"]);
    }

    #[test]
    fn quiet_hours_are_times_and_not_the_whole_day() {
        for (from, to, bad) in [
            ("9:00", "10:00", BadQuietHours::Time),
            ("24:00", "07:00", BadQuietHours::Time),
            ("21:00", "07:00 ", BadQuietHours::Time),
            ("21-00", "07:00", BadQuietHours::Time),
            ("21:00", "21:00", BadQuietHours::Length),
            ("20:00", "10:01", BadQuietHours::Length),
        ] {
            assert_eq!(QuietHours::parse(from, to), Err(bad), "{from} {to}");
        }
        assert!(QuietHours::parse("20:00", "10:00").is_ok());
    }

    #[test]
    fn what_is_about_to_begin_does_not_wait() {
        let zone = Zone::india();
        let quiet = QuietHours::parse("21:00", "07:00").ok();
        let asleep = Preferences { quiet, ..Preferences::default() };
        let (night, morning) = (at("2026-11-21T20:00:00Z"), at("2026-11-22T01:30:00Z"));
        let waits = |begins| asleep.waits_until(night, at(begins), zone.clock());
        assert_eq!(waits("2026-11-22T03:30:00Z"), Some(morning));
        assert_eq!(waits("2026-11-22T03:29:00Z"), None);
        assert_eq!(Preferences::default().waits_until(night, morning, zone.clock()), None);
    }

    #[test]
    fn preferences_can_be_followed() {
        let none = Preferences { channels: BTreeSet::new(), ..Preferences::default() };
        assert_eq!(none.check(), Err(BadPreferences::NoChannel));
        let nowhere = Preferences { channels: [Channel::Email].into(), ..Preferences::default() };
        assert_eq!(nowhere.clone().check(), Err(BadPreferences::NoEmail));
        let email = "asha@example.org".parse().ok();
        assert!(Preferences { email, ..nowhere }.check().is_ok());
    }
}
