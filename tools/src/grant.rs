//! Letting staff in by their phones, where they have no identity provider of their own.

use std::io::Write;

use aws_sdk_dynamodb::{
    config::{Credentials, Region},
    error::DisplayErrorContext,
};
use vaxslot_api::seal::Sealer;
use vaxslot_aws::{DynamoGrants, Granted, connect};
use vaxslot_domain::{
    access::{self, Caller},
    id::AccountId,
    person::Phone,
};

use crate::{
    cli::{GrantCommand, GrantPlace},
    clock,
    failure::Failure,
    mask,
    stack::Stack,
    token::role,
};

/// Runs the command.
pub async fn run(command: &GrantCommand, out: &mut dyn Write) -> Result<(), Failure> {
    match command {
        GrantCommand::Add(args) => {
            let (caller, place) = (args.caller()?, Place::find(&args.place)?);
            let account = place.account(&args.phone).await?;
            place.grants.grant(&account, &caller, clock::now()).await.map_err(refused)?;
            writeln!(
                out,
                "{} is {} from the next login or renewal on.",
                mask::phone(args.phone.as_str()),
                said(&caller)
            )?;
        }
        GrantCommand::Revoke(args) => {
            let place = Place::find(&args.place)?;
            let account = place.account(&args.phone).await?;
            let was = place.grants.revoke(&account).await.map_err(refused)?;
            let phone = mask::phone(args.phone.as_str());
            let said = if was {
                "is nobody's staff from the next renewal on, in 15 minutes at the latest"
            } else {
                "was granted nothing"
            };
            writeln!(out, "{phone} {said}.")?;
        }
        GrantCommand::List(place) => {
            for Granted { account, caller, since } in Place::find(place)?.grants.all().await.map_err(refused)? {
                writeln!(out, "{}  {since:.0}  {}", account.as_str(), said(&caller))?;
            }
        }
    }
    Ok(())
}

/// What a caller is, in words.
fn said(caller: &Caller) -> String {
    let of = |region: &access::Region| match region {
        access::Region::Country => "the country".to_owned(),
        access::Region::State(id) => format!("state {id}"),
        access::Region::District(id) => format!("district {id}"),
    };
    match caller {
        Caller::Citizen { .. } => "citizen".to_owned(),
        Caller::Operator { centers } => {
            let centers: Vec<String> = centers.iter().map(ToString::to_string).collect();
            format!("{} of {}", role(caller), centers.join(", "))
        }
        Caller::Admin { region } | Caller::Analyst { region } => format!("{} of {}", role(caller), of(region)),
    }
}

/// Where the grants are, and the secret that makes accounts of phones.
struct Place {
    grants: DynamoGrants,
    secrets: aws_sdk_secretsmanager::Client,
    secret: String,
}

impl Place {
    fn find(place: &GrantPlace) -> Result<Self, Failure> {
        let config = connect();
        let Some(stack) = &place.stack else {
            let grants =
                DynamoGrants::new(aws_sdk_dynamodb::Client::new(&config), place.table.clone().unwrap_or_default());
            let secret = place.secret.clone().unwrap_or_default();
            return Ok(Self { grants, secrets: aws_sdk_secretsmanager::Client::new(&config), secret });
        };
        let stack = Stack::load(stack)?;
        let [endpoint, region, table] = stack.table()?;
        let (region, credentials) =
            (Region::new(region.to_owned()), Credentials::new("test", "test", None, None, "local"));
        let dynamo = aws_sdk_dynamodb::config::Builder::from(&config)
            .endpoint_url(endpoint)
            .region(region.clone())
            .credentials_provider(credentials.clone());
        let secrets = aws_sdk_secretsmanager::config::Builder::from(&config)
            .endpoint_url(endpoint)
            .region(region)
            .credentials_provider(credentials);
        Ok(Self {
            grants: DynamoGrants::new(aws_sdk_dynamodb::Client::from_conf(dynamo.build()), table),
            secrets: aws_sdk_secretsmanager::Client::from_conf(secrets.build()),
            secret: stack.seal_secret()?.to_owned(),
        })
    }

    /// The account of a phone, as logging in makes it.
    async fn account(&self, phone: &Phone) -> Result<AccountId, Failure> {
        let answer = self.secrets.get_secret_value().secret_id(&self.secret).send().await;
        let answer = answer.map_err(|error| Failure::Refused(DisplayErrorContext(error).to_string()))?;
        let secret = answer.secret_string.ok_or_else(|| Failure::Refused("the secret has no text".to_owned()))?;
        Ok(Sealer::new(secret.as_bytes()).account(phone))
    }
}

fn refused(error: vaxslot_app::ports::StoreError) -> Failure {
    Failure::Refused(vaxslot_api::chain(&error))
}
