//! The model is in `tests/model`; what it covers is told in `docs/MODEL.md`.
