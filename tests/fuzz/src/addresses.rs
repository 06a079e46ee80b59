//! Methods, paths and queries of every function.

use crate::{
    choose,
    stage::{Function, Request, send},
};

const FUNCTIONS: [Function; 5] =
    [Function::Search, Function::Reserve, Function::Identity, Function::Admin, Function::Reports];
const METHODS: [&str; 7] = ["GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS"];

/// A byte for the function, one for the method, then path and query, which a line break parts.
pub fn run(data: &[u8]) {
    let Some((&function, rest)) = choose(&FUNCTIONS, data) else { return };
    let Some((&method, rest)) = choose(&METHODS, rest) else { return };
    let text = String::from_utf8_lossy(rest);
    let (path, query) = text.split_once('\n').unwrap_or((&text, ""));
    send(Request { function, method, path, query, content_type: "application/json", body: None });
}
