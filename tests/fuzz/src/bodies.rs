//! Bodies of every route that writes.

use crate::{
    choose,
    stage::{Function, Request, send},
};

/// Every route that takes a JSON body. A test compares them with the description.
pub const ROUTES: [(Function, &str, &str); 20] = [
    (Function::Reserve, "POST", "/v1/appointments"),
    (Function::Reserve, "POST", "/v1/holds"),
    (Function::Reserve, "POST", "/v1/appointments/confirm"),
    (Function::Reserve, "POST", "/v1/appointments/cancel"),
    (Function::Reserve, "POST", "/v1/appointments/reschedule"),
    (Function::Identity, "POST", "/v1/beneficiaries"),
    (Function::Admin, "POST", "/v1/admin/centers"),
    (Function::Admin, "PATCH", "/v1/admin/centers/13274"),
    (Function::Admin, "POST", "/v1/admin/centers/13274/sessions"),
    (Function::Admin, "PUT", "/v1/admin/sessions/00000000-0000-0000-0000-000000000001/capacity"),
    (Function::Admin, "PUT", "/v1/admin/sessions/00000000-0000-0000-0000-000000000001/opening"),
    (Function::Identity, "POST", "/v1/auth/otp"),
    (Function::Identity, "POST", "/v1/auth/token"),
    (Function::Identity, "POST", "/v1/auth/refresh"),
    (Function::Identity, "POST", "/v1/auth/logout"),
    (Function::Identity, "PATCH", "/v1/beneficiaries/00000000-0000-0000-0000-00000000000a"),
    (Function::Admin, "POST", "/v1/admin/sessions/00000000-0000-0000-0000-000000000001/walk-ins"),
    (Function::Identity, "PUT", "/v1/account/preferences"),
    (Function::Subscriptions, "POST", "/v1/subscriptions"),
    (Function::Subscriptions, "POST", "/v1/subscriptions/00000000-0000-0000-0000-000000000001/confirm"),
];

/// A byte for the route, then the body.
pub fn run(data: &[u8]) {
    let Some((&(function, method, path), body)) = choose(&ROUTES, data) else { return };
    let body = String::from_utf8_lossy(body);
    let request =
        Request { function, method, path, query: "", content_type: "application/json", body: Some(body.as_ref()) };
    let answer = send(request);
    if answer.status < 300 {
        // What was taken for good is JSON, and is taken or refused by a rule when it comes again.
        assert!(serde_json::from_str::<serde_json::Value>(&body).is_ok(), "{body}");
        assert!(![400, 413, 415].contains(&send(request).status), "{body}");
    }
}
