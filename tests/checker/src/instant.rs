//! Moments as rows spell them, in milliseconds since 1970: `2026-11-21T10:00:00.007Z`.

/// Milliseconds since 1970 (UTC).
pub type Moment = i64;

/// Reads a moment to the millisecond.
#[must_use]
pub fn read(text: &str) -> Option<Moment> {
    let (date, time) = text.strip_suffix('Z')?.split_once('T')?;
    let mut date = date.split('-').map(str::parse::<i64>);
    let (year, month, day) = (date.next()?.ok()?, date.next()?.ok()?, date.next()?.ok()?);
    let (time, millis) = time.split_once('.')?;
    let mut time = time.split(':').map(str::parse::<i64>);
    let (hour, minute, second) = (time.next()?.ok()?, time.next()?.ok()?, time.next()?.ok()?);
    let millis: i64 = if millis.len() == 3 { millis.parse().ok()? } else { return None };
    Some((((days(year, month, day) * 24 + hour) * 60 + minute) * 60 + second) * 1000 + millis)
}

/// The day of a moment by a clock that is so many minutes ahead of UTC.
#[must_use]
pub fn day(moment: Moment, ahead: i64) -> String {
    let number = (moment + ahead * 60_000).div_euclid(86_400_000);
    let mut year = 1970 + number.div_euclid(366);
    while days(year + 1, 1, 1) <= number {
        year += 1;
    }
    let month = (1..=12).rev().find(|month| days(year, *month, 1) <= number).unwrap_or(1);
    format!("{year:04}-{month:02}-{:02}", number - days(year, month, 1) + 1)
}

/// Days from 1 January 1970 to a date, counting years from March so that a leap day comes last.
fn days(year: i64, month: i64, day: i64) -> i64 {
    let year = if month <= 2 { year - 1 } else { year };
    let (era, month) = (year.div_euclid(400), (month + 9) % 12);
    let (year_of_era, day_of_year) = (year.rem_euclid(400), (153 * month + 2) / 5 + day - 1);
    era * 146_097 + year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year - 719_468
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_begins_at_midnight_by_its_clock() {
        for (moment, utc, india) in [
            ("2026-11-21T18:29:59.999Z", "2026-11-21", "2026-11-21"),
            ("2026-11-21T18:30:00.000Z", "2026-11-21", "2026-11-22"),
            ("2024-02-28T23:59:59.999Z", "2024-02-28", "2024-02-29"),
            ("2026-12-31T23:59:59.999Z", "2026-12-31", "2027-01-01"),
        ] {
            let moment = read(moment).unwrap();
            assert_eq!((day(moment, 0).as_str(), day(moment, 330).as_str()), (utc, india));
        }
        assert_eq!(day(0, 0), "1970-01-01");
    }

    #[test]
    fn moments_are_read() {
        assert_eq!(read("1970-01-01T00:00:00.000Z"), Some(0));
        assert_eq!(read("2026-11-21T10:00:00.007Z"), Some(1_795_255_200_007));
        assert_eq!(read("2024-02-29T23:59:59.999Z"), Some(1_709_251_199_999));
        for bad in ["", "2026-11-21", "2026-11-21T10:00:00Z", "2026-11-21T10:00:00.7Z", "2026-11-21T10:00:00.007"] {
            assert_eq!(read(bad), None, "{bad}");
        }
    }
}
