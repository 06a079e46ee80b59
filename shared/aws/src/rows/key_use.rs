use std::collections::HashMap;

use aws_sdk_dynamodb::types::AttributeValue;
use vaxslot_app::ports::{BadRow, KeptAnswer, KeyUse, RequestKey};

use super::{Item, Row, begin, instant, put_number, put_text};
use crate::keys;

/// How long after its first use a key's row may be cleaned up, in seconds: longer than it counts.
const KEPT: i64 = 25 * 3600;

#[must_use]
pub fn write_key_use(key: RequestKey, noted: &KeyUse) -> Item {
    let mut item = begin(&keys::key_use(key));
    put_text(&mut item, "request", &noted.request);
    put_text(&mut item, "since", instant(noted.since));
    put_text(&mut item, "attempt", noted.attempt);
    put_text(&mut item, "until", instant(noted.until));
    put_number(&mut item, "expires", noted.until.as_second() + KEPT);
    if let Some(answer) = &noted.answer {
        item.insert("answer".to_owned(), AttributeValue::M(write_answer(answer)));
    }
    item
}

fn write_answer(answer: &KeptAnswer) -> Item {
    let mut item = HashMap::new();
    put_number(&mut item, "status", answer.status);
    put_text(&mut item, "media_type", &answer.media_type);
    put_text(&mut item, "body", &answer.body);
    if let Some(location) = &answer.location {
        put_text(&mut item, "location", location);
    }
    item
}

pub fn read_key_use(row: &Row<'_>) -> Result<KeyUse, BadRow> {
    Ok(KeyUse {
        request: row.text("request")?.to_owned(),
        since: row.get("since")?,
        attempt: row.get("attempt")?,
        until: row.get("until")?,
        answer: row.maybe_map("answer")?.map(|answer| read_answer(&answer)).transpose()?,
    })
}

fn read_answer(row: &Row<'_>) -> Result<KeptAnswer, BadRow> {
    Ok(KeptAnswer {
        status: row.get("status")?,
        media_type: row.text("media_type")?.to_owned(),
        location: row.maybe_text("location")?.map(str::to_owned),
        body: row.text("body")?.to_owned(),
    })
}
