//! Requests with an idempotency key whose answers are kept, carried out as the functions' HTTP layer has it.

use std::future::Future;

use serde_json::{Value, json};
use vaxslot_app::{
    derive,
    once::{Once, Turn},
    ports::{KeptAnswer, RequestKey, StoreError},
};
use vaxslot_checker::{Asked, Held, Made, Told};

use super::words;

/// A key in its scope, and what it is used for.
pub struct Keyed {
    key: RequestKey,
    request: String,
}

impl Keyed {
    #[must_use]
    pub fn new(subject: &str, operation: &str, key: &str, asked: &Asked) -> Self {
        let request = derive::digest(&[&format!("{asked:?}")]);
        Self { key: RequestKey::new(subject, operation, key), request }
    }
}

/// Carries out a request: once, if it has a key. `work` is told the mark to leave.
pub async fn carry_out<Work, Working>(once: &Once, keyed: Option<Keyed>, work: Work) -> Told
where
    Work: FnOnce(Option<String>) -> Working,
    Working: Future<Output = Told>,
{
    let Some(Keyed { key, request }) = keyed else { return work(None).await };
    let running = match once.begin(key, &request).await {
        Ok(Turn::Ours(running)) => running,
        Ok(Turn::Answered(answer)) => return read(&answer),
        Ok(Turn::Reused) => return words::refusal("key-reused"),
        Ok(Turn::Elsewhere(_)) | Err(StoreError::Unclear(_)) => return Told::Unclear,
        Err(_) => return Told::Busy,
    };
    let told = work(Some(running.mark())).await;
    // Where this fails a repeat has to wait.
    let _ = match &told {
        Told::Unclear | Told::Nothing => once.leave(&running).await,
        Told::Busy => once.forget(&running).await,
        _ => once.keep(&running, write(&told)).await,
    };
    told
}

fn write(told: &Told) -> KeptAnswer {
    let held = |held: &Held| json!([held.person, held.appointment]);
    let made = |made: &Made| json!([made.person, made.appointment, made.session, made.status, made.hold_until]);
    let (status, body) = match told {
        Told::Made(all) => (200, json!({ "made": all.iter().map(made).collect::<Vec<_>>() })),
        Told::Refused { why, about } => (409, json!({ "why": why, "about": about.as_ref().map(held) })),
        _ => (204, Value::Null),
    };
    KeptAnswer { status, media_type: "application/json".to_owned(), location: None, body: body.to_string() }
}

fn read(answer: &KeptAnswer) -> Told {
    let body: Value = serde_json::from_str(&answer.body).unwrap_or_default();
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let made = |made: &Value| Made {
        person: text(&made[0]),
        appointment: text(&made[1]),
        session: text(&made[2]),
        status: text(&made[3]),
        hold_until: made[4].as_i64(),
    };
    match answer.status {
        200 => Told::Made(body["made"].as_array().into_iter().flatten().map(made).collect()),
        204 => Told::Done,
        _ => {
            let about = Some(&body["about"]).filter(|about| about.is_array());
            let about = about.map(|about| Held { person: text(&about[0]), appointment: text(&about[1]) });
            Told::Refused { why: text(&body["why"]), about }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_is_told_again_as_it_was() {
        let made = |hold_until| Made {
            person: "1".to_owned(),
            appointment: "2".to_owned(),
            session: "3".to_owned(),
            status: "HELD".to_owned(),
            hold_until,
        };
        let about = Some(Held { person: "1".to_owned(), appointment: "2".to_owned() });
        let refused = Told::Refused { why: "hold-expired".to_owned(), about };
        for told in [Told::Made(vec![made(Some(7)), made(None)]), refused, words::refusal("sold-out"), Told::Done] {
            assert_eq!(read(&write(&told)), told);
        }
    }
}
