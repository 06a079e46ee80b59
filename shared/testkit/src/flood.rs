//! Floods of requests over several sandboxes, and what may pass of them.

use std::{
    net::{IpAddr, Ipv4Addr},
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
};

use async_trait::async_trait;
use futures::future::join_all;
use rand::{Rng, SeedableRng, rngs::StdRng};
use vaxslot_api::{
    Kind,
    extract::ClientAddress,
    limit::{Limits, Purpose, Rate, Rates},
};
use vaxslot_app::ports::{Buckets, StoreError, Tried};
use vaxslot_domain::{SignedDuration, Timestamp, access::Caller, bucket::Allowance};

use crate::{TestHost, issuer, make};

/// The bookings a minute that a sandbox lets an account send, and an address, without asking the table.
const FREE: Rate = Rate { account: 3, address: 30 };

/// How many requests are on their way at once.
const AT_ONCE: usize = 16;

const NOW: &str = "2026-11-21T06:00:00Z";

/// Buckets that count how often they are asked.
pub struct Counted {
    buckets: Arc<dyn Buckets>,
    calls: AtomicUsize,
}

impl Counted {
    #[must_use]
    pub fn new(buckets: Arc<dyn Buckets>) -> Arc<Self> {
        Arc::new(Self { buckets, calls: AtomicUsize::new(0) })
    }

    pub fn calls(&self) -> usize {
        self.calls.load(Ordering::SeqCst)
    }
}

#[async_trait]
impl Buckets for Counted {
    async fn take(
        &self,
        bucket: &str,
        allowance: Allowance,
        now: Timestamp,
    ) -> Result<Tried<(), SignedDuration>, StoreError> {
        self.calls.fetch_add(1, Ordering::SeqCst);
        self.buckets.take(bucket, allowance, now).await
    }
}

/// Sandboxes of one function over the same buckets.
pub struct Sandboxes {
    pub host: Arc<TestHost>,
    limits: Vec<Limits>,
}

impl Sandboxes {
    #[must_use]
    pub fn new(number: usize, buckets: &Arc<dyn Buckets>, rates: Rates) -> Self {
        let host = Arc::new(TestHost::at(make::read(NOW)));
        let sandbox = |_| Limits::new(buckets.clone(), host.clone(), issuer::sealer(), rates, Purpose::Booking);
        Self { limits: (0..number).map(sandbox).collect(), host }
    }

    /// Sends a request of an account to one of them. How long it is to wait, in seconds, if it does not pass.
    pub async fn send(&self, sandbox: usize, account: usize, from: u8, changes: bool) -> Result<(), u64> {
        let subject = format!("citizen-{account}");
        let caller = Caller::Citizen { account: make::account(&subject), phone: None };
        let address = ClientAddress(IpAddr::V4(Ipv4Addr::new(192, 0, 2, from)));
        let passed = self.limits[sandbox].count(&caller, &subject, address, changes).await;
        passed.map_err(|problem| {
            assert_eq!(problem.kind(), Kind::TooManyRequests);
            problem.wait().expect("a time to wait")
        })
    }
}

/// A flood of bookings within five minutes: all but one account send their share within ten seconds, over and over, and one sends
/// as often as it may. They come from one address, and to any sandbox.
#[derive(Debug, Clone, Copy)]
pub struct Flood {
    pub accounts: usize,
    pub requests: usize,
    pub sandboxes: usize,
}

/// A request of a flood.
#[derive(Debug, Clone, Copy)]
struct Sent {
    millis: i64,
    account: usize,
    sandbox: usize,
}

impl Flood {
    const MINUTES: i64 = 5;

    /// Requests in the order of time. Account 0 is the fair one.
    fn requests(self) -> Vec<Sent> {
        let chance = &mut StdRng::seed_from_u64(4);
        let rate = i64::from(Rates::USUAL.changes.account);
        let fair = (0..rate * Self::MINUTES).map(|number| (0, number * 60_000 / rate)).collect::<Vec<_>>();
        let each = (self.requests - fair.len()) / (self.accounts - 1);
        let mut all = fair;
        for account in 1..self.accounts {
            let starts = [0, 1].map(|_| chance.random_range(0..(Self::MINUTES * 60 - 10) * 1_000));
            all.extend((0..each).map(|number| (account, starts[number % 2] + chance.random_range(0..10_000))));
        }
        // The rest, so that the number is exact.
        all.extend((all.len()..self.requests).map(|_| (1, chance.random_range(0..60_000))));
        let mut sent: Vec<Sent> = all
            .into_iter()
            .map(|(account, millis)| Sent { millis, account, sandbox: chance.random_range(0..self.sandboxes) })
            .collect();
        sent.sort_by_key(|request| request.millis);
        sent
    }

    /// No account gets more than its quota through, whenever one begins to count; and the fair one gets through.
    pub async fn is_held_back(self, buckets: Arc<dyn Buckets>) {
        let rates = Rates::USUAL;
        let sandboxes = Sandboxes::new(self.sandboxes, &buckets, rates);
        let (start, requests) = (make::read::<Timestamp>(NOW), self.requests());
        assert_eq!(requests.len(), self.requests);
        let mut passed: Vec<Vec<i64>> = vec![Vec::new(); self.accounts];
        let mut sent = vec![0_usize; self.accounts];
        for together in requests.chunks(AT_ONCE) {
            let now = together.last().expect("a request").millis;
            sandboxes.host.set(start.saturating_add(SignedDuration::from_millis(now)).expect("a moment"));
            let outcomes = join_all(together.iter().map(|one| sandboxes.send(one.sandbox, one.account, 1, true))).await;
            for (request, outcome) in together.iter().zip(outcomes) {
                sent[request.account] += 1;
                passed[request.account].extend(outcome.is_ok().then_some(now));
            }
        }
        let most = i64::from(rates.changes.account + FREE.account * u32::try_from(self.sandboxes).expect("a few"));
        for (account, passed) in passed.iter().enumerate() {
            for first in 0..passed.len() {
                for last in first..passed.len() {
                    let number = i64::try_from(last - first + 1).expect("a few");
                    let bound = most * (60_000 + passed[last] - passed[first]);
                    assert!(number * 60_000 <= bound, "account {account}: {number} within {bound}");
                }
            }
            if account > 0 {
                assert!(passed.len() < sent[account], "account {account} was not held back");
            }
        }
        let (fair, of) = (passed[0].len(), sent[0]);
        assert!(fair * 100 >= of * 99, "of {of} fair requests {fair} got through");
    }
}
