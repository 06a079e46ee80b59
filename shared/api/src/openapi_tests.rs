use utoipa_axum::{router::OpenApiRouter, routes};

use super::*;

/// Books a place.
#[utoipa::path(
    post,
    path = "/book",
    request_body = String,
    responses((status = 201, description = "It stands.")),
    security(("bearer" = [])),
    extensions(("x-problems" = json!(["sold-out", "already-booked"]))),
)]
async fn book() {}

/// Does something that nobody knows.
#[utoipa::path(get, path = "/odd", responses((status = 200, description = "Done.")), extensions(("x-problems" = json!(["odd"]))))]
async fn odd() {}

/// Answers without saying what.
#[utoipa::path(get, path = "/mute", responses((status = 200)))]
async fn mute() {}

fn part(router: OpenApiRouter) -> Vec<OpenApi> {
    vec![router.into_openapi()]
}

#[test]
fn problems_become_responses_with_examples() {
    let whole = document(part(OpenApiRouter::default().routes(routes!(book)))).unwrap();
    let whole = serde_json::to_value(whole).unwrap();
    assert_eq!(whole["openapi"], "3.1.0");
    let operation = &whole["paths"]["/book"]["post"];
    assert!(operation.get("x-problems").is_none());
    assert_eq!(operation["responses"]["409"]["$ref"], "#/components/responses/sold-out.already-booked");
    let conflict = &whole["components"]["responses"]["sold-out.already-booked"]["content"]["application/problem+json"];
    assert_eq!(conflict["schema"]["$ref"], "#/components/schemas/Problem");
    assert_eq!(conflict["examples"]["sold-out"]["$ref"], "#/components/examples/sold-out");
    let examples = &whole["components"]["examples"];
    assert_eq!(examples["sold-out"]["value"]["type"], "urn:vaxslot:problem:sold-out");
    assert!(examples["already-booked"]["value"]["appointment_id"].is_string());
    assert_eq!(examples.as_object().unwrap().len(), Kind::ALL.len());
    for status in ["201", "400", "401", "403", "413", "415", "422", "429", "500", "503"] {
        let response = &operation["responses"][status];
        let response = response["$ref"].as_str().map_or(response, |path| whole.pointer(&path[1..]).unwrap());
        assert!(response["description"].is_string(), "{status}: {operation}");
    }
    assert_eq!(whole["components"]["securitySchemes"]["bearer"]["scheme"], "bearer");
}

#[test]
fn what_is_not_described_is_refused() {
    let unknown = BadPart::UnknownProblem { operation: "odd".to_owned(), slug: "odd".to_owned() };
    assert_eq!(document(part(OpenApiRouter::default().routes(routes!(odd)))).err(), Some(unknown));
    let mute_status = BadPart::NoDescription { operation: "mute".to_owned(), status: "200".to_owned() };
    assert_eq!(document(part(OpenApiRouter::default().routes(routes!(mute)))).err(), Some(mute_status));
    let twice = || OpenApiRouter::<()>::default().routes(routes!(book)).into_openapi();
    assert_eq!(document(vec![twice(), twice()]).err(), Some(BadPart::SamePath("/book".to_owned())));
}
