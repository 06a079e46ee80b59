//! What is granted to staff, on `DynamoDB` Local.

use vaxslot_aws::{DynamoGrants, Granted};
use vaxslot_domain::{
    Timestamp,
    access::{Caller, Region},
};
use vaxslot_testkit::make::{account, read};

use crate::engine;

#[tokio::test]
async fn a_grant_reads_back_as_it_was_made_until_it_is_revoked() {
    let table = engine::table().await;
    let grants = DynamoGrants::new(table.raw, table.name);
    let since: Timestamp = read("2026-11-21T10:00:00Z");
    let region = |region| Caller::Admin { region };
    let all = [
        ("a", Caller::Operator { centers: [7, 9].map(|id| id.try_into().unwrap()).into() }),
        ("b", region(Region::Country)),
        ("c", region(Region::State(21.try_into().unwrap()))),
        ("d", Caller::Analyst { region: Region::District(363.try_into().unwrap()) }),
    ];
    assert_eq!(grants.of(&account("a")).await.unwrap(), None);
    for (name, caller) in &all {
        grants.grant(&account(name), &Caller::Analyst { region: Region::Country }, since).await.unwrap();
        grants.grant(&account(name), caller, since).await.unwrap();
        assert_eq!(grants.of(&account(name)).await.unwrap().as_ref(), Some(caller), "the last one counts");
    }
    let listed: Vec<Granted> =
        all.iter().map(|(name, caller)| Granted { account: account(name), caller: caller.clone(), since }).collect();
    assert_eq!(grants.all().await.unwrap(), listed);
    assert_eq!(
        [grants.revoke(&account("a")).await.unwrap(), grants.revoke(&account("a")).await.unwrap()],
        [true, false]
    );
    assert_eq!(grants.of(&account("a")).await.unwrap(), None);
    assert_eq!(grants.all().await.unwrap().len(), 3);
}
