use axum::Json;
use vaxslot_api::{Problem, extract::CsvBody, once::Mark};
use vaxslot_app::import::{Findings, Mode};

use crate::{
    caller::{KeepsPlaces, Registers, Runs},
    import::{self, Imported},
};

/// Imports states and districts.
///
/// Adds or renames them. Every row is checked before any is written; a file has at most 2000. To send it again is safe.
#[utoipa::path(
    post,
    path = "/v1/admin/import/districts",
    operation_id = "import_districts",
    tag = "admin",
    params(Mark),
    request_body(
        content = String,
        content_type = "text/csv",
        description = "A header and a row for each district.",
        example = "state_id,state_name,district_id,district_name\r\n21,Maharashtra,363,Pune\r\n",
    ),
    responses((status = 200, description = "Imported.", body = Imported)),
    security(("bearer" = [])),
    extensions(("x-problems" = json!(["bad-rows", "key-reused", "request-in-progress", "outcome-unknown"]))),
)]
pub async fn districts(KeepsPlaces { staff }: KeepsPlaces, CsvBody(file): CsvBody) -> Result<Json<Imported>, Problem> {
    let checked = import::districts::parse(&file);
    if checked.mode() == Mode::Write {
        staff.import_districts(&checked.rows).await?;
    }
    Ok(Json(checked.answer(Findings::default(), &import::districts::FINDINGS)?))
}

/// Imports centers into districts of the caller's region.
///
/// Registers those that are new and changes the others; the stored names of districts and states win. Every row is checked
/// before any is written; a file has at most 2000. A position that is missing, in whole degrees or outside of India is left
/// out with a warning. To send the file again is safe.
#[utoipa::path(
    post,
    path = "/v1/admin/import/centers",
    operation_id = "import_centers",
    tag = "admin",
    params(Mark),
    request_body(
        content = String,
        content_type = "text/csv",
        description = "A header and a row for each center.",
        example = "center_id,name,address,state_name,district_id,district_name,block_name,pincode,lat,long,fee_type,opens,closes\r\n13274,District Hospital Aundh,Sangavi Phata,Maharashtra,363,Pune,Haveli,411027,18.57806,73.80455,Free,09:00:00,18:00:00\r\n",
    ),
    responses((status = 200, description = "Imported.", body = Imported)),
    security(("bearer" = [])),
    extensions(("x-problems" = json!(["bad-rows", "key-reused", "request-in-progress", "outcome-unknown"]))),
)]
pub async fn centers(
    Registers { staff, region }: Registers,
    CsvBody(file): CsvBody,
) -> Result<Json<Imported>, Problem> {
    let checked = import::centers::parse(&file);
    let found = staff.import_centers(&checked.rows, region, checked.mode()).await?;
    Ok(Json(checked.answer(found, &import::centers::FINDINGS)?))
}

/// Imports sessions at centers that the caller runs.
///
/// Publishes those that are not published yet; the others stay as they are. Every slot of a row has the capacity in `dose1`,
/// `dose2` and `dose3`, of which an empty one is not offered. A column `opens_at` may say from when each can be booked. Every row is checked before any is written; a file has at most
/// 2000. To send it again is safe.
#[utoipa::path(
    post,
    path = "/v1/admin/import/sessions",
    operation_id = "import_sessions",
    tag = "admin",
    params(Mark),
    request_body(
        content = String,
        content_type = "text/csv",
        description = "A header and a row for each session.",
        example = "center_id,date,vaccine,min_age,max_age,fee,slots,dose1,dose2,dose3\r\n13274,2026-11-23,COVISHIELD,18,44,0,09:00-11:00 11:00-13:00,50,50,\r\n",
    ),
    responses((status = 200, description = "Imported.", body = Imported)),
    security(("bearer" = [])),
    extensions(("x-problems" = json!(["bad-rows", "key-reused", "request-in-progress", "outcome-unknown"]))),
)]
pub async fn sessions(Runs { staff, scope }: Runs, CsvBody(file): CsvBody) -> Result<Json<Imported>, Problem> {
    let checked = import::sessions::parse(&file);
    let found = staff.import_sessions(&checked.rows, &scope, checked.mode()).await?;
    Ok(Json(checked.answer(found, &import::sessions::FINDINGS)?))
}
