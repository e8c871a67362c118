//! One public suite per contract, run by every implementation. A suite panics with the law that was broken.
//!
//! - [`chat_model`]: the laws of [`ChatModel`](crate::ChatModel).
//! - [`check_tool`] asks [`tool()`] through a door to a foreign framework; the suite of questions is
//!   `upturn_core::conformance::doors`.
//!
//! The suites ask a model that answers every question: a fake, a replay or a client in front of a server of the test.
#![expect(
    clippy::panic,
    clippy::unwrap_used,
    clippy::missing_panics_doc,
    reason = "a conformance suite is a test"
)]

pub mod chat_model;
mod doors;

pub use doors::{PANICS, PanickingEmbeddings, check_tool, tool};
