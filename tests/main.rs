//! One test binary for what holds across the rooms: the architecture, and the program as its users see it.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::print_stderr,
    reason = "the helpers of tests are no #[test]s"
)]

mod architecture;
mod program;
#[cfg(feature = "qdrant")]
#[allow(dead_code, reason = "its own tests use more of it")]
#[path = "../vectorstore/qdrant/tests/server/mod.rs"]
mod server;
