//! What a run of the benchmark stands on.

use std::{collections::HashMap, env, fs, path::PathBuf};

use vaxslot::{keys, token::Signer};
use vaxslot_app::ports::Host;
use vaxslot_aws::SystemHost;
use vaxslot_domain::access::Caller;

use crate::{Outcome, people::Citizen};

const ISSUER: &str = "https://bench.example";
const AUDIENCE: &str = "vaxslot";

/// The engine, the binaries under test, and keys made for this run.
pub struct Setting {
    pub engine: String,
    binaries: PathBuf,
    jwks: String,
    signer: Signer,
}

impl Setting {
    pub fn from_env() -> Outcome<Self> {
        let engine = env::var("DYNAMODB_LOCAL_URL").map_err(|_| "DYNAMODB_LOCAL_URL is not set: run `make bench`")?;
        let folder = env::temp_dir().join(format!("vaxslot-bench-{}", std::process::id()));
        keys::create(&folder, None, keys::Present::Replace)?;
        let jwks = fs::read_to_string(keys::set_file(&folder))?;
        let signer = Signer::load(&folder, ISSUER, AUDIENCE)?;
        fs::remove_dir_all(&folder)?;
        Ok(Self {
            engine,
            binaries: PathBuf::from(env::var("BINARIES").unwrap_or_else(|_| "target/lambda".to_owned())),
            jwks,
            signer,
        })
    }

    /// The file that Lambda runs for a function.
    pub fn binary(&self, function: &str) -> PathBuf {
        self.binaries.join(function).join("bootstrap")
    }

    /// A token for a citizen.
    pub fn token(&self, citizen: &Citizen) -> Outcome<String> {
        self.token_of(&Caller::Citizen { account: citizen.account.clone(), phone: None })
    }

    /// A token for a caller.
    pub fn token_of(&self, caller: &Caller) -> Outcome<String> {
        Ok(self.signer.sign(caller, "bench", SystemHost.now(), 1)?)
    }

    /// What a function finds in its environment.
    pub fn environment(
        &self,
        table: &str,
        function: &str,
        runtime: &str,
        concurrency: usize,
    ) -> HashMap<String, String> {
        let pairs = [
            ("AWS_LAMBDA_RUNTIME_API", runtime.to_owned()),
            ("AWS_LAMBDA_FUNCTION_NAME", function.to_owned()),
            ("AWS_LAMBDA_FUNCTION_VERSION", "1".to_owned()),
            ("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", "256".to_owned()),
            ("AWS_LAMBDA_MAX_CONCURRENCY", concurrency.to_string()),
            ("AWS_ACCESS_KEY_ID", "test".to_owned()),
            ("AWS_SECRET_ACCESS_KEY", "test".to_owned()),
            ("AWS_REGION", "us-east-1".to_owned()),
            ("AWS_ENDPOINT_URL", self.engine.clone()),
            ("TABLE_NAME", table.to_owned()),
            ("EVENTS_TOPIC_ARN", "arn:aws:sns:us-east-1:000000000000:events".to_owned()),
            ("AVAILABILITY_TOPIC_ARN", "arn:aws:sns:us-east-1:000000000000:availability".to_owned()),
            ("CHANNEL_TOPIC_ARN", "arn:aws:sns:us-east-1:000000000000:channels".to_owned()),
            ("NOTIFICATIONS_QUEUE_URL", format!("{}/000000000000/Notifications", self.engine)),
            ("RESERVATIONS_QUEUE_URL", format!("{}/000000000000/Reservations.fifo", self.engine)),
            ("SEAL_SECRET", "seal".to_owned()),
            ("SIGNING_KEYS_SECRET", "signing-keys".to_owned()),
            ("METRICS_NAMESPACE", "bench".to_owned()),
            ("TOKEN_ISSUER", ISSUER.to_owned()),
            ("TOKEN_AUDIENCE", AUDIENCE.to_owned()),
            ("TOKEN_JWKS", self.jwks.clone()),
            ("LABEL_KEY", "a key of labels, for measuring alone".to_owned()),
            // One account of a load stands for many.
            ("BOOKINGS_PER_ACCOUNT", "60000".to_owned()),
            ("LOOKS_PER_ACCOUNT", "60000".to_owned()),
            ("RUST_LOG", "error".to_owned()),
        ];
        pairs.into_iter().map(|(name, value)| (name.to_owned(), value)).collect()
    }
}
