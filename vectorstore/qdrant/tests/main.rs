//! The store over real sockets: the contract's laws, its own, and what happens when the server or the way to it fails.
#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "the functions between the tests are tests too"
)]

mod conformance;
mod faults;
mod generations;
mod proxy;
mod refusals;
mod sample;
mod server;
