use axum::{
    Json,
    http::{StatusCode, header},
    response::IntoResponse,
};
use vaxslot_api::{
    Problem,
    extract::{Body, Path},
    once::Mark,
    view::CenterView,
};
use vaxslot_domain::id::CenterId;

use crate::{
    caller::Registers,
    dto::{CenterChangeRequest, CenterRequest},
};

/// Registers a center in a district of the caller's region.
///
/// The very same center again, with its `center_id`, is no error.
#[utoipa::path(
    post,
    path = "/v1/admin/centers",
    operation_id = "register_center",
    tag = "admin",
    params(Mark),
    request_body = CenterRequest,
    responses((
        status = 201,
        description = "Registered.",
        body = CenterView,
        headers(("Location" = String, description = "Where the center is.")),
    )),
    security(("bearer" = [])),
    extensions(("x-problems" = json!(["no-such-district", "center-exists", "key-reused", "request-in-progress", "outcome-unknown"]))),
)]
pub async fn register(
    Registers { staff, region }: Registers,
    Mark(mark): Mark,
    Body(request): Body<CenterRequest>,
) -> Result<impl IntoResponse, Problem> {
    let center = staff.add_center(request.center(mark)?, region).await?;
    let location = format!("/v1/centers/{}", center.id);
    Ok((StatusCode::CREATED, [(header::LOCATION, location)], Json(CenterView::from(&center))))
}

/// Changes a center of the caller's region.
///
/// Its sessions follow within moments. The district and the time zone of a center never change.
#[utoipa::path(
    patch,
    path = "/v1/admin/centers/{center_id}",
    operation_id = "change_center",
    tag = "admin",
    params(
        ("center_id" = u32, Path, minimum = 1, maximum = 2_147_483_647, example = 13_274),
        Mark,
    ),
    request_body = CenterChangeRequest,
    responses((status = 200, description = "The center as it is now.", body = CenterView)),
    security(("bearer" = [])),
    extensions(("x-problems" = json!(["no-such-center", "invalid-schedule", "key-reused", "request-in-progress", "outcome-unknown"]))),
)]
pub async fn change(
    Registers { staff, region }: Registers,
    Path(id): Path<CenterId>,
    Body(request): Body<CenterChangeRequest>,
) -> Result<Json<CenterView>, Problem> {
    let center = staff.amend_center(id, request.change()?, region).await?;
    Ok(Json(CenterView::from(&center)))
}
