use async_trait::async_trait;
use aws_sdk_dynamodb::types::AttributeValue;
use vaxslot_app::ports::{Added, People, StoreError, Tried};
use vaxslot_domain::{
    booking::Check,
    id::AccountId,
    person::{Account, Beneficiary, MOST_BENEFICIARIES, Phone},
};

use crate::{
    expression::Terms,
    keys,
    rows::{read_account, read_beneficiary, write_beneficiary},
    store::DynamoStore,
    transaction::Transaction,
};

#[async_trait]
impl People for DynamoStore {
    async fn account(&self, id: &AccountId) -> Result<Option<Account>, StoreError> {
        let item = self.read(&keys::account(id)).await?;
        item.map(|item| Ok(read_account(&self.row(&item))?)).transpose()
    }

    async fn add_beneficiary(&self, person: &Beneficiary, phone: &Phone) -> Result<Added, StoreError> {
        let mut transaction = Transaction::default();
        let one = AttributeValue::L(vec![AttributeValue::S(person.id.to_string())]);
        let terms = Terms::default()
            .names(&["phone", "beneficiaries"])
            .text("phone", phone.as_str())
            .value("one", one)
            .value("none", AttributeValue::L(Vec::new()))
            .number("most", MOST_BENEFICIARIES);
        transaction.update(
            &keys::account(&person.account),
            "SET #phone = :phone, #beneficiaries = list_append(if_not_exists(#beneficiaries, :none), :one)",
            "attribute_not_exists(#beneficiaries) OR size(#beneficiaries) < :most",
            terms,
        );
        transaction.insert(write_beneficiary(person));
        match self.transact(transaction).await? {
            Tried::Done(()) => Ok(Added::Done),
            Tried::Refused(found) => match found.get(1) {
                Some(Check::Failed(Some(item))) => Ok(Added::Exists(Box::new(read_beneficiary(&self.row(item))?))),
                _ => Ok(Added::Full),
            },
        }
    }
}
