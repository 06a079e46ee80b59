//! Walking through the country district by district, and going on where a walk was cut short.

use vaxslot_domain::{id::DistrictId, search::Listing};

use crate::{
    ports::{Host, Store, StoreError, WalkPlace},
    retry::persist,
};

/// The districts that are still to be walked through, the first with the session behind which to go on.
pub(crate) async fn districts_from(
    store: &dyn Store,
    host: &dyn Host,
    begin: Option<WalkPlace>,
) -> Result<impl Iterator<Item = (DistrictId, Option<Listing>)> + use<>, StoreError> {
    let mut districts = Vec::new();
    for state in persist(host, || store.states()).await? {
        let of_state = persist(host, || store.districts(state.id)).await?;
        districts.extend(of_state.iter().map(|district| district.id));
    }
    // Where its district is gone, so is the place.
    let begin = begin.filter(|place| districts.contains(&place.district));
    let left = districts.into_iter().skip_while(move |id| begin.is_some_and(|place| place.district != *id));
    Ok(left.map(move |id| (id, begin.filter(|place| place.district == id).map(|place| place.after))))
}
