//! CSV files.

use crate::{
    choose,
    stage::{Function, Request, send},
};

const KINDS: [&str; 3] = ["/v1/admin/import/districts", "/v1/admin/import/centers", "/v1/admin/import/sessions"];

/// A byte for the kind of file, then the file. One that was imported can be imported again.
pub fn run(data: &[u8]) {
    let Some((&path, file)) = choose(&KINDS, data) else { return };
    let file = String::from_utf8_lossy(file);
    let request = Request {
        function: Function::Admin,
        method: "POST",
        path,
        query: "",
        content_type: "text/csv",
        body: Some(file.as_ref()),
    };
    let first = send(request);
    if first.status == 200 {
        let again = send(request);
        assert_eq!(again.status, 200, "{} after {} for {file}", again.body, first.body);
    }
}
