//! A search as it is written in an address.

use serde::Deserialize;
use utoipa::IntoParams;
use vaxslot_api::{Kind, Problem, Text, seal::Sealer, text::IsoDate, view::words};
use vaxslot_app::catalog::{MOST_A_PAGE, Search};
use vaxslot_domain::{
    Date,
    center::FeeType,
    id::{CenterId, DistrictId},
    place::{Circle, Pincode, Position},
    search::{Days, Filter, Listing, Place},
    vaccine::{Dose, Vaccine},
};

/// How many sessions a page has if the caller does not say.
const USUAL_A_PAGE: u32 = 50;

/// How far to search around a point if the caller does not say.
const USUAL_RADIUS_KM: f64 = 10.0;

/// The oldest age that can be asked for.
const OLDEST: u8 = 120;

/// Where, when, and for whom.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct Wanted {
    /// Sessions of this district. Give exactly one of `district_id`, `pincode`, `center_id`, or `lat` with `long`.
    #[param(value_type = Option<u32>, example = 363, minimum = 1, maximum = 2_147_483_647)]
    district_id: Option<Text<DistrictId>>,
    /// Sessions at centers with this pincode.
    #[param(value_type = Option<u32>, example = 411_027, minimum = 100_000, maximum = 999_999)]
    pincode: Option<Text<Pincode>>,
    /// Sessions of this center.
    #[param(value_type = Option<u32>, example = 561_246, minimum = 1, maximum = 2_147_483_647)]
    center_id: Option<Text<CenterId>>,
    /// With `long`: sessions around this point, in degrees.
    #[param(example = 18.5793, minimum = -90, maximum = 90)]
    lat: Option<f64>,
    /// With `lat`: sessions around this point, in degrees.
    #[param(example = 73.8143, minimum = -180, maximum = 180)]
    long: Option<f64>,
    /// With `lat` and `long`: how far to look, in kilometers; 10 if it is left out.
    #[param(example = 5, minimum = 0.1, maximum = 25)]
    radius_km: Option<f64>,
    /// Sessions of this day. Without any date: of today in India.
    #[param(value_type = Option<String>, format = Date, example = "2026-11-23")]
    date: Option<Text<IsoDate>>,
    /// With `to`: sessions from this day on.
    #[param(value_type = Option<String>, format = Date, example = "2026-11-23")]
    from: Option<Text<IsoDate>>,
    /// With `from`: the last day, at most six after the first.
    #[param(value_type = Option<String>, format = Date, example = "2026-11-29")]
    to: Option<Text<IsoDate>>,
    /// Only this vaccine.
    #[param(value_type = Option<words::Vaccine>, inline)]
    vaccine: Option<Text<Vaccine>>,
    /// Only sessions that give this dose; 3 is the precaution dose.
    #[param(value_type = Option<words::Dose>, inline)]
    dose: Option<Text<Dose>>,
    /// Only sessions for a person of this age, in completed years on the day.
    #[param(example = 42, maximum = 120)]
    age: Option<u8>,
    /// Only centers where the shot costs nothing, or only those where it costs money.
    #[param(value_type = Option<words::Fee>, inline)]
    fee_type: Option<Text<FeeType>>,
    /// Only sessions that are open and have a place left (for the dose, if one is named).
    #[param(example = true)]
    available: Option<bool>,
    /// How many sessions to return at most; 50 if it is left out.
    #[param(example = 50, minimum = 1, maximum = 200)]
    limit: Option<u32>,
    /// Where the last page ended: its `next_cursor`. Repeat the other parameters as they were.
    #[param(value_type = Option<String>, example = "MjAyNi0xMS0yMyMwMDAwNTYxMjQ2IzFmMGMzYTZlLTlkNTctNGI4YS04YTNlLTVmMmM3ZDFlOWIwNA")]
    cursor: Option<String>,
}

impl Wanted {
    /// The search, if it is one; `today` is the first day that can be searched.
    pub fn search(&self, today: Date, sealer: &Sealer) -> Result<Search, Problem> {
        let days = self.days(today)?;
        Ok(Search {
            place: self.place()?,
            days,
            filter: self.filter()?,
            after: self.after(days, sealer)?,
            limit: self.limit()?,
        })
    }

    fn place(&self) -> Result<Place, Problem> {
        let required = || Problem::new(Kind::PlaceRequired);
        if self.radius_km.is_some() && self.lat.is_none() && self.long.is_none() {
            return Err(Problem::invalid_parameter("radius_km", "belongs to a search around a point"));
        }
        let point = match (self.lat, self.long) {
            (Some(lat), Some(long)) => Some(Place::Around(self.circle(lat, long)?)),
            (None, None) => None,
            _ => return Err(required()),
        };
        let named = [
            self.district_id.map(|Text(id)| Place::District(id)),
            self.pincode.map(|Text(pincode)| Place::Pincode(pincode)),
            self.center_id.map(|Text(id)| Place::Center(id)),
            point,
        ];
        let mut places = named.into_iter().flatten();
        match (places.next(), places.next()) {
            (Some(place), None) => Ok(place),
            _ => Err(required()),
        }
    }

    fn circle(&self, lat: f64, long: f64) -> Result<Circle, Problem> {
        let wrong = if (-90.0..=90.0).contains(&lat) { "long" } else { "lat" };
        let center = Position::new(lat, long).map_err(|error| Problem::invalid_parameter(wrong, error))?;
        let radius = self.radius_km.unwrap_or(USUAL_RADIUS_KM);
        Circle::new(center, radius).map_err(|error| Problem::invalid_parameter("radius_km", error))
    }

    fn days(&self, today: Date) -> Result<Days, Problem> {
        let (from, to) = match (self.date, self.from, self.to) {
            (None, None, None) => (today, today),
            (Some(Text(IsoDate(day))), None, None) => (day, day),
            (None, Some(Text(IsoDate(from))), Some(Text(IsoDate(to)))) => (from, to),
            (Some(_), ..) => return Err(Problem::invalid_parameter("date", "excludes from and to")),
            (None, None, Some(_)) => return Err(Problem::invalid_parameter("from", "must be given with to")),
            (None, Some(_), None) => return Err(Problem::invalid_parameter("to", "must be given with from")),
        };
        let days = Days::new(from, to)?;
        if from < today {
            return Err(Problem::new(Kind::PastDate).with("today", today.to_string()));
        }
        Ok(days)
    }

    fn filter(&self) -> Result<Filter, Problem> {
        if self.age.is_some_and(|age| age > OLDEST) {
            return Err(Problem::invalid_parameter("age", format_args!("must be from 0 to {OLDEST}")));
        }
        Ok(Filter {
            vaccine: self.vaccine.map(|Text(vaccine)| vaccine),
            dose: self.dose.map(|Text(dose)| dose),
            age: self.age,
            fee_type: self.fee_type.map(|Text(fee_type)| fee_type),
            available: self.available.unwrap_or(false),
        })
    }

    fn limit(&self) -> Result<u32, Problem> {
        let limit = self.limit.unwrap_or(USUAL_A_PAGE);
        if (1..=MOST_A_PAGE).contains(&limit) {
            return Ok(limit);
        }
        Err(Problem::invalid_parameter("limit", format_args!("must be from 1 to {MOST_A_PAGE}")))
    }

    /// All that decides which sessions are found and in which order, as it was asked for. A page may have another length than the
    /// one before.
    fn name(&self) -> String {
        let days = [self.date, self.from, self.to].map(|day| day.map(|Text(IsoDate(day))| day));
        format!("sessions {:?} {days:?} {:?}", self.place().ok(), self.filter().ok())
    }

    /// The cursor of the page behind a place in the list.
    pub fn cursor(&self, listing: Listing, sealer: &Sealer) -> String {
        sealer.cursor(&self.name(), &listing.to_string())
    }

    fn after(&self, days: Days, sealer: &Sealer) -> Result<Option<Listing>, Problem> {
        let Some(cursor) = &self.cursor else { return Ok(None) };
        let foreign = || Problem::invalid_parameter("cursor", "must be the next_cursor of this very search");
        let place = sealer.place(&self.name(), cursor).ok_or_else(foreign)?;
        let listing: Listing = place.parse().map_err(|_| foreign())?;
        // Midnight may have passed since the last page: then today's sessions are all still to come.
        Ok(Some(listing).filter(|listing| listing.date >= days.from()))
    }
}
