use async_trait::async_trait;
use aws_sdk_dynamodb::types::AttributeValue;
use vaxslot_app::ports::{Added, Corrected, People, StoreError, Tried};
use vaxslot_domain::{
    booking::Check,
    id::{AccountId, BeneficiaryId},
    person::{Account, Beneficiary, MOST_BENEFICIARIES, Phone, Removal, Then},
    photo_id::PhotoId,
};

use crate::{
    expression::{Changes, Terms},
    keys,
    rows::{
        Item, photo_id_value, read_account, read_beneficiary, read_removed, write_beneficiary, write_photo_id,
        write_removed,
    },
    store::DynamoStore,
    transaction::{Found, Transaction},
};

#[async_trait]
impl People for DynamoStore {
    async fn account(&self, id: &AccountId) -> Result<Option<Account>, StoreError> {
        let item = self.read(&keys::account(id)).await?;
        item.map(|item| Ok(read_account(&self.row(&item))?)).transpose()
    }

    async fn add_beneficiary(&self, person: &Beneficiary, phone: &Phone) -> Result<Added, StoreError> {
        let mut transaction = Transaction::default();
        let one = ids(&[person.id]);
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
        transaction.check(&keys::removed(person.id), "attribute_not_exists(pk)", Terms::default());
        if let Some(photo_id) = &person.photo_id {
            transaction.insert(write_photo_id(&photo_id.hash, person.id));
        }
        match self.transact(transaction).await? {
            Tried::Done(()) => Ok(Added::Done),
            Tried::Refused(found) => match (row_at(&found, 1), row_at(&found, 2), row_at(&found, 3)) {
                (Some(item), ..) => Ok(Added::Exists(Box::new(read_beneficiary(&self.row(item))?))),
                (_, Some(_), _) => Ok(Added::Removed),
                (.., Some(_)) => Ok(Added::PhotoIdTaken),
                _ => Ok(Added::Full),
            },
        }
    }

    async fn correct_beneficiary(&self, was: &Beneficiary, is: &Beneficiary) -> Result<Corrected, StoreError> {
        let mut transaction = Transaction::default();
        let terms = Terms::default().names(&["account", "name", "born", "photo_id"]);
        let terms = terms.text("account", was.account.as_str());
        let terms = terms.text("was_name", was.name.as_str()).text("was_born", was.birth);
        let terms = terms.text("name", is.name.as_str()).text("born", is.birth);
        let (known, mut terms) = known_by(was, terms);
        let mut condition = format!("#account = :account AND #name = :was_name AND #born = :was_born AND {known}");
        if !was.is_known_as(is) {
            condition.push_str(" AND attribute_not_exists(#active) AND #doses = :doses");
            terms = terms.names(&["active", "doses"]).number("doses", was.doses.taken);
        }
        let changes = Changes::default().set("#name = :name").set("#born = :born");
        let (changes, terms) = match &is.photo_id {
            Some(photo_id) => (changes.set("#photo_id = :photo_id"), terms.value("photo_id", photo_id_value(photo_id))),
            None => (changes.remove(["#photo_id"]), terms),
        };
        transaction.update(&keys::beneficiary(was.id), &changes.expression(), &condition, terms);
        let number = |photo_id: &Option<PhotoId>| photo_id.as_ref().map(|photo_id| photo_id.hash.clone());
        if number(&was.photo_id) != number(&is.photo_id) {
            if let Some(photo_id) = &is.photo_id {
                transaction.insert(write_photo_id(&photo_id.hash, is.id));
            }
            if let Some(photo_id) = &was.photo_id {
                free_photo_id(&mut transaction, photo_id, was.id);
            }
        }
        Ok(match self.transact(transaction).await? {
            Tried::Done(()) => Corrected::Done,
            // Where it stands it is the first row after the person's.
            Tried::Refused(found) if found.first() == Some(&Check::Held) && is.photo_id.is_some() => {
                Corrected::PhotoIdTaken
            }
            Tried::Refused(_) => Corrected::Changed,
        })
    }

    async fn remove_people(&self, removal: &Removal) -> Result<Tried<(), ()>, StoreError> {
        let mut transaction = Transaction::default();
        let account = &removal.account;
        let terms = Terms::default().names(&["beneficiaries"]).value("listed", ids(&account.beneficiaries));
        let (key, as_read) = (keys::account(&account.id), "#beneficiaries = :listed");
        match removal.then {
            Then::Keep => {
                let terms = terms.value("left", ids(&removal.left()));
                transaction.update(&key, "SET #beneficiaries = :left", as_read, terms);
            }
            Then::Erase => transaction.delete(&key, as_read, terms),
        }
        for person in &removal.people {
            let terms = Terms::default().names(&["account", "active", "photo_id"]).text("account", account.id.as_str());
            let (known, terms) = known_by(person, terms);
            let condition = format!("#account = :account AND attribute_not_exists(#active) AND {known}");
            transaction.delete(&keys::beneficiary(person.id), &condition, terms);
            if let Some(photo_id) = &person.photo_id {
                free_photo_id(&mut transaction, photo_id, person.id);
            }
            transaction.put(write_removed(person.id, &account.id, removal.at), None);
        }
        Ok(self.transact(transaction).await?.without_row())
    }

    async fn removed(&self, id: BeneficiaryId) -> Result<Option<AccountId>, StoreError> {
        let item = self.read(&keys::removed(id)).await?;
        item.map(|item| Ok(read_removed(&self.row(&item))?)).transpose()
    }
}

fn ids(ids: &[BeneficiaryId]) -> AttributeValue {
    AttributeValue::L(ids.iter().map(|id| AttributeValue::S(id.to_string())).collect())
}

/// The condition that a person is registered with the photo ID that was read, or with none.
fn known_by(person: &Beneficiary, terms: Terms) -> (&'static str, Terms) {
    match &person.photo_id {
        Some(photo_id) => ("#photo_id = :was_photo_id", terms.value("was_photo_id", photo_id_value(photo_id))),
        None => ("attribute_not_exists(#photo_id)", terms),
    }
}

/// Whoever else has the document can register with it from then on.
fn free_photo_id(transaction: &mut Transaction, photo_id: &PhotoId, of: BeneficiaryId) {
    let terms = Terms::default().names(&["beneficiary"]).text("beneficiary", of);
    transaction.delete(&keys::photo_id(&photo_id.hash), "#beneficiary = :beneficiary", terms);
}

/// The row at a position of a refused transaction, if there is one that was in the way.
fn row_at(found: &Found, place: usize) -> Option<&Item> {
    match found.get(place) {
        Some(Check::Failed(Some(item))) => Some(item),
        _ => None,
    }
}
