use super::{Case, case};
use crate::{
    request::post,
    stage::{DISTRICT, Stage},
};

const CENTERS: &str =
    "center_id,name,address,state_name,district_id,district_name,block_name,pincode,lat,long,fee_type,opens,closes\n";
const SESSIONS: &str = "center_id,date,vaccine,min_age,max_age,fee,slots,dose1,dose2,dose3\n";

pub fn all(stage: &Stage) -> Vec<Case> {
    let centers = || post("/v1/admin/import/centers").by(&stage.admin);
    let sessions = || post("/v1/admin/import/sessions").by(&stage.operator);
    let good = format!(
        "9900001,Hall,12 Station Road,Maharashtra,{DISTRICT},Pune,Haveli,411027,18.55,73.80,Free,09:00:00,18:00:00\n"
    );
    let bad = format!(
        "9900002,Hall,12 Station Road,Maharashtra,{DISTRICT},Pune,Haveli,4110,18.55,73.80,Free,09:00:00,18:00:00\n"
    );
    let day = stage.tomorrow();
    let session =
        |center: u64, slots: &str, units: &str| format!("{center},{day},COVISHIELD,18,44,0,{slots},{units},,\n");
    let mine = stage.center;
    vec![
        case("import: JSON", centers().body("application/json", "{}"), 415, "unsupported-media-type"),
        case("import: nothing", centers().csv(""), 422, "bad-rows"),
        case("import: another header", centers().csv("id,name\n1,Hall\n"), 422, "bad-rows"),
        case("import: over 1 MiB", centers().csv(vec![b'a'; (1 << 20) + 1]), 413, "body-too-large"),
        case("import: one bad row among good ones", centers().csv(format!("{CENTERS}{good}{bad}")), 422, "bad-rows"),
        case(
            "import: an unknown district",
            centers().csv(format!("{CENTERS}{}", good.replace(",363,", ",99999,"))),
            422,
            "bad-rows",
        ),
        case(
            "import: sessions with capacity zero",
            sessions().csv(format!("{SESSIONS}{}", session(mine, "09:00-11:00", "0"))),
            422,
            "bad-rows",
        ),
        case(
            "import: sessions with a bad slot",
            sessions().csv(format!("{SESSIONS}{}", session(mine, "morning", "5"))),
            422,
            "bad-rows",
        ),
        case(
            "import: sessions of another center",
            sessions().csv(format!("{SESSIONS}{}", session(13_274, "09:00-11:00", "5"))),
            422,
            "bad-rows",
        ),
        case(
            "import: an operator imports centers",
            post("/v1/admin/import/centers").by(&stage.operator).csv(format!("{CENTERS}{good}")),
            403,
            "forbidden",
        ),
        case(
            "import: a citizen imports districts",
            post("/v1/admin/import/districts")
                .by(&stage.citizen)
                .csv("state_id,state_name,district_id,district_name\n"),
            403,
            "forbidden",
        ),
        case(
            "import: of what is not imported",
            post("/v1/admin/import/people").by(&stage.admin).csv("name\nAsha\n"),
            404,
            "no-such-route",
        ),
    ]
}
