use vaxslot_app::ports::BadRow;
use vaxslot_domain::{
    id::AccountId,
    subscription::{Filter, Subscription},
};

use super::{Item, Row, begin, instant, put_number, put_text};
use crate::keys::{self, SK};

#[must_use]
pub fn write_subscription(one: &Subscription) -> Item {
    let mut item = begin(&keys::subscription(&one.account, one.id));
    put_text(&mut item, "protocol", one.protocol);
    put_text(&mut item, "masked", &one.masked);
    put_text(&mut item, "endpoint", &one.endpoint);
    put_text(&mut item, "made_at", instant(one.made_at));
    if let Some(arn) = &one.arn {
        put_text(&mut item, "arn", arn);
    }
    // The names are not those of any index: it is no session.
    let Filter { district, pincode, vaccine, dose, age } = one.filter;
    if let Some(district) = district {
        put_number(&mut item, "in_district", district);
    }
    if let Some(pincode) = pincode {
        put_number(&mut item, "in_pincode", pincode.get());
    }
    if let Some(vaccine) = vaccine {
        put_text(&mut item, "vaccine", vaccine);
    }
    if let Some(dose) = dose {
        put_number(&mut item, "dose", dose);
    }
    if let Some(age) = age {
        put_number(&mut item, "age", age);
    }
    item
}

pub fn read_subscription(row: &Row<'_>) -> Result<Subscription, BadRow> {
    let account: AccountId = row.id("ACCOUNT", "is no account's key")?;
    let id = keys::parse_id(row.text(SK)?, "SUBSCRIPTION").ok_or_else(|| row.bad(SK, "is no subscription's key"))?;
    let pincode: Option<u32> = row.maybe("in_pincode")?;
    let dose: Option<u8> = row.maybe("dose")?;
    Ok(Subscription {
        id,
        account,
        protocol: row.get("protocol")?,
        masked: row.text("masked")?.to_owned(),
        endpoint: row.text("endpoint")?.to_owned(),
        filter: Filter {
            district: row.maybe("in_district")?,
            pincode: pincode
                .map(|number| number.try_into().map_err(|_| row.bad("in_pincode", "does not parse")))
                .transpose()?,
            vaccine: row.maybe("vaccine")?,
            dose: dose.map(|number| number.try_into().map_err(|_| row.bad("dose", "does not parse"))).transpose()?,
            age: row.maybe("age")?,
        },
        made_at: row.get("made_at")?,
        arn: row.maybe_text("arn")?.map(str::to_owned),
    })
}
