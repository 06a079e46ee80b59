use serde::Serialize;
use utoipa::ToSchema;
use vaxslot_domain::place::{District, State};

/// A state or union territory.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = State)]
pub struct StateView {
    #[schema(example = 21)]
    pub state_id: u32,
    #[schema(example = "Maharashtra")]
    pub state_name: String,
}

impl From<&State> for StateView {
    fn from(state: &State) -> Self {
        Self { state_id: state.id.get(), state_name: state.name.as_str().to_owned() }
    }
}

/// All states.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct States {
    pub states: Vec<StateView>,
}

/// A district and the state it lies in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = District)]
pub struct DistrictView {
    #[schema(example = 363)]
    pub district_id: u32,
    #[schema(example = "Pune")]
    pub district_name: String,
    #[schema(example = 21)]
    pub state_id: u32,
    #[schema(example = "Maharashtra")]
    pub state_name: String,
}

impl From<&District> for DistrictView {
    fn from(district: &District) -> Self {
        let StateView { state_id, state_name } = StateView::from(&district.state);
        Self { district_id: district.id.get(), district_name: district.name.as_str().to_owned(), state_id, state_name }
    }
}

/// The districts of a state.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct Districts {
    pub districts: Vec<DistrictView>,
}
