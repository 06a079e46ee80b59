//! Counting the shards of a table against its appointments.

use std::{error::Error, io::Write, sync::Arc};

use aws_sdk_dynamodb::{
    Client,
    config::{Builder, Credentials, Region},
};
use vaxslot_app::{
    audit::{Audit, Audited, Drift},
    ports::Host,
};
use vaxslot_aws::{DynamoStore, SystemHost, connect};
use vaxslot_domain::SignedDuration;

use crate::{cli::AuditArgs, clock, failure::Failure, stack::Stack};

/// Runs the command: a table of what does not agree, a line of sums, and a failure if there is anything.
pub async fn run(args: &AuditArgs, out: &mut dyn Write) -> Result<(), Failure> {
    let host = Arc::new(SystemHost);
    let today = clock::today();
    let yesterday = today.yesterday().unwrap_or(today);
    let time = SignedDuration::from_mins(i64::from(args.minutes));
    let now = host.now();
    let until = now.saturating_add(time).unwrap_or(now);
    let audited = Audit::new(Arc::new(store(args)?), host).run(yesterday, args.weeks, until).await;
    print(&audited, out)?;
    verdict(&audited)
}

fn store(args: &AuditArgs) -> Result<DynamoStore, Failure> {
    let Some(table) = &args.table else {
        let stack = Stack::load(&args.stack)?;
        let [endpoint, region, table] = stack.table()?;
        let config = Builder::from(&connect())
            .endpoint_url(endpoint)
            .region(Region::new(region.to_owned()))
            .credentials_provider(Credentials::new("test", "test", None, None, "local"))
            .build();
        return Ok(DynamoStore::new(Client::from_conf(config), table));
    };
    Ok(DynamoStore::new(Client::new(&connect()), table))
}

fn print(audited: &Audited, out: &mut dyn Write) -> Result<(), Failure> {
    if !audited.drifts.is_empty() {
        writeln!(out, "{:>6}  {:>12}  shard", "taken", "appointments")?;
    }
    for Drift { shard, taken, appointments } in &audited.drifts {
        let taken = taken.map_or_else(|| "absent".to_owned(), |taken| taken.to_string());
        writeln!(out, "{taken:>6}  {appointments:>12}  {shard}")?;
    }
    for failure in &audited.failures {
        let cause = failure.source().map(|cause| format!(": {cause}")).unwrap_or_default();
        writeln!(out, "not counted: {failure}{cause}")?;
    }
    let Audited { sessions, judged, busy, drifts, .. } = audited;
    writeln!(out, "{sessions} sessions: {judged} shards judged, {busy} busy, {} that do not agree.", drifts.len())?;
    Ok(())
}

fn verdict(audited: &Audited) -> Result<(), Failure> {
    let refused = |what: String| Err(Failure::Refused(what));
    match (audited.drifts.len(), audited.failures.len(), audited.cut_short) {
        (0, 0, false) => Ok(()),
        (0, 0, true) => refused("time was up before every session was counted".to_owned()),
        (0, failures, _) => refused(format!("{failures} parts could not be counted")),
        (drifts, ..) => refused(format!("{drifts} shards do not agree with their appointments")),
    }
}

#[cfg(test)]
mod tests {
    use vaxslot_domain::session::{PoolKey, SlotNumber};

    use super::*;

    #[test]
    fn only_a_whole_audit_without_a_drift_succeeds() {
        let session = "00000000-0000-4000-8000-000000000001".parse().unwrap();
        let shard = PoolKey { session, slot: SlotNumber(0), dose: "1".parse().unwrap() }.shard(0);
        let drift = Drift { shard, taken: Some(4), appointments: 3 };
        let told = |audited: Audited| {
            let mut out = Vec::new();
            print(&audited, &mut out).unwrap();
            (String::from_utf8(out).unwrap(), verdict(&audited).is_ok())
        };
        let (text, fine) = told(Audited { sessions: 1, judged: 2, ..Audited::default() });
        assert_eq!((&*text, fine), ("1 sessions: 2 shards judged, 0 busy, 0 that do not agree.\n", true));
        let (text, fine) = told(Audited { judged: 1, drifts: vec![drift], ..Audited::default() });
        assert!(text.contains("     4             3  00000000-"), "{text}");
        assert!(!fine);
        assert!(!told(Audited { cut_short: true, ..Audited::default() }).1);
    }
}
