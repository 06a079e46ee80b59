//! Wires the `identity` function.

use std::sync::Arc;

use vaxslot_api::{
    env::{TokenConfig, parsed_or, required},
    limit::Purpose,
};
use vaxslot_app::{once::Once, subscriptions::OwnSubscriptions};
use vaxslot_aws::{DynamoStore, Https, Registered, SnsSms, SnsSubscribers, SystemHost, connect};
use vaxslot_identity::{DynamoLogins, Identity, Login, Registry, SecretsManager, Settings, Vault, router};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), vaxslot_api::Error> {
    vaxslot_api::log_as_json();
    let (table, tokens) = (required("TABLE_NAME")?, TokenConfig::from_env()?);
    let (config, host) = (connect(), Arc::new(SystemHost));
    let dynamo = aws_sdk_dynamodb::Client::new(&config);
    let store = Arc::new(DynamoStore::new(dynamo.clone(), table.clone()));
    let secrets = aws_sdk_secretsmanager::Client::new(&config);
    let safe = SecretsManager::new(secrets, required("SEAL_SECRET")?, required("SIGNING_KEYS_SECRET")?);
    let vault = Arc::new(Vault::new(Arc::new(safe), store.clone(), host.clone()));
    let logins = Arc::new(DynamoLogins::new(dynamo, table));
    let sns = aws_sdk_sns::Client::new(&config);
    let topic = Arc::new(SnsSubscribers::new(sns.clone(), required("AVAILABILITY_TOPIC_ARN")?));
    let login = Login {
        logins: logins.clone(),
        buckets: store.clone(),
        sms: Arc::new(SnsSms::new(sns, parsed_or("REGISTERED_TEXTS", Registered::default())?)),
        vault: vault.clone(),
        host: host.clone(),
        chance: host.clone(),
        settings: Settings::from_env()?,
        issuer: tokens.issuer.clone(),
        audience: tokens.audience.clone(),
    };
    let gate = tokens.gate(store.clone(), Arc::new(Https::default()), host.clone(), Purpose::People)?;
    let once = Once::new(store.clone(), host.clone());
    let subscriptions = OwnSubscriptions::new(store.clone(), topic, host.clone());
    let registry = Registry::new(store.clone(), store, vault, host);
    vaxslot_api::serve(router(Identity { registry, login, logins, subscriptions, once, gate, tokens })).await
}
