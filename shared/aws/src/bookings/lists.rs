use vaxslot_app::ports::{BadRow, StoreError, Taken};
use vaxslot_domain::{
    appointment::{Appointment, Status},
    booking::Own,
    reference::Reference,
    session::ShardKey,
};

use super::is_profile;
use crate::{
    error::classify,
    expression::Terms,
    keys::{APPOINTMENT, BY_POOL, PK, POOL, PROFILE, SK},
    rows::{Item, Row, read_beneficiary, read_ended},
    store::DynamoStore,
};

/// Which of the rows that name a shard are wanted, and what of them.
#[derive(Clone, Copy)]
enum Wanted<'a> {
    All,
    /// Of those that hold a unit or have used one up, the keys.
    KeysOfTaken,
    /// Of those whose appointment's id begins so, the keys.
    KeysOf(&'a str),
}

impl DynamoStore {
    pub(super) async fn list_taken(&self, shard: ShardKey) -> Result<Taken, StoreError> {
        let mut taken = Taken::default();
        for item in self.of_shard(shard, Wanted::KeysOfTaken).await? {
            if is_profile(&item) {
                taken.active.push(read_own(&self.row(&item))?);
            } else {
                taken.used += 1;
            }
        }
        Ok(taken)
    }

    pub(super) async fn list_named(&self, shard: ShardKey, reference: Reference) -> Result<Vec<Own>, StoreError> {
        let items = self.of_shard(shard, Wanted::KeysOf(&reference.id_prefix())).await?;
        let own: Vec<Own> =
            items.iter().map(|item| Ok(read_own(&self.row(item))?)).collect::<Result<_, StoreError>>()?;
        Ok(own.into_iter().filter(|own| Reference::of(own.appointment) == reference).collect())
    }

    pub(super) async fn list_all(&self, shard: ShardKey) -> Result<Vec<Appointment>, StoreError> {
        let mut appointments = Vec::new();
        for item in self.of_shard(shard, Wanted::All).await? {
            let row = self.row(&item);
            if is_profile(&item) {
                appointments.extend(read_beneficiary(&row)?.active);
            } else {
                appointments.push(read_ended(&row)?);
            }
        }
        Ok(appointments)
    }

    async fn of_shard(&self, shard: ShardKey, wanted: Wanted<'_>) -> Result<Vec<Item>, StoreError> {
        let terms = Terms::default().names(&[POOL]).text("pool", shard);
        let (key, filter, terms) = match wanted {
            Wanted::All => ("#pool = :pool", None, terms),
            Wanted::KeysOfTaken => {
                let terms = terms.names(&["status"]).text("profile", PROFILE);
                let terms = terms.text("completed", Status::Completed.name()).text("no_show", Status::NoShow.name());
                ("#pool = :pool", Some("#sk = :profile OR #status IN (:completed, :no_show)"), terms)
            }
            Wanted::KeysOf(front) => {
                ("#pool = :pool AND begins_with(#appointment, :front)", None, terms.text("front", front))
            }
        };
        let all = matches!(wanted, Wanted::All);
        let (projection, terms) =
            if all { (None, terms) } else { (Some("#pk, #sk, #appointment"), terms.names(&[PK, SK, APPOINTMENT])) };
        let (names, values) = terms.parts();
        let mut items = Vec::new();
        let mut from: Option<Item> = None;
        loop {
            let query = self
                .client
                .query()
                .table_name(&self.table)
                .index_name(BY_POOL)
                .key_condition_expression(key)
                .set_filter_expression(filter.map(str::to_owned))
                .set_projection_expression(projection.map(str::to_owned))
                .set_expression_attribute_names(names.clone())
                .set_expression_attribute_values(values.clone())
                .set_exclusive_start_key(from.take());
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
    Ok(Own { beneficiary: row.beneficiary()?, appointment: row.get(APPOINTMENT)? })
}
