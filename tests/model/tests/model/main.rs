//! The booking protocol as a model, every state of which is visited. See `docs/MODEL.md`.

mod call;
mod docs;
mod explored;
mod job;
mod properties;
mod queue;
mod refuted;
mod set;
mod sights;
mod state;
mod store;
mod system;
mod world;
mod worlds;
