//! The command line as typed.

use std::{collections::BTreeSet, path::PathBuf};

use clap::{Args, Parser, Subcommand, ValueEnum};
use jiff::civil::Date;
use vaxslot_domain::{
    access::{Caller, Region},
    id::{AccountId, CenterId, DistrictId, StateId},
    person::{Phone, parse_date},
};

use crate::{
    failure::{EXIT_CODES, Failure},
    import::Kind,
    stack::DEFAULT_AUDIENCE,
    tokens,
};

/// The command line of Vaxslot: keys and tokens for local use, imports, and work with a local stack.
#[derive(Debug, Parser)]
#[command(name = "vaxslot", version, after_help = EXIT_CODES, propagate_version = true)]
pub struct Cli {
    #[command(subcommand)]
    pub command: Command,
}

#[derive(Debug, Subcommand)]
pub enum Command {
    /// Make keys that sign tokens
    #[command(subcommand)]
    Keys(KeysCommand),
    /// Let staff in by their phones
    #[command(subcommand)]
    Grant(GrantCommand),
    /// Print a token, for local use only: a real deployment's citizens get theirs from its identity provider
    #[command(after_help = TOKEN_EXAMPLES)]
    Token(TokenArgs),
    /// Import districts, centers or sessions from a CSV file
    #[command(after_help = IMPORT_EXAMPLES)]
    Import(ImportArgs),
    /// Fill a local stack with real districts and centers and with sessions for the coming days; again adds what is missing
    #[command(after_help = "Example:\n  vaxslot seed --days 14")]
    Seed(SeedArgs),
    /// Go through the main job on a local stack, showing each request and its answer
    #[command(
        after_help = "Each run registers its own center and citizen, so it can be repeated.\n\nExample:\n  vaxslot walkthrough"
    )]
    Walkthrough(StackArgs),
    /// Show the text messages that a local stack recorded instead of sending them, newest last
    #[command(after_help = "Example:\n  vaxslot outbox --to +919800000000")]
    Outbox(OutboxArgs),
    /// Make a token for each role of a local stack, write them into its file, and print examples of requests
    Tokens(StackArgs),
    /// Count every shard against the appointments that name it; changes nothing
    #[command(after_help = AUDIT_HELP)]
    Audit(AuditArgs),
    /// Print, write or check the description of the API
    #[command(
        after_help = "The description is an OpenAPI 3.1 document in JSON.\n\nExample:\n  vaxslot openapi --check openapi.json"
    )]
    Openapi(OpenapiArgs),
}

const AUDIT_HELP: &str = "Shards that move meanwhile are not judged. A shard that does not agree ends the command with 1.

With --table, credentials and region come from AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_SESSION_TOKEN and AWS_REGION.

Examples:
  vaxslot audit --stack .local/stack.json
  vaxslot audit --table vaxslot-Table-1ABCDEF --weeks 2";

#[derive(Debug, Args)]
pub struct AuditArgs {
    /// The file that describes a local stack
    #[arg(long, value_name = "FILE", default_value = ".local/stack.json", conflicts_with = "table")]
    pub stack: PathBuf,
    /// The table of a deployed stack (its output `TableName`)
    #[arg(long, value_name = "NAME")]
    pub table: Option<String>,
    /// How many weeks of sessions to count, from yesterday on
    #[arg(long, value_name = "N", default_value_t = 5, value_parser = clap::value_parser!(u32).range(1..=52))]
    pub weeks: u32,
    /// After how many minutes to stop
    #[arg(long, value_name = "N", default_value_t = 60, value_parser = clap::value_parser!(u32).range(1..=720))]
    pub minutes: u32,
}

#[derive(Debug, Subcommand)]
pub enum KeysCommand {
    /// Make an RSA key of 2048 bits: private.pem (readable by its owner only), and its public half added to jwks.json
    #[command(after_help = "Example:\n  vaxslot keys new --dir .local/keys")]
    New(NewKeyArgs),
    /// Add a key to those that sign citizens' tokens, and drop those that are no longer needed
    #[command(after_help = ROTATE_HELP)]
    Rotate(RotateArgs),
}

const ROTATE_HELP: &str = "The new key is published at once and signs later, so that whoever keeps the public keys for a while knows it by then. The first
key of a stack signs at once. Nobody is logged out: tokens of the old key stay valid.

Without --stack, credentials and region come from AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_SESSION_TOKEN and AWS_REGION.

Examples:
  vaxslot keys rotate --secret arn:aws:secretsmanager:ap-south-1:111122223333:secret:SigningKeys-1ABCDEF
  vaxslot keys rotate --stack .local/stack.json";

#[derive(Debug, Args)]
#[group(id = "where", required = true, multiple = false, args = ["secret", "stack"])]
pub struct RotateArgs {
    /// The secret of a deployed stack (its output `SigningKeysSecret`)
    #[arg(long, value_name = "ARN")]
    pub secret: Option<String>,
    /// The file that describes a local stack
    #[arg(long, value_name = "FILE")]
    pub stack: Option<PathBuf>,
    /// After how many minutes the new key signs: API Gateway keeps public keys for two hours
    #[arg(long, value_name = "N", default_value_t = 180, value_parser = clap::value_parser!(u32).range(0..=10_080))]
    pub after: u32,
}

#[derive(Debug, Args)]
pub struct NewKeyArgs {
    /// Folder of private.pem and jwks.json; made if it does not exist
    #[arg(long, value_name = "DIR")]
    pub dir: PathBuf,
    /// Name of the key in the set [default: its RFC 7638 thumbprint]
    #[arg(long, value_name = "NAME")]
    pub kid: Option<String>,
    /// Replace private.pem if it exists; the old public key stays in the set, so that its tokens remain valid
    #[arg(long)]
    pub replace: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Role {
    Citizen,
    Operator,
    Admin,
    Analyst,
}

const GRANT_HELP: &str = "Who logs in with that phone is staff from then on, and no citizen. It counts for stacks whose staff have no identity provider of their
own (their parameter `StaffIssuer` is empty). Access tokens count for 15 minutes: what is changed or revoked here counts then at the latest.

Without --stack, credentials and region come from AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_SESSION_TOKEN and AWS_REGION.

Examples:
  vaxslot grant add --phone +919800000000 --role operator --center 13274 --center 22535 --stack .local/stack.json
  vaxslot grant add --phone +919800000000 --role admin --state 21 --table vaxslot-Table-1ABCDEF --seal-secret arn:aws:...
  vaxslot grant revoke --phone +919800000000 --stack .local/stack.json
  vaxslot grant list --stack .local/stack.json";

#[derive(Debug, Subcommand)]
pub enum GrantCommand {
    /// Grant a role to a phone, in place of the one it had
    #[command(after_help = GRANT_HELP)]
    Add(GrantArgs),
    /// Take a role away
    #[command(after_help = GRANT_HELP)]
    Revoke(RevokeArgs),
    /// List who has a role, by account: phones are not known
    #[command(after_help = GRANT_HELP)]
    List(GrantPlace),
}

/// Where grants are kept.
#[derive(Debug, Args)]
pub struct GrantPlace {
    /// The table of a deployed stack (its output `TableName`)
    #[arg(long, value_name = "NAME", requires = "secret", required_unless_present = "stack")]
    pub table: Option<String>,
    /// The secret that makes accounts of phones (its output `SealSecret`)
    #[arg(long = "seal-secret", id = "secret", value_name = "ARN", requires = "table")]
    pub secret: Option<String>,
    /// The file that describes a local stack
    #[arg(long, value_name = "FILE", conflicts_with_all = ["table", "secret"])]
    pub stack: Option<PathBuf>,
}

#[derive(Debug, Args)]
pub struct RevokeArgs {
    /// The phone number, such as +919800000000
    #[arg(long, value_name = "NUMBER")]
    pub phone: Phone,
    #[command(flatten)]
    pub place: GrantPlace,
}

#[derive(Debug, Args)]
pub struct GrantArgs {
    /// The phone number, such as +919800000000
    #[arg(long, value_name = "NUMBER")]
    pub phone: Phone,
    #[arg(long, value_enum)]
    pub role: StaffRole,
    /// A center that an operator runs; may be given several times
    #[arg(long = "center", value_name = "ID")]
    pub centers: Vec<CenterId>,
    /// The state of an admin or analyst [default: the whole country]
    #[arg(long, value_name = "ID", conflicts_with = "district")]
    pub state: Option<StateId>,
    /// The district of an admin or analyst [default: the whole country]
    #[arg(long, value_name = "ID")]
    pub district: Option<DistrictId>,
    #[command(flatten)]
    pub place: GrantPlace,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum StaffRole {
    Operator,
    Admin,
    Analyst,
}

impl GrantArgs {
    /// What is granted.
    ///
    /// # Errors
    /// When an option does not go with the role.
    pub fn caller(&self) -> Result<Caller, Failure> {
        let region = self.state.map(Region::State).or(self.district.map(Region::District));
        let centers: BTreeSet<CenterId> = self.centers.iter().copied().collect();
        let wrong = |text: &str| Err(Failure::Usage(text.to_owned()));
        match self.role {
            StaffRole::Operator if centers.is_empty() => wrong("an operator needs at least one --center"),
            StaffRole::Operator if region.is_some() => wrong("only an admin or analyst has a --state or --district"),
            StaffRole::Operator => Ok(Caller::Operator { centers }),
            _ if !centers.is_empty() => wrong("only an operator has a --center"),
            StaffRole::Admin => Ok(Caller::Admin { region: region.unwrap_or(Region::Country) }),
            StaffRole::Analyst => Ok(Caller::Analyst { region: region.unwrap_or(Region::Country) }),
        }
    }
}

const TOKEN_EXAMPLES: &str = "Examples:
  vaxslot token --role citizen --phone +919800000000 --issuer http://127.0.0.1:4567
  vaxslot token --role operator --center 13274 --center 22535 --hours 8 --issuer http://127.0.0.1:4567
  vaxslot token --role analyst --district 363 --stack .local/stack.json";

#[derive(Debug, Args)]
pub struct TokenArgs {
    #[arg(long, value_enum)]
    pub role: Role,
    /// Who it is; a citizen's account. At most 64 printable ASCII characters [default: local-ROLE]
    #[arg(long, value_name = "NAME")]
    pub subject: Option<AccountId>,
    /// A citizen's phone number, such as +919800000000; needed to register beneficiaries [default with --stack:
    /// +919800000000]
    #[arg(long, value_name = "NUMBER")]
    pub phone: Option<Phone>,
    /// A center that an operator runs; may be given several times [default with --stack: 13274, a seeded one]
    #[arg(long = "center", value_name = "ID")]
    pub centers: Vec<CenterId>,
    /// The state of an admin or analyst [default: the whole country]
    #[arg(long, value_name = "ID", conflicts_with = "district")]
    pub state: Option<StateId>,
    /// The district of an admin or analyst [default: the whole country]
    #[arg(long, value_name = "ID")]
    pub district: Option<DistrictId>,
    /// How long it is valid, in hours, from 1 to 24
    #[arg(long, value_name = "N", default_value_t = 1, value_parser = clap::value_parser!(u8).range(1..=24))]
    pub hours: u8,
    /// The file that describes a local stack; takes the place of --dir, --issuer and --audience
    #[arg(long, value_name = "FILE", conflicts_with_all = ["dir", "issuer", "audience"])]
    pub stack: Option<PathBuf>,
    /// Folder of the keys (see `vaxslot keys new`)
    #[arg(long, value_name = "DIR", default_value = ".local/keys")]
    pub dir: PathBuf,
    /// The issuer that the service expects (its parameter `TokenIssuer`)
    #[arg(long, value_name = "URL", required_unless_present = "stack")]
    pub issuer: Option<String>,
    /// The audience that the service expects (its parameter `TokenAudience`)
    #[arg(long, value_name = "NAME", default_value = DEFAULT_AUDIENCE)]
    pub audience: String,
}

impl TokenArgs {
    /// Who the token is for.
    ///
    /// # Errors
    /// When an option does not go with the role.
    pub fn caller(&self) -> Result<Caller, Failure> {
        let region = self.state.map(Region::State).or(self.district.map(Region::District));
        let mut centers: BTreeSet<CenterId> = self.centers.iter().copied().collect();
        let mut phone = self.phone.clone();
        match self.role {
            Role::Operator if self.stack.is_some() && centers.is_empty() => {
                centers.extend(CenterId::try_from(tokens::CENTER));
            }
            Role::Citizen if self.stack.is_some() => phone = phone.or_else(|| tokens::PHONE.parse().ok()),
            _ => {}
        }
        let wrong = |text: &str| Err(Failure::Usage(text.to_owned()));
        match self.role {
            Role::Operator if centers.is_empty() => wrong("an operator needs at least one --center"),
            role if role != Role::Operator && !centers.is_empty() => wrong("only an operator has a --center"),
            role if role != Role::Citizen && phone.is_some() => wrong("only a citizen has a --phone"),
            Role::Citizen | Role::Operator if region.is_some() => {
                wrong("only an admin or analyst has a --state or --district")
            }
            Role::Citizen => Ok(Caller::Citizen { account: self.account()?, phone }),
            Role::Operator => Ok(Caller::Operator { centers }),
            Role::Admin => Ok(Caller::Admin { region: region.unwrap_or(Region::Country) }),
            Role::Analyst => Ok(Caller::Analyst { region: region.unwrap_or(Region::Country) }),
        }
    }

    fn account(&self) -> Result<AccountId, Failure> {
        let given = self.subject.clone().map_or_else(|| "local-citizen".parse(), Ok);
        given.map_err(|error| Failure::Usage(error.to_string()))
    }
}

const IMPORT_EXAMPLES: &str =
    "The file is sent in parts of at most 200,000 bytes. Of a part either all rows are imported or
none: one bad row keeps the rows around it out, not those of other parts.
Importing the same rows again changes nothing.

Columns:
  districts  state_id,state_name,district_id,district_name
  centers    center_id,name,address,state_name,district_id,district_name,block_name,pincode,lat,long,
             fee_type,opens,closes                       (degrees; Free or Paid; HH:MM)
  sessions   center_id,date,vaccine,min_age,max_age,fee,slots,dose1,dose2,dose3 and perhaps opens_at
             (YYYY-MM-DD; years; rupees; \"09:00-11:00 11:00-13:00\"; units a slot, empty if not given)

Example:
  VAXSLOT_TOKEN=$(vaxslot token --role admin --issuer http://127.0.0.1:4567) \\
    vaxslot import centers data/centers.csv --api http://127.0.0.1:4567";

#[derive(Debug, Args)]
pub struct ImportArgs {
    /// What the file holds
    #[arg(value_enum)]
    pub kind: Kind,
    /// A CSV file with a header, in UTF-8
    pub file: PathBuf,
    /// Address of the API
    #[arg(long, value_name = "URL", env = "VAXSLOT_API")]
    pub api: String,
    /// Token of an admin (for sessions also of the centers' operator); better given by the environment variable
    #[arg(long, value_name = "TOKEN", env = "VAXSLOT_TOKEN", hide_env_values = true)]
    pub token: String,
}

#[derive(Debug, Args)]
pub struct StackArgs {
    /// The file that describes the local stack
    #[arg(long, value_name = "FILE", default_value = ".local/stack.json")]
    pub stack: PathBuf,
}

#[derive(Debug, Args)]
pub struct SeedArgs {
    #[command(flatten)]
    pub stack: StackArgs,
    /// For how many days there are sessions, from 1 to 60
    #[arg(long, value_name = "N", default_value_t = 14, value_parser = clap::value_parser!(u16).range(1..=60))]
    pub days: u16,
    /// The first day, as YYYY-MM-DD [default: today in India]
    #[arg(long, value_name = "DATE", value_parser = date)]
    pub today: Option<Date>,
    /// Send everything without asking first what is there
    #[arg(long)]
    pub force: bool,
}

#[derive(Debug, Args)]
pub struct OutboxArgs {
    #[command(flatten)]
    pub stack: StackArgs,
    /// Only messages to this number, such as +919800000000
    #[arg(long, value_name = "PHONE")]
    pub to: Option<Phone>,
}

#[derive(Debug, Args)]
pub struct OpenapiArgs {
    /// Write the document to a file instead of printing it
    #[arg(long, value_name = "FILE", conflicts_with = "check")]
    pub write: Option<PathBuf>,
    /// Fail unless the file holds exactly this document
    #[arg(long, value_name = "FILE")]
    pub check: Option<PathBuf>,
}

fn date(text: &str) -> Result<Date, String> {
    parse_date(text).ok_or_else(|| "a date is written YYYY-MM-DD".to_owned())
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::*;

    fn caller(arguments: &str) -> Result<Caller, Failure> {
        let all = format!("vaxslot token --issuer http://localhost {arguments}");
        match Cli::try_parse_from(all.split_whitespace()).unwrap().command {
            Command::Token(token) => token.caller(),
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn the_command_line_is_consistent() {
        Cli::command().debug_assert();
    }

    #[test]
    fn each_role_has_its_own_options() {
        assert_eq!(
            caller("--role admin --state 21").unwrap(),
            Caller::Admin { region: Region::State(21.try_into().unwrap()) }
        );
        assert_eq!(caller("--role analyst").unwrap(), Caller::Analyst { region: Region::Country });
        for wrong in [
            "--role operator",
            "--role admin --center 1",
            "--role operator --center 1 --phone +919800000000",
            "--role citizen --district 363",
        ] {
            assert!(matches!(caller(wrong), Err(Failure::Usage(_))), "{wrong}");
        }
    }

    #[test]
    fn what_is_out_of_range_is_a_usage_error() {
        for wrong in [
            "vaxslot token --role admin --issuer x --hours 25",
            "vaxslot token --role king --issuer x",
            "vaxslot token --role admin --issuer x --state 1 --district 2",
            "vaxslot seed --days 0",
            "vaxslot seed --today 21-11-2026",
            "vaxslot outbox --to 9800000000",
        ] {
            assert_eq!(Cli::try_parse_from(wrong.split_whitespace()).unwrap_err().exit_code(), 2, "{wrong}");
        }
    }
}
