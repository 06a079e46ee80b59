use async_trait::async_trait;
use vaxslot_app::ports::{Centers, Places, StoreError, Tried};
use vaxslot_domain::{
    access::Region,
    center::Center,
    id::{CenterId, DistrictId, StateId},
    place::{District, State},
};
use vaxslot_testkit::{MemoryKey, MemoryStore};

use super::SimStore;
use crate::store::at_once;

#[async_trait]
impl Places for SimStore {
    async fn states(&self) -> Result<Vec<State>, StoreError> {
        self.get("read states", Vec::new(), |memory| at_once(memory.states())).await
    }

    async fn districts(&self, state: StateId) -> Result<Vec<District>, StoreError> {
        self.get("read districts", vec![MemoryKey::State(state)], move |memory| at_once(memory.districts(state))).await
    }

    async fn district(&self, id: DistrictId) -> Result<Option<District>, StoreError> {
        self.get("read district", vec![MemoryKey::District(id)], move |memory| at_once(memory.district(id))).await
    }

    async fn save_districts(&self, districts: &[District]) -> Result<(), StoreError> {
        for district in districts {
            let (key, one) = (MemoryKey::District(district.id), [district.clone()]);
            self.put("save", key, move |memory: &MemoryStore| at_once(memory.save_districts(&one))).await?;
        }
        Ok(())
    }
}

#[async_trait]
impl Centers for SimStore {
    async fn center(&self, id: CenterId) -> Result<Option<Center>, StoreError> {
        self.get("read center", vec![MemoryKey::Center(id)], move |memory| at_once(memory.center(id))).await
    }

    async fn add_center(&self, center: &Center) -> Result<Tried<(), Center>, StoreError> {
        let (key, center) = (MemoryKey::Center(center.id), center.clone());
        self.put("add", key, move |memory: &MemoryStore| at_once(memory.add_center(&center))).await
    }

    async fn change_center(&self, center: &Center, region: Region) -> Result<Tried<(), ()>, StoreError> {
        let (key, center) = (MemoryKey::Center(center.id), center.clone());
        self.put("change", key, move |memory: &MemoryStore| at_once(memory.change_center(&center, region))).await
    }
}
