//! What each operation costs: calls of the SDK and capacity units, as the engine counts them.

use std::{collections::BTreeMap, sync::Arc};

use vaxslot_app::{
    booking::{Booking, Finality},
    catalog::{Catalog, Search},
};
use vaxslot_aws::{DynamoStore, SystemHost};
use vaxslot_domain::{
    booking::{Order, Own, Party, Policy},
    id::{AccountId, BeneficiaryId},
    search::{Days, Filter, Place},
    session::Session,
};
use vaxslot_testkit::{
    table,
    wire::{Units, Wire},
};

use crate::{
    Outcome, people,
    report::{Report, Table},
};

pub async fn report(engine: &str, report: &mut Report) -> Outcome<()> {
    let wire = Wire::counting_units();
    let (client, name) = table::create(engine, &wire).await?;
    let store = Arc::new(DynamoStore::new(client, name));
    let session = people::publish(&store, 25, 25).await?;
    let citizens = people::register(&store, 2).await?;
    let policy = Policy::USUAL;
    let booking = Booking::new(store.clone(), Arc::new(SystemHost), policy);
    let catalog = Catalog::new(store.clone(), Arc::new(SystemHost));
    report.heading("Calls and units");
    let mut rows = Table::new(&["operation", "calls", "read units", "write units", "index units"]);

    let search = Search {
        place: Place::District(session.center.district.id),
        days: Days::new(session.date, session.date)?,
        filter: Filter::default(),
        after: None,
        limit: 50,
    };
    wire.reset();
    catalog.search(&search).await?.ok_or("the seeded district is unknown")?;
    row(&mut rows, "search, one session listed", &wire);

    // Once before, so that the session is in memory as it is in a function that has served a request.
    let [first, second] = citizens.as_slice() else { return Err("two people were registered".into()) };
    wire.reset();
    let booked = reserve(&booking, &session, &first.account, first.beneficiary, Finality::Book).await?;
    row(&mut rows, "book, first of a sandbox", &wire);
    wire.reset();
    booking.cancel(&first.account, &[booked], None).await?;
    row(&mut rows, "cancel", &wire);
    wire.reset();
    reserve(&booking, &session, &first.account, first.beneficiary, Finality::Book).await?;
    row(&mut rows, "book", &wire);
    wire.reset();
    let held = reserve(&booking, &session, &second.account, second.beneficiary, Finality::Hold).await?;
    row(&mut rows, "hold", &wire);
    wire.reset();
    booking.confirm(&second.account, &[held], None).await?;
    row(&mut rows, "confirm", &wire);
    report.table(&rows);
    Ok(())
}

async fn reserve(
    booking: &Booking,
    session: &Session,
    account: &AccountId,
    person: BeneficiaryId,
    finality: Finality,
) -> Outcome<Own> {
    let party = Party::new(vec![person])?;
    let order = Order { account: account.clone(), party, slot: session.slots[0], dose: session.doses[0] };
    let made = booking.reserve(session.id, &order, finality, None).await?;
    Ok(Own { beneficiary: person, appointment: made[0].id })
}

fn row(rows: &mut Table, operation: &str, wire: &Wire) {
    let calls: BTreeMap<String, u32> = wire.calls();
    let units = wire.units();
    let sum = |reads: bool| -> Units {
        let kind = |name: &str| name.starts_with("Get") || name.starts_with("Query") || name.starts_with("BatchGet");
        let mine = units.iter().filter(|(name, _)| kind(name) == reads);
        mine.map(|(_, units)| *units).fold(Units::default(), |sum, units| sum + units)
    };
    let listed: Vec<String> = calls.iter().map(|(name, count)| format!("{count} {name}")).collect();
    let (read, written) = (sum(true), sum(false));
    rows.row([
        operation.to_owned(),
        listed.join(", "),
        (read.table + read.indexes).to_string(),
        written.table.to_string(),
        written.indexes.to_string(),
    ]);
}
