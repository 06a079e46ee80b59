//! What the document says of the interface as a whole.

use utoipa::openapi::{
    Info, InfoBuilder, LicenseBuilder,
    security::{HttpAuthScheme, HttpBuilder, SecurityScheme},
    tag::{Tag, TagBuilder},
};

pub fn bearer() -> SecurityScheme {
    let text = "An RS256 token of the configured issuer, with `sub` and a `role`: `citizen`, `operator` (with `centers`), \
                `admin` or `analyst` (with `state_id` or `district_id`, or neither for the whole country).";
    let http = HttpBuilder::new().scheme(HttpAuthScheme::Bearer).bearer_format("JWT").description(Some(text));
    SecurityScheme::Http(http.build())
}

pub fn info() -> Info {
    let text = "Find a slot, book it, run a center, and see how a day goes.\n\n\
                Dates are `YYYY-MM-DD`; slots are `HH:MM-HH:MM` by the center's own clock; instants are RFC 3339 in UTC. \
                Problems are `application/problem+json` (RFC 9457): decide by `type`, which never changes. \
                Fields and parameters that an operation does not know are refused. New fields may be added to answers.";
    InfoBuilder::new()
        .title("Vaxslot")
        .version("1")
        .description(Some(text))
        .license(Some(LicenseBuilder::new().name("Apache-2.0").identifier(Some("Apache-2.0")).build()))
        .build()
}

pub fn tags() -> Vec<Tag> {
    let tags = [
        ("search", "Public: places, centers, and sessions with their open slots."),
        ("appointments", "Citizens: book, hold, confirm and cancel."),
        ("beneficiaries", "Citizens: the people an account books for."),
        ("subscriptions", "Citizens: being told what can be had."),
        ("admin", "Staff: centers, sessions and their capacity."),
        ("reports", "Staff and analysts: the bookings of a day."),
        ("discovery", "How tokens are verified, and this description."),
    ];
    tags.map(|(name, text)| TagBuilder::new().name(name).description(Some(text)).build()).into()
}
