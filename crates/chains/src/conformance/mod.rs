//! One public suite per contract, run by every implementation. A suite panics with the law that was broken.
//!
//! - [`chat_model`]: the laws of [`ChatModel`](crate::ChatModel).
//!
//! The suites ask a model that answers every question: a fake, a replay or a client in front of a server of the test.
#![expect(
    clippy::panic,
    clippy::missing_panics_doc,
    reason = "a conformance suite is a test"
)]

pub mod chat_model;
