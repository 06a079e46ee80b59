//! The real lists of the field, with their holes.

use vaxslot_app::ports::Places;

use crate::stage::{Stage, admin, notes};

const DISTRICTS: &str = include_str!("../../../../data/districts.csv");
const CENTERS: &str = include_str!("../../../../data/centers.csv");

#[tokio::test]
async fn the_real_lists_are_imported_whole() {
    let stage = Stage::new().await;
    let districts = stage.import("districts", &admin(), DISTRICTS).await.json();
    assert_eq!((&districts["rows"], districts["warnings"].as_array().unwrap().len()), (&756.into(), 0));
    assert_eq!(stage.store.states().await.unwrap().len(), 37);

    let centers = stage.import("centers", &admin(), CENTERS).await.json();
    assert_eq!(centers["rows"], 684);
    let warnings = notes(&centers["warnings"]);
    assert!(warnings.iter().all(|(_, column)| column == "lat"));
    let told = |words: &str| {
        let details = centers["warnings"].as_array().unwrap().iter().map(|warning| warning["detail"].to_string());
        details.filter(|detail| detail.contains(words)).count()
    };
    assert_eq!((told("missing"), told("whole degrees"), told("exchanged")), (10, 298, 3));
    assert_eq!(warnings.len(), 311);

    let umred = stage.center(22_535).await.unwrap();
    assert_eq!((umred.district.name.as_str(), umred.hours.to_string().as_str()), ("Nagpur", "09:00-18:00"));
    assert!(umred.position.is_some());
    let bhivapur = stage.center(22_565).await.unwrap();
    assert_eq!(bhivapur.position, None);
    assert_eq!(stage.import("centers", &admin(), CENTERS).await.json(), centers, "again, and nothing new");
}
