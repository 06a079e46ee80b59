//! Bodies of requests. What they hold is read by the domain's own parsers.

mod center;
mod session;
mod visit;

pub use center::{CenterChangeRequest, CenterRequest};
pub use session::{CapacityRequest, OpeningRequest, SessionRequest};
pub use visit::{DeskQuery, Typed, VisitRequest};
