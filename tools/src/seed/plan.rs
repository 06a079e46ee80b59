//! The sessions of the local stack: made up, but the same for the same center and day wherever and whenever they are made.

use std::fmt;

use jiff::{ToSpan, civil::Date};
use vaxslot_domain::{
    center::FeeType,
    id::{CenterId, DistrictId},
    vaccine::Vaccine,
    window::Window,
};

/// What the plan needs of a center.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SeedCenter {
    pub id: CenterId,
    pub district: DistrictId,
    pub hours: Window,
    pub fee_type: FeeType,
}

/// One row of a sessions file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SeedSession {
    pub center: CenterId,
    pub date: Date,
    pub vaccine: Vaccine,
    pub ages: Ages,
    pub fee: u32,
    pub slots: Vec<Window>,
    /// Units a slot for doses 1, 2 and 3.
    pub capacity: [Option<u32>; 3],
}

/// The age bands of the drive, as it opened them one after the other from March 2021 to March 2022.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Ages {
    pub min: u8,
    pub max: Option<u8>,
}

const CHILDREN: Ages = Ages { min: 12, max: Some(14) };
const TEENAGERS: Ages = Ages { min: 15, max: Some(17) };
const ADULTS: Ages = Ages { min: 18, max: Some(44) };
const ELDERS: Ages = Ages { min: 45, max: None };

/// Every eighth center is large and open every second day; the others have half a day a week.
const LARGE_ONE_IN: u64 = 8;
const LARGE_EVERY_DAYS: u64 = 2;
const SMALL_EVERY_DAYS: u64 = 7;
/// One day in eight has a second session, for another age band.
const SECOND_ONE_IN: u64 = 8;
/// One session in forty has seats for a crowd.
const CROWD_ONE_IN: u64 = 40;
const CROWD_UNITS: u32 = 100;

/// The header of a sessions file.
pub const HEADER: &str = "center_id,date,vaccine,min_age,max_age,fee,slots,dose1,dose2,dose3";

/// All sessions of the centers on `days` days from `first` on; about 2,000 for 684 centers and 14 days.
pub fn sessions(centers: &[SeedCenter], first: Date, days: u16) -> impl Iterator<Item = SeedSession> {
    (0..days).flat_map(move |day| {
        let date = first.saturating_add(i32::from(day).days());
        centers.iter().flat_map(move |center| sessions_on(*center, date))
    })
}

fn sessions_on(center: SeedCenter, date: Date) -> Vec<SeedSession> {
    let mut habits = Dice::new(center.id, 0);
    let every = if habits.one_in(LARGE_ONE_IN) { LARGE_EVERY_DAYS } else { SMALL_EVERY_DAYS };
    let day = day_number(date);
    if !(day + habits.below(every)).is_multiple_of(every) {
        return Vec::new();
    }
    let mut dice = Dice::new(center.id, day);
    let whole_day = slots(center.hours);
    let (morning, afternoon) = whole_day.split_at(whole_day.len().div_ceil(2));
    let slots = match every {
        LARGE_EVERY_DAYS => &whole_day,
        _ if afternoon.is_empty() => morning,
        _ => *dice.pick(&[morning, afternoon]),
    };
    let first = *dice.pick(&[ADULTS, ADULTS, ADULTS, ELDERS, ELDERS, TEENAGERS]);
    let second = dice.one_in(SECOND_ONE_IN).then_some(CHILDREN);
    std::iter::once(first).chain(second).map(|ages| session(center, date, slots, ages, &mut dice)).collect()
}

fn session(center: SeedCenter, date: Date, slots: &[Window], ages: Ages, dice: &mut Dice) -> SeedSession {
    let vaccine = match ages {
        CHILDREN => Vaccine::Corbevax,
        TEENAGERS => *dice.pick(&[Vaccine::Covaxin, Vaccine::Covovax]),
        _ if center.fee_type == FeeType::Paid => {
            *dice.pick(&[Vaccine::Covishield, Vaccine::Covaxin, Vaccine::SputnikV])
        }
        _ => *dice.pick(&[Vaccine::Covishield, Vaccine::Covishield, Vaccine::Covaxin]),
    };
    let units = if dice.one_in(CROWD_ONE_IN) { CROWD_UNITS } else { *dice.pick(&[5, 10, 15, 20, 25]) };
    let doses: &[[bool; 3]] = match ages {
        CHILDREN | TEENAGERS => &[[true, true, false], [true, false, false]],
        ADULTS => &[[true, true, false], [true, false, false], [false, true, false]],
        _ => &[[true, true, false], [false, true, true], [true, false, false]],
    };
    let capacity = dice.pick(doses).map(|given| given.then_some(units));
    let fee = if center.fee_type == FeeType::Paid { price(vaccine) } else { 0 };
    SeedSession { center: center.id, date, vaccine, ages, fee, slots: slots.to_vec(), capacity }
}

/// Rupees a shot at a private center, tax and service included (the ministry's caps of 8 June 2021; later vaccines as
/// sold in 2022).
fn price(vaccine: Vaccine) -> u32 {
    match vaccine {
        Vaccine::Covishield => 780,
        Vaccine::Covaxin => 1410,
        Vaccine::SputnikV => 1145,
        Vaccine::Corbevax => 400,
        Vaccine::Covovax => 386,
    }
}

/// Two hours each from opening on; a shorter rest is left out.
fn slots(hours: Window) -> Vec<Window> {
    let starts = std::iter::successors(Some(hours.start()), |start| start.checked_add(2.hours()).ok());
    let slots = starts.map_while(|start| Window::new(start, start.checked_add(2.hours()).ok()?).ok());
    slots.take_while(|slot| slot.end() <= hours.end()).collect()
}

fn day_number(date: Date) -> u64 {
    let days = date.duration_since(Date::constant(2021, 1, 1)).as_hours() / 24;
    days.unsigned_abs()
}

/// Choices that depend on nothing but a center and a number (the splitmix64 generator).
struct Dice(u64);

impl Dice {
    fn new(center: CenterId, number: u64) -> Self {
        Self((u64::from(center.get()) << 32) ^ number.wrapping_mul(0x9E37_79B9))
    }

    fn below(&mut self, bound: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        (mixed ^ (mixed >> 31)) % bound
    }

    fn one_in(&mut self, count: u64) -> bool {
        self.below(count) == 0
    }

    fn pick<'a, T>(&mut self, choices: &'a [T]) -> &'a T {
        let place = usize::try_from(self.below(choices.len() as u64)).unwrap_or(0);
        &choices[place]
    }
}

impl SeedSession {
    #[must_use]
    pub fn slot_list(&self) -> String {
        let slots: Vec<String> = self.slots.iter().map(Window::to_string).collect();
        slots.join(" ")
    }
}

impl fmt::Display for SeedSession {
    /// A row below [`HEADER`].
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let number = |value: Option<u32>| value.map(|value| value.to_string()).unwrap_or_default();
        let [one, two, three] = self.capacity.map(number);
        let Self { center, date, vaccine, ages, fee, .. } = self;
        let (min, max) = (ages.min, number(ages.max.map(u32::from)));
        write!(f, "{center},{date},{vaccine},{min},{max},{fee},{},{one},{two},{three}", self.slot_list())
    }
}
