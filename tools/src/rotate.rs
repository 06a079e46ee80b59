//! Changing the keys that sign citizens' tokens. They are one secret: a list, of which the function `identity` uses the one whose
//! time began last.

use std::io::Write;

use aws_sdk_secretsmanager::{
    Client,
    config::{Builder, Credentials, Region},
    error::DisplayErrorContext,
};
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use vaxslot_aws::connect;

use crate::{cli::RotateArgs, clock, failure::Failure, keys, stack::Stack};

/// How long a key is kept after the next one has begun to sign: longer than any token it signed is valid, and than anybody
/// keeps the public keys.
const KEPT: SignedDuration = SignedDuration::from_hours(26);

/// What the secret holds.
#[derive(Default, Serialize, Deserialize)]
pub struct Ring {
    pub keys: Vec<Key>,
}

/// One key of the secret.
#[derive(Clone, Serialize, Deserialize)]
pub struct Key {
    pub kid: String,
    pub pem: String,
    pub signs_from: Timestamp,
}

impl Ring {
    /// Adds a key and drops those whose successors have signed for long enough. The first key signs at once.
    pub fn rotate(&mut self, kid: String, pem: String, now: Timestamp, after: SignedDuration) -> Timestamp {
        let signs_from = if self.keys.is_empty() { now } else { now.saturating_add(after).unwrap_or(Timestamp::MAX) };
        self.keys.push(Key { kid, pem, signs_from });
        self.keys.sort_by_key(|key| key.signs_from);
        let enough = |next: &Key| now.duration_since(next.signs_from) > KEPT;
        let dropped = self.keys.windows(2).take_while(|pair| enough(&pair[1])).count();
        self.keys.drain(..dropped);
        signs_from
    }
}

/// Runs the command.
pub async fn run(args: &RotateArgs, out: &mut dyn Write) -> Result<(), Failure> {
    let (client, secret) = place(args)?;
    let text = client.get_secret_value().secret_id(&secret).send().await.map_err(|error| refused(&error))?;
    let form = |_| Failure::Refused("the secret does not hold signing keys".to_owned());
    let mut ring: Ring = serde_json::from_str(text.secret_string().unwrap_or_default()).map_err(form)?;
    let (kid, pem) = keys::generate()?;
    let after = SignedDuration::from_mins(i64::from(args.after));
    let signs_from = ring.rotate(kid.clone(), pem, clock::now(), after);
    let text = serde_json::to_string(&ring).map_err(form)?;
    client.put_secret_value().secret_id(&secret).secret_string(text).send().await.map_err(|error| refused(&error))?;
    writeln!(out, "Key {kid} signs from {signs_from} on; {} keys are published within minutes.", ring.keys.len())?;
    Ok(())
}

fn place(args: &RotateArgs) -> Result<(Client, String), Failure> {
    let Some(stack) = &args.stack else {
        return Ok((Client::new(&connect()), args.secret.clone().unwrap_or_default()));
    };
    let stack = Stack::load(stack)?;
    let [endpoint, region, secret] = stack.signing_keys()?;
    let config = Builder::from(&connect())
        .endpoint_url(endpoint)
        .region(Region::new(region.to_owned()))
        .credentials_provider(Credentials::new("test", "test", None, None, "local"))
        .build();
    Ok((Client::from_conf(config), secret.to_owned()))
}

/// What the service says of it: no secret is ever in an error.
fn refused<E: std::error::Error>(error: &E) -> Failure {
    Failure::Refused(DisplayErrorContext(error).to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(hours: i64) -> Timestamp {
        Timestamp::from_second(1_795_255_200 + hours * 3_600).unwrap()
    }

    fn rotated(ring: &mut Ring, kid: &str, hour: i64) -> Vec<String> {
        ring.rotate(kid.to_owned(), String::new(), at(hour), SignedDuration::from_hours(3));
        ring.keys.iter().map(|key| key.kid.clone()).collect()
    }

    #[test]
    fn a_key_stays_until_nobody_needs_it() {
        let mut ring = Ring::default();
        assert_eq!(rotated(&mut ring, "a", 0), ["a"]);
        assert_eq!(ring.keys[0].signs_from, at(0), "there was none to sign before it");
        assert_eq!(rotated(&mut ring, "b", 10), ["a", "b"]);
        assert_eq!(ring.keys[1].signs_from, at(13));
        assert_eq!(rotated(&mut ring, "c", 39), ["a", "b", "c"]);
        assert_eq!(rotated(&mut ring, "d", 40), ["b", "c", "d"]);
        assert_eq!(rotated(&mut ring, "e", 200), ["d", "e"]);
    }
}
