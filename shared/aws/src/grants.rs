use std::collections::BTreeSet;

use aws_sdk_dynamodb::{
    Client,
    types::{AttributeValue, ReturnValue},
};
use vaxslot_app::ports::StoreError;
use vaxslot_domain::{
    Timestamp,
    access::{Caller, Region},
    id::{AccountId, CenterId},
};

use crate::{
    classify,
    keys::{self, SK},
    rows::{Item, Row, instant},
};

/// What staff who log in with their phone may do, by their accounts. A row tells nobody's phone.
#[derive(Debug, Clone)]
pub struct DynamoGrants {
    client: Client,
    table: String,
}

/// A grant, and since when it counts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Granted {
    pub account: AccountId,
    pub caller: Caller,
    pub since: Timestamp,
}

impl DynamoGrants {
    #[must_use]
    pub fn new(client: Client, table: impl Into<String>) -> Self {
        Self { client, table: table.into() }
    }

    /// Grants a role, in place of what was granted before. A citizen's takes it away.
    pub async fn grant(&self, account: &AccountId, caller: &Caller, now: Timestamp) -> Result<(), StoreError> {
        let Some(mut item) = written(caller) else { return self.revoke(account).await.map(drop) };
        item.extend(keys::grant(account).attributes());
        item.insert("since".to_owned(), AttributeValue::S(instant(now)));
        self.client.put_item().table_name(&self.table).set_item(Some(item)).send().await.map_err(classify)?;
        Ok(())
    }

    /// Takes a role away. Whether there was one.
    pub async fn revoke(&self, account: &AccountId) -> Result<bool, StoreError> {
        let key = keys::grant(account).attributes();
        let delete = self.client.delete_item().table_name(&self.table).set_key(Some(key));
        let gone = delete.return_values(ReturnValue::AllOld).send().await.map_err(classify)?;
        Ok(gone.attributes.is_some_and(|item| !item.is_empty()))
    }

    /// What is granted to an account, as it is now.
    pub async fn of(&self, account: &AccountId) -> Result<Option<Caller>, StoreError> {
        let key = keys::grant(account).attributes();
        let get = self.client.get_item().table_name(&self.table).set_key(Some(key)).consistent_read(true);
        let item = get.send().await.map_err(classify)?.item;
        Ok(item.map(|item| self.read(&item)).transpose()?.map(|granted| granted.caller))
    }

    /// All grants, by their accounts.
    pub async fn all(&self) -> Result<Vec<Granted>, StoreError> {
        let query = self.client.query().table_name(&self.table).key_condition_expression("pk = :all");
        let query = query.expression_attribute_values(":all", AttributeValue::S(keys::GRANTS.to_owned()));
        let mut pages = query.into_paginator().items().send();
        let mut all = Vec::new();
        while let Some(item) = pages.next().await {
            all.push(self.read(&item.map_err(classify)?)?);
        }
        Ok(all)
    }

    fn read(&self, item: &Item) -> Result<Granted, StoreError> {
        let row = Row::new(&self.table, item);
        let region = match (row.maybe("state_id")?, row.maybe("district_id")?) {
            (None, None) => Region::Country,
            (Some(state), None) => Region::State(state),
            (None, Some(district)) => Region::District(district),
            _ => return Err(row.bad("district_id", "stands beside a state").into()),
        };
        let caller = match row.text("role")? {
            "operator" => Caller::Operator { centers: row.list::<CenterId>("centers")?.into_iter().collect() },
            "admin" => Caller::Admin { region },
            "analyst" => Caller::Analyst { region },
            _ => return Err(row.bad("role", "is no role of staff").into()),
        };
        Ok(Granted { account: row.get(SK)?, caller, since: row.get("since")? })
    }
}

fn written(caller: &Caller) -> Option<Item> {
    let number = |number: u32| AttributeValue::N(number.to_string());
    let (role, region) = match caller {
        Caller::Citizen { .. } => return None,
        Caller::Operator { .. } => ("operator", Region::Country),
        Caller::Admin { region } => ("admin", *region),
        Caller::Analyst { region } => ("analyst", *region),
    };
    let mut item = Item::from([("role".to_owned(), AttributeValue::S(role.to_owned()))]);
    if let Caller::Operator { centers } = caller {
        let centers: &BTreeSet<CenterId> = centers;
        let list = centers.iter().map(|center| number(center.get())).collect();
        item.insert("centers".to_owned(), AttributeValue::L(list));
    }
    match region {
        Region::Country => {}
        Region::State(id) => drop(item.insert("state_id".to_owned(), number(id.get()))),
        Region::District(id) => drop(item.insert("district_id".to_owned(), number(id.get()))),
    }
    Some(item)
}
