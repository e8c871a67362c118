//! What users want to find, by examples of it: [`Trackers`].
//!
//! ```text
//!  TOML ─▶ TrackersConfig ─┐
//!  encoder ────────────────┼─▶ Trackers::fit ─▶ Trackers ─▶ track(prefix) ─▶ Tracked: hits with turn and probability
//!  Background ─────────────┘                        └─────▶ qualities: recall, false alarms, precision, left out
//! ```
//!
//! Not here: the encoder (it comes as [`upturn_core::Embeddings`]) and files (the caller reads the text).

mod background;
mod config;
mod direction;
mod error;
mod file;
mod hit;
mod matcher;
mod quality;
mod samples;
mod work;

#[cfg(test)]
mod tests;

pub use background::Background;
pub use config::{TrackerConfig, TrackersConfig};
pub use error::{TrackerError, TrackerFault, TrackersError};
pub use hit::{Tracked, TrackerHit};
pub use quality::TrackerQuality;
pub use work::Trackers;
