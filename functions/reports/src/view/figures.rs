use serde::Serialize;
use utoipa::ToSchema;
use vaxslot_domain::{
    rollup::{Basis, Cell as FiguresCell, Counts, Figures},
    tally::Standing,
};

use crate::{query::Breakdown, sheet::Cell};

/// Units, and where appointments stand.
#[derive(Debug, Clone, Copy, Serialize, ToSchema)]
#[schema(as = Counts)]
pub struct CountsView {
    /// All units; null by day of booking.
    #[schema(example = 600, required)]
    pub capacity: Option<u64>,
    /// The units that nobody has; null by day of booking.
    #[schema(example = 188, required)]
    pub free: Option<u64>,
    /// The units taken by appointments that are held or confirmed, and those that were used up.
    #[schema(example = 412)]
    pub booked: u64,
    #[schema(example = 10)]
    pub held: u64,
    #[schema(example = 372)]
    pub confirmed: u64,
    #[schema(example = 25)]
    pub completed: u64,
    #[schema(example = 5)]
    pub no_show: u64,
    /// Without those that were moved.
    #[schema(example = 31)]
    pub cancelled: u64,
    /// Holds that ran out.
    #[schema(example = 12)]
    pub expired: u64,
    /// Those that others took the place of.
    #[schema(example = 4)]
    pub moved: u64,
    /// `booked / capacity`; null without capacity.
    #[schema(example = 0.6867, required)]
    pub utilisation: Option<f64>,
    /// `no_show / (completed + no_show)`; null before anybody came or did not.
    #[schema(example = 0.1667, required)]
    pub no_show_rate: Option<f64>,
}

impl CountsView {
    pub fn of(basis: Basis, counts: Counts) -> Self {
        let standings = counts.standings;
        let units = |number| (basis == Basis::Appointment).then_some(number);
        let booked = units(counts.taken()).unwrap_or(standings.taken());
        let (completed, no_show) = (standings.get(Standing::Completed), standings.get(Standing::NoShow));
        Self {
            capacity: units(counts.capacity),
            free: units(counts.free),
            booked,
            held: standings.get(Standing::Held),
            confirmed: standings.get(Standing::Confirmed),
            completed,
            no_show,
            cancelled: standings.get(Standing::Cancelled),
            expired: standings.get(Standing::Expired),
            moved: standings.get(Standing::Moved),
            utilisation: rate(booked, counts.capacity),
            no_show_rate: rate(no_show, completed + no_show),
        }
    }

    /// What the cells of a table are called.
    pub const HEADER: [&str; 12] = [
        "capacity",
        "booked",
        "free",
        "held",
        "confirmed",
        "completed",
        "no_show",
        "cancelled",
        "expired",
        "moved",
        "utilisation",
        "no_show_rate",
    ];

    pub fn cells(&self) -> [Cell; 12] {
        [
            Cell::maybe(self.capacity),
            Cell::number(self.booked),
            Cell::maybe(self.free),
            Cell::number(self.held),
            Cell::number(self.confirmed),
            Cell::number(self.completed),
            Cell::number(self.no_show),
            Cell::number(self.cancelled),
            Cell::number(self.expired),
            Cell::number(self.moved),
            Cell::maybe(self.utilisation),
            Cell::maybe(self.no_show_rate),
        ]
    }
}

/// A share, to four places.
fn rate(part: u64, whole: u64) -> Option<f64> {
    let places = (part * 20_000 / whole.max(1)).div_ceil(2);
    let places = u32::try_from(places).unwrap_or(u32::MAX);
    (whole > 0).then(|| f64::from(places) / 10_000.0)
}

/// A part of figures.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(as = FiguresPart)]
pub struct PartView {
    /// A dose, a vaccine, an age band such as `18-44` or `45+`, or a fee type.
    #[schema(example = "1")]
    pub part: String,
    #[serde(flatten)]
    #[schema(inline)]
    pub counts: CountsView,
}

/// Figures divided by one thing.
pub fn parts(basis: Basis, figures: &Figures, breakdown: Breakdown) -> Vec<PartView> {
    let view = |(part, counts): (String, Counts)| PartView { part, counts: CountsView::of(basis, counts) };
    let common = |cell: &FiguresCell| match breakdown {
        Breakdown::Dose => cell.dose.to_string(),
        Breakdown::Vaccine => cell.vaccine.to_string(),
        Breakdown::AgeBand => cell.ages.to_string(),
        Breakdown::FeeType => cell.fee.name().to_owned(),
    };
    figures.by(common).into_iter().map(view).collect()
}

/// Figures divided by each thing. The parts of each add up to the whole.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct Breakdowns {
    dose: Vec<PartView>,
    vaccine: Vec<PartView>,
    age_band: Vec<PartView>,
    fee_type: Vec<PartView>,
}

/// The sum of the rows.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(as = Figures)]
pub struct TotalView {
    /// Sessions that take place; by day of booking, those that appointments were made for.
    #[schema(example = 3)]
    sessions: u64,
    #[serde(flatten)]
    #[schema(inline)]
    counts: CountsView,
    breakdowns: Breakdowns,
}

impl TotalView {
    pub fn of(basis: Basis, figures: &Figures) -> Self {
        let parts = |breakdown| parts(basis, figures, breakdown);
        let breakdowns = Breakdowns {
            dose: parts(Breakdown::Dose),
            vaccine: parts(Breakdown::Vaccine),
            age_band: parts(Breakdown::AgeBand),
            fee_type: parts(Breakdown::FeeType),
        };
        Self { sessions: figures.sessions, counts: CountsView::of(basis, figures.total()), breakdowns }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_share_has_four_places_and_needs_a_whole() {
        assert_eq!(rate(0, 0), None);
        assert_eq!((rate(0, 7), rate(7, 7)), (Some(0.0), Some(1.0)));
        assert_eq!((rate(1, 3), rate(2, 3), rate(1, 20_000)), (Some(0.3333), Some(0.6667), Some(0.0001)));
    }
}
