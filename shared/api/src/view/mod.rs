//! How things look in JSON. Every view is made from the domain's type and only goes out.

mod appointment;
mod beneficiary;
mod center;
mod place;
mod session;
mod subscription;
mod trail;
pub mod words;

pub use appointment::{AppointmentView, Appointments};
pub use beneficiary::{Beneficiaries, BeneficiaryView, LastDoseView, PhotoIdView};
pub use center::{CenterView, PositionView};
pub use place::{DistrictView, Districts, StateView, States};
pub use session::{DoseCapacity, OpenUnits, SessionView, SlotView};
pub use subscription::{SubscriptionFilter, SubscriptionView};
pub use trail::{EntryView, Trail};
