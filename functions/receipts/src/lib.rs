//! Notes at the mark of a message what became of it after it was handed over: by receipts of gateways and events of SES, which come by a
//! queue, and by SNS's log of text messages.
//!
//! Bodies carry phones and addresses. Only the id, the status and the moment are read of them, and nothing of them is said again.

mod deliveries;
mod handler;
mod receipt;
mod status;
mod texts;

pub use deliveries::{Deliveries, DynamoDeliveries, Message, Noted};
pub use handler::{Arrival, Counts, Receipts, TRIES, Unnoted};
pub use receipt::{About, Receipt, Unreadable};
pub use status::Status;
pub use texts::{Packed, Unpacked};
