use vaxslot_app::ports::{BadRow, StoreError};
use vaxslot_domain::{appointment::Appointment, booking::Own, session::ShardKey};

use super::is_profile;
use crate::{
    error::classify,
    expression::Terms,
    keys::{self, APPOINTMENT, BY_POOL, PK, POOL, PROFILE, SK},
    rows::{Item, Row, read_beneficiary, read_ended},
    store::DynamoStore,
};

impl DynamoStore {
    pub(super) async fn list_active(&self, shard: ShardKey) -> Result<Vec<Own>, StoreError> {
        let items = self.of_shard(shard, true).await?;
        items.iter().map(|item| Ok(read_own(&self.row(item))?)).collect()
    }

    pub(super) async fn list_all(&self, shard: ShardKey) -> Result<Vec<Appointment>, StoreError> {
        let mut appointments = Vec::new();
        for item in self.of_shard(shard, false).await? {
            let row = self.row(&item);
            if is_profile(&item) {
                appointments.extend(read_beneficiary(&row)?.active);
            } else {
                appointments.push(read_ended(&row)?);
            }
        }
        Ok(appointments)
    }

    /// The rows that name a shard: all of them, or of those with an active appointment its keys alone.
    async fn of_shard(&self, shard: ShardKey, keys_of_active: bool) -> Result<Vec<Item>, StoreError> {
        let mut items = Vec::new();
        let mut from: Option<Item> = None;
        loop {
            let terms = Terms::default().names(&[POOL]).text("pool", shard);
            let query = self.client.query().table_name(&self.table).index_name(BY_POOL);
            let query = query.key_condition_expression("#pool = :pool").set_exclusive_start_key(from.take());
            let (query, terms) = if keys_of_active {
                let terms = terms.names(&[PK, SK, APPOINTMENT]).text("profile", PROFILE);
                let query = query.filter_expression("#sk = :profile").projection_expression("#pk, #sk, #appointment");
                (query, terms)
            } else {
                (query, terms)
            };
            let (names, values) = terms.parts();
            let query = query.set_expression_attribute_names(names).set_expression_attribute_values(values);
            let answer = query.send().await.map_err(classify)?;
            items.extend(answer.items.unwrap_or_default());
            match answer.last_evaluated_key {
                Some(key) => from = Some(key),
                None => return Ok(items),
            }
        }
    }
}

fn read_own(row: &Row<'_>) -> Result<Own, BadRow> {
    let beneficiary = keys::parse_id(row.text(PK)?, "BENEFICIARY");
    let beneficiary = beneficiary.ok_or_else(|| row.bad(PK, "is no beneficiary's key"))?;
    Ok(Own { beneficiary, appointment: row.get(APPOINTMENT)? })
}
