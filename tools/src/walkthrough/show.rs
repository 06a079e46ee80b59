//! Requests and answers as a person reads them: without tokens, and shortened.

use std::io::{self, Write};

use serde_json::Value;

use super::world::Exchange;
use crate::{http::Body, mask};

const WIDTH: usize = 110;
const INDENT: &str = "   ";
/// Of a longer list only this many items are shown.
const MOST_ITEMS: usize = 2;
/// What repeats itself from answer to answer is shown by its id and one more field.
const BRIEF: [&str; 2] = ["center", "session"];
const BRIEF_FIELDS: usize = 2;

/// Prints an exchange. Of long lists, the items that mention `focus` are shown.
pub fn exchange(out: &mut dyn Write, exchange: &Exchange, focus: &str) -> io::Result<()> {
    let Exchange { call, answer, tries } = exchange;
    let whose = call.bearer.as_ref().map(|bearer| format!("   ({}'s token)", bearer.role)).unwrap_or_default();
    writeln!(out, "\n{INDENT}{} {}{whose}", call.method.name(), call.path)?;
    match &call.body {
        Body::None => {}
        Body::Json(body) => lines(out, &veiled(body))?,
        Body::Csv(text) => writeln!(out, "{INDENT}({} bytes of CSV)", text.len())?,
    }
    let after = if *tries > 1 { format!("   (asked {tries} times)") } else { String::new() };
    writeln!(out, "{INDENT}-> {}{after}", answer.status)?;
    lines(out, &shortened(&veiled(&answer.body), focus))
}

/// Without what is nobody's business: most of a phone number, and all of a token.
fn veiled(value: &Value) -> Value {
    let Value::Object(fields) = value else { return value.clone() };
    let veil = |(name, value): (&String, &Value)| {
        let shown = match (name.as_str(), value.as_str()) {
            ("phone", Some(number)) => mask::phone(number).into(),
            ("access_token" | "refresh_token", Some(_)) => "...".into(),
            _ => value.clone(),
        };
        (name.clone(), shown)
    };
    Value::Object(fields.iter().map(veil).collect())
}

fn lines(out: &mut dyn Write, value: &Value) -> io::Result<()> {
    if value.as_str().is_some_and(str::is_empty) {
        return Ok(());
    }
    pretty(value, 0).lines().try_for_each(|line| writeln!(out, "{INDENT}{line}"))
}

/// JSON with whatever fits on one line on one line.
fn pretty(value: &Value, depth: usize) -> String {
    let compact = compact(value);
    if depth + compact.len() <= WIDTH {
        return compact;
    }
    let (inner, outer) = (" ".repeat(depth + 2), " ".repeat(depth));
    match value {
        Value::Array(items) => {
            let items: Vec<String> = items.iter().map(|item| format!("{inner}{}", pretty(item, depth + 2))).collect();
            format!("[\n{}\n{outer}]", items.join(",\n"))
        }
        Value::Object(fields) => {
            let each = fields.iter().map(|(name, value)| format!("{inner}\"{name}\": {}", pretty(value, depth + 2)));
            format!("{{\n{}\n{outer}}}", each.collect::<Vec<_>>().join(",\n"))
        }
        _ => compact,
    }
}

fn compact(value: &Value) -> String {
    match value {
        Value::Array(items) => format!("[{}]", items.iter().map(compact).collect::<Vec<_>>().join(", ")),
        Value::Object(fields) => {
            let fields: Vec<String> =
                fields.iter().map(|(name, value)| format!("\"{name}\": {}", compact(value))).collect();
            format!("{{{}}}", fields.join(", "))
        }
        _ => value.to_string(),
    }
}

fn shortened(value: &Value, focus: &str) -> Value {
    match value {
        Value::Array(items) => Value::Array(shortened_list(items, focus)),
        Value::Object(fields) => {
            let short = |name: &str, value| if BRIEF.contains(&name) { brief(value) } else { shortened(value, focus) };
            fields.iter().map(|(name, value)| (name.clone(), short(name, value))).collect()
        }
        Value::String(text) if text.chars().count() > WIDTH => {
            format!("{} ...", text.chars().take(WIDTH).collect::<String>()).into()
        }
        _ => value.clone(),
    }
}

fn brief(value: &Value) -> Value {
    let Some(fields) = value.as_object().filter(|fields| fields.len() > BRIEF_FIELDS) else { return value.clone() };
    let shown = fields.iter().take(BRIEF_FIELDS).map(|(name, value)| (name.clone(), brief(value)));
    let more = format!("and {} more", fields.len() - BRIEF_FIELDS);
    shown.chain([("...".to_owned(), more.into())]).collect()
}

fn shortened_list(items: &[Value], focus: &str) -> Vec<Value> {
    if items.len() <= MOST_ITEMS {
        return items.iter().map(|item| shortened(item, focus)).collect();
    }
    let mentions = |item: &&Value| !focus.is_empty() && item.to_string().contains(focus);
    let focused: Vec<&Value> = items.iter().filter(mentions).take(MOST_ITEMS).collect();
    let shown = if focused.is_empty() { items.iter().take(1).collect() } else { focused };
    let more = format!("... and {} more", items.len() - shown.len());
    shown.into_iter().map(|item| shortened(item, focus)).chain([more.into()]).collect()
}

#[cfg(test)]
mod tests {
    use reqwest::StatusCode;
    use serde_json::json;

    use super::*;
    use crate::http::{Answer, Bearer, Call};

    #[test]
    fn long_lists_show_what_matters() {
        let items: Vec<Value> = (0..40).map(|id| json!({"session_id": format!("s{id}"), "open": id})).collect();
        let short = shortened(&json!({ "sessions": items }), "\"s17\"");
        assert_eq!(short, json!({"sessions": [{"session_id": "s17", "open": 17}, "... and 39 more"]}));
        let unfocused = shortened(&json!([1, 2, 3, 4]), "");
        assert_eq!(unfocused, json!([1, "... and 3 more"]));
    }

    #[test]
    fn what_repeats_itself_is_brief() {
        let center = json!({"center_id": 7, "name": "Aundh", "pincode": 411_027, "fee_type": "Free"});
        let short = shortened(&json!({"session": {"session_id": "s", "center": center, "date": "d"}}), "");
        let center = json!({"center_id": 7, "name": "Aundh", "...": "and 2 more"});
        assert_eq!(short, json!({"session": {"session_id": "s", "center": center, "...": "and 1 more"}}));
    }

    #[test]
    fn a_token_never_appears() {
        let call = Call::post("/v1/holds", json!({"dose": 1})).by(&Bearer::new("citizen", "secret".to_owned()));
        let answer = Answer { status: StatusCode::CREATED, body: json!({"appointments": []}) };
        let mut out = Vec::new();
        exchange(&mut out, &Exchange { call, answer, tries: 1 }, "").unwrap();
        let text = String::from_utf8(out).unwrap();
        assert!(!text.contains("secret"));
        for part in ["POST /v1/holds", "(citizen's token)", "{\"dose\": 1}", "-> 201 Created", "{\"appointments\": []}"]
        {
            assert!(text.contains(part), "{text}");
        }
    }
}
