//! A token for each role of a local stack, and requests to try them with.

use std::io::Write;

use jiff::Timestamp;
use serde_json::{Map, Value};
use vaxslot_domain::{
    access::{Caller, Region},
    id::{AccountId, BadId, CenterId},
    person::{BadPhone, Phone},
};

use crate::{
    failure::Failure,
    stack::Stack,
    token::{MOST_HOURS, role},
};

/// District Hospital Aundh in Pune, of the seeded data.
pub const CENTER: u32 = 13274;
/// The local stack records messages instead of sending them, so nobody gets any.
pub const PHONE: &str = "+919800000000";

/// Writes the tokens into the stack's file, and prints them.
pub fn write(stack: &mut Stack, now: Timestamp, out: &mut dyn Write) -> Result<(), Failure> {
    let signer = stack.signer()?;
    let api = stack.api_url()?.trim_end_matches('/').to_owned();
    let mut tokens = Map::new();
    for caller in callers().map_err(|error| Failure::Refused(error.to_string()))? {
        let role = role(&caller);
        let token = signer.sign(&caller, &format!("local-{role}"), now, MOST_HOURS)?;
        writeln!(out, "{role}: {token}\n")?;
        tokens.insert(role.to_owned(), token.into());
    }
    let pages = stack.pages_url()?.to_owned();
    stack.set([("tokens", Value::Object(tokens))])?;
    writeln!(
        out,
        "The tokens are valid for {MOST_HOURS} hours, at this local stack only. The operator runs center {CENTER}.\n"
    )?;
    writeln!(out, "API:   {api} ({api}/docs)\nPages: {pages}\n\nTry:\n{}", examples(&api, stack))?;
    Ok(())
}

fn callers() -> Result<[Caller; 4], Box<dyn std::error::Error>> {
    let account: Result<AccountId, BadId> = "local-citizen".parse();
    let phone: Result<Phone, BadPhone> = PHONE.parse();
    Ok([
        Caller::Citizen { account: account?, phone: Some(phone?) },
        Caller::Operator { centers: [CenterId::try_from(CENTER)?].into() },
        Caller::Admin { region: Region::Country },
        Caller::Analyst { region: Region::Country },
    ])
}

fn examples(api: &str, stack: &Stack) -> String {
    let program = std::env::args().next().unwrap_or_else(|| "vaxslot".to_owned());
    let file = stack.file().display();
    let token = |role| format!("-H \"Authorization: Bearer $({program} token --stack {file} --role {role})\"");
    [
        format!("curl '{api}/v1/states'"),
        format!("curl '{api}/v1/sessions?district_id=363&dose=1&age=30&available=true&limit=5'"),
        format!("curl '{api}/v1/sessions?lat=18.52&long=73.85&radius_km=5&limit=5'"),
        format!("curl {} '{api}/v1/beneficiaries'", token("citizen")),
        format!("curl {} '{api}/v1/reports/bookings?date='$(date +%F)", token("admin")),
    ]
    .join("\n")
}
