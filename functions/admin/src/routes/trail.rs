use axum::{Json, extract::State};
use serde::Deserialize;
use utoipa::IntoParams;
use vaxslot_api::{
    Problem, Text,
    extract::Query,
    seal::Sealer,
    text::Instant,
    view::{EntryView, Trail},
};
use vaxslot_app::ports::Stretch;
use vaxslot_domain::{
    Timestamp,
    id::CenterId,
    trail::{Ledger, Place},
};

use super::Shared;
use crate::caller::Runs;

/// Which center, and when.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct TrailQuery {
    /// What was done to states and districts where it is left out.
    #[param(value_type = Option<u32>, example = 13_274, minimum = 1, maximum = 2_147_483_647)]
    center_id: Option<Text<CenterId>>,
    /// The first moment; from the beginning on where it is left out.
    #[param(value_type = Option<String>, format = DateTime, example = "2026-11-21T00:00:00Z")]
    from: Option<Text<Instant>>,
    /// The moment behind the last; up to now where it is left out.
    #[param(value_type = Option<String>, format = DateTime, example = "2026-11-22T00:00:00Z")]
    to: Option<Text<Instant>>,
    /// How many at most.
    #[serde(default = "usual")]
    #[param(minimum = 1, maximum = 200, default = 50)]
    limit: u32,
    /// Where the last page ended: its `next_cursor`. Repeat the other parameters as they were.
    cursor: Option<String>,
}

fn usual() -> u32 {
    50
}

impl TrailQuery {
    fn ledger(&self) -> Ledger {
        self.center_id.map_or(Ledger::Places, |Text(id)| Ledger::Center(id))
    }

    /// Which trail it is that a cursor is of.
    fn name(&self) -> String {
        let moments = [self.from, self.to].map(|moment| moment.map(|Text(Instant(moment))| moment));
        format!("trail {:?} {moments:?}", self.ledger())
    }

    fn stretch(&self, sealer: &Sealer) -> Result<Stretch, Problem> {
        if !(1..=200).contains(&self.limit) {
            return Err(Problem::invalid_parameter("limit", "must be from 1 to 200"));
        }
        let moment =
            |given: Option<Text<Instant>>, otherwise| given.map_or(otherwise, |moment: Text<Instant>| moment.0.0);
        let foreign = || Problem::invalid_parameter("cursor", "must be the next_cursor of this very trail");
        let place = |cursor: &str| sealer.place(&self.name(), cursor).as_deref().and_then(read);
        let before = self.cursor.as_deref().map(|cursor| place(cursor).ok_or_else(foreign)).transpose()?;
        Ok(Stretch { from: moment(self.from, Timestamp::MIN), to: moment(self.to, Timestamp::MAX), before })
    }
}

fn spelled(place: &Place) -> String {
    format!("{}#{}", place.at.as_millisecond(), place.id)
}

fn read(text: &str) -> Option<Place> {
    let (at, id) = text.split_once('#')?;
    Some(Place { at: Timestamp::from_millisecond(at.parse().ok()?).ok()?, id: id.to_owned() })
}

/// Lists what staff did at a center, or to states and districts, newest first.
///
/// Each change of a center or one of its sessions is there within seconds, with who made it, and the facts that changed before and
/// after; also each look at somebody's appointment. Facts name no citizens. The trail of states and districts is for national
/// administrators.
#[utoipa::path(
    get,
    path = "/v1/admin/audit",
    operation_id = "list_staff_actions",
    tag = "admin",
    params(TrailQuery),
    responses((status = 200, description = "A page of the list.", body = Trail)),
    security(("bearer" = [])),
    extensions(("x-problems" = json!(["no-such-center"]))),
)]
pub async fn show(
    State(admin): Shared,
    Runs { staff, scope }: Runs,
    Query(query): Query<TrailQuery>,
) -> Result<Json<Trail>, Problem> {
    let entries = staff.trail(query.ledger(), &scope, &query.stretch(&admin.sealer)?, query.limit).await?;
    let full = entries.len() == usize::try_from(query.limit).unwrap_or(usize::MAX);
    let next_cursor =
        entries.last().filter(|_| full).map(|last| admin.sealer.cursor(&query.name(), &spelled(&last.place())));
    Ok(Json(Trail { entries: entries.iter().map(EntryView::from).collect(), next_cursor }))
}
