use async_trait::async_trait;
use vaxslot_app::ports::{Centers, Places, StoreError, Tried};
use vaxslot_domain::{
    access::Region,
    center::Center,
    id::{CenterId, DistrictId, StateId},
    place::{District, State},
};

use super::MemoryStore;

#[async_trait]
impl Places for MemoryStore {
    async fn states(&self) -> Result<Vec<State>, StoreError> {
        Ok(self.tables().states.values().cloned().collect())
    }

    async fn districts(&self, state: StateId) -> Result<Vec<District>, StoreError> {
        Ok(self.tables().districts.values().filter(|district| district.state.id == state).cloned().collect())
    }

    async fn district(&self, id: DistrictId) -> Result<Option<District>, StoreError> {
        Ok(self.tables().districts.get(&id).cloned())
    }

    async fn save_districts(&self, districts: &[District]) -> Result<(), StoreError> {
        let mut tables = self.tables();
        for district in districts {
            tables.states.insert(district.state.id, district.state.clone());
            tables.districts.insert(district.id, district.clone());
        }
        Ok(())
    }
}

#[async_trait]
impl Centers for MemoryStore {
    async fn center(&self, id: CenterId) -> Result<Option<Center>, StoreError> {
        Ok(self.tables().centers.get(&id).cloned())
    }

    async fn add_center(&self, center: &Center) -> Result<Tried<(), Center>, StoreError> {
        let mut tables = self.tables();
        if let Some(existing) = tables.centers.get(&center.id) {
            return Ok(Tried::Refused(existing.clone()));
        }
        tables.centers.insert(center.id, center.clone());
        Ok(Tried::Done(()))
    }

    async fn change_center(&self, center: &Center, region: Region) -> Result<Tried<(), ()>, StoreError> {
        match self.tables().centers.get_mut(&center.id) {
            Some(stored) if region.covers(&stored.district) => {
                *stored = center.clone();
                Ok(Tried::Done(()))
            }
            _ => Ok(Tried::Refused(())),
        }
    }
}
