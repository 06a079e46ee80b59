//! Every kind of bad input is answered with its own problem, and changes nothing.

use crate::{
    cases::{self, Case},
    forged, rows,
    stage::Stage,
};

#[tokio::test(flavor = "multi_thread")]
async fn bad_input_gets_a_problem_and_changes_nothing() {
    let stage = Stage::alone().await;
    let table = [
        cases::public::all(&stage),
        cases::citizen::all(&stage).await,
        cases::login::all(),
        cases::staff::all(&stage),
        cases::imports::all(&stage),
        cases::subscriptions::all(&stage),
        forged::all(&stage),
    ]
    .concat();
    assert!(table.len() >= 120, "the table has only {} rows", table.len());
    let before = rows::settled(&stage.stack).await;
    let mut wrong = Vec::new();
    for case in &table {
        wrong.extend(check(&stage, case).await);
    }
    assert!(wrong.is_empty(), "{} of {} rows:\n{}", wrong.len(), table.len(), wrong.join("\n"));
    let after = rows::read(&stage.stack).await;
    let changed = rows::changed(&before, &after);
    assert!(changed.is_empty(), "bad input changed rows: {changed:?}");
}

async fn check(stage: &Stage, case: &Case) -> Option<String> {
    let answer = stage.send(&case.request).await;
    let fine = answer.status == case.status
        && answer.slug() == case.slug
        && answer.content_type == "application/problem+json"
        && answer.json["status"] == case.status
        && answer.json["title"].is_string();
    // The gateway refuses most tokens itself, in words of its own.
    let by_gateway =
        case.slug == "unauthorized" && answer.status == 401 && answer.text == r#"{"message": "Unauthorized"}"#;
    let fine = fine || by_gateway;
    let Case { name, status, slug, .. } = case;
    (!fine).then(|| format!("{name}: {status} {slug} expected, answered {} {}", answer.status, answer.text))
}

#[tokio::test]
async fn foreign_and_absent_look_the_same() {
    let stage = Stage::set().await;
    for pair in cases::pairs::all(&stage).await {
        let (foreign, absent) = (stage.send(&pair.foreign).await, stage.send(&pair.absent).await);
        let masked = |text: &str, id: &str| text.replace(id, "ID");
        assert_eq!(foreign.status, absent.status, "{}", pair.name);
        assert_eq!(masked(&foreign.text, &pair.foreign_id), masked(&absent.text, &pair.absent_id), "{}", pair.name);
        assert!(foreign.status == 404, "{}: {}", pair.name, foreign.text);
    }
}
