//! Waiting until the figures have followed what was seeded: they are made from the table's stream, moments later.

use std::time::Duration;

use jiff::{ToSpan, civil::Date};

use crate::{
    failure::Failure,
    http::{Api, Bearer, Call, path},
    progress::Progress,
};

const PAUSE: Duration = Duration::from_millis(500);
/// Five minutes: far more than it takes.
const TRIES: u32 = 600;

/// The figures of the days from `first` on.
pub struct Followed<'a> {
    api: &'a Api,
    admin: &'a Bearer,
    first: Date,
    days: u16,
    before: usize,
}

impl<'a> Followed<'a> {
    /// As they are before anything is added.
    pub async fn begin(api: &'a Api, admin: &'a Bearer, first: Date, days: u16) -> Result<Self, Failure> {
        let mut followed = Self { api, admin, first, days, before: 0 };
        followed.before = followed.sessions().await?;
        Ok(followed)
    }

    /// Waits until `added` sessions more are in the figures. Returns whether they are.
    pub async fn wait_for(&self, added: usize) -> Result<bool, Failure> {
        let mut progress = Progress::new("sessions in the figures", added);
        let mut seen = 0;
        for _ in 0..TRIES {
            let now = self.sessions().await?.saturating_sub(self.before).min(added);
            progress.advance(now.saturating_sub(seen));
            seen = seen.max(now);
            if seen == added {
                return Ok(true);
            }
            tokio::time::sleep(PAUSE).await;
        }
        Ok(false)
    }

    /// How many sessions of these days there are in the whole country.
    async fn sessions(&self) -> Result<usize, Failure> {
        let to = self.first.saturating_add(i32::from(self.days - 1).days()).to_string();
        let call = Call::get(path("/v1/reports/trends", &[("from", &self.first.to_string()), ("to", &to)]));
        let answer = self.api.call(&call.by(self.admin)).await?;
        let sessions = answer.body["total"]["sessions"].as_u64().filter(|_| answer.status.is_success());
        sessions.and_then(|count| usize::try_from(count).ok()).ok_or_else(|| Failure::Refused(answer.refusal()))
    }
}
