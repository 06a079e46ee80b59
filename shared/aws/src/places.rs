use async_trait::async_trait;
use vaxslot_app::ports::{Places, StoreError};
use vaxslot_domain::{
    id::{DistrictId, StateId},
    place::{District, State},
};

use crate::{
    keys,
    rows::{read_district, read_state, write_district, write_district_in, write_state},
    store::DynamoStore,
};

#[async_trait]
impl Places for DynamoStore {
    async fn states(&self) -> Result<Vec<State>, StoreError> {
        let items = self.partition(keys::STATES, "").await?;
        items.iter().map(|item| Ok(read_state(&self.row(item))?)).collect()
    }

    async fn districts(&self, state: StateId) -> Result<Vec<District>, StoreError> {
        let items = self.partition(&keys::districts_of(state), "DISTRICT#").await?;
        items.iter().map(|item| Ok(read_district(&self.row(item))?)).collect()
    }

    async fn district(&self, id: DistrictId) -> Result<Option<District>, StoreError> {
        let item = self.read(&keys::district(id)).await?;
        item.map(|item| Ok(read_district(&self.row(&item))?)).transpose()
    }

    async fn save_districts(&self, districts: &[District]) -> Result<(), StoreError> {
        let mut states: Vec<&State> = districts.iter().map(|district| &district.state).collect();
        states.sort_by_key(|state| state.id);
        states.dedup_by_key(|state| state.id);
        let states = states.into_iter().map(write_state);
        let listed = districts.iter().map(write_district_in);
        let signed = states.chain(districts.iter().map(write_district)).map(|row| self.signed_row(row));
        self.put_all(signed.chain(listed).collect()).await
    }
}
