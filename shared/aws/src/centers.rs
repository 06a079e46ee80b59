use async_trait::async_trait;
use aws_sdk_dynamodb::{
    operation::put_item::{PutItemError, PutItemOutput},
    types::ReturnValuesOnConditionCheckFailure as OnFailure,
};
use vaxslot_app::ports::{Centers, StoreError, Tried};
use vaxslot_domain::{
    access::{Region, Scope},
    center::Center,
    id::CenterId,
};

use crate::{
    error::classify,
    expression::Terms,
    keys,
    rows::{Item, read_center, write_center},
    store::DynamoStore,
};

#[async_trait]
impl Centers for DynamoStore {
    async fn center(&self, id: CenterId) -> Result<Option<Center>, StoreError> {
        let item = self.read(&keys::center(id)).await?;
        item.map(|item| Ok(read_center(&self.row(&item))?)).transpose()
    }

    async fn add_center(&self, center: &Center) -> Result<Tried<(), Center>, StoreError> {
        let row = self.signed_row(write_center(center));
        match self.put_if(row, "attribute_not_exists(pk)", Terms::default()).await? {
            Tried::Done(()) => Ok(Tried::Done(())),
            Tried::Refused(item) => Ok(Tried::Refused(read_center(&self.row(&item))?)),
        }
    }

    async fn change_center(&self, center: &Center, region: Region) -> Result<Tried<(), ()>, StoreError> {
        let (condition, terms) = scope_condition(&Scope::Region(region), Terms::default());
        match self.put_if(self.signed_row(write_center(center)), &condition, terms).await? {
            Tried::Done(()) => Ok(Tried::Done(())),
            Tried::Refused(_) => Ok(Tried::Refused(())),
        }
    }
}

impl DynamoStore {
    /// Puts a row under a condition; refused with the row that is there (empty if none).
    pub(crate) async fn put_if(
        &self,
        item: Item,
        condition: &str,
        terms: Terms,
    ) -> Result<Tried<(), Item>, StoreError> {
        let (names, values) = terms.parts();
        let put = self
            .client
            .put_item()
            .table_name(&self.table)
            .set_item(Some(item))
            .condition_expression(condition)
            .set_expression_attribute_names(names.filter(|names| !names.is_empty()))
            .set_expression_attribute_values(values)
            .return_values_on_condition_check_failure(OnFailure::AllOld);
        match put.send().await {
            Ok(PutItemOutput { .. }) => Ok(Tried::Done(())),
            Err(error) => match error.as_service_error() {
                Some(PutItemError::ConditionalCheckFailedException(failed)) => {
                    Ok(Tried::Refused(failed.item().cloned().unwrap_or_default()))
                }
                _ => Err(classify(error)),
            },
        }
    }
}

/// The most values that `IN` takes.
const MOST_OPERANDS: usize = 100;

/// The condition that a center's or session's row exists and lies within a scope.
pub(crate) fn scope_condition(scope: &Scope, terms: Terms) -> (String, Terms) {
    match scope {
        Scope::Region(Region::Country) => ("attribute_exists(pk)".to_owned(), terms),
        Scope::Region(Region::State(id)) => {
            ("#state_id = :scope".to_owned(), terms.names(&["state_id"]).number("scope", id))
        }
        Scope::Region(Region::District(id)) => {
            ("#district_id = :scope".to_owned(), terms.names(&["district_id"]).number("scope", id))
        }
        Scope::Centers(centers) => {
            // No center has the id 0: it keeps the list from being empty.
            let mut terms = terms.names(&["center_id"]).number("scope0", 0);
            for (place, id) in (1..).zip(centers) {
                terms = terms.number(&format!("scope{place}"), id);
            }
            let places: Vec<String> = (0..=centers.len()).map(|place| format!(":scope{place}")).collect();
            let lists = places.chunks(MOST_OPERANDS).map(|places| format!("#center_id IN ({})", places.join(", ")));
            (format!("({})", lists.collect::<Vec<_>>().join(" OR ")), terms)
        }
    }
}
