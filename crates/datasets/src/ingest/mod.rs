//! From what recorders, chat programs and exports wrote to labelled, clean, redacted calls: [`ingest`].
//!
//! Each record is read, cleaned, given its sides, joined with the CRM, labelled, cut at its outcome, redacted, compared
//! with the calls before it, and written as a line of the canonical form, or set aside with a reason.
//!
//! # Laws
//!
//! - **Balance.** Records read = calls written + records set aside, always ([`IngestSummary::balances`]).
//! - **Resumption.** A run that was stopped at any point, even killed, goes on where it was; what it writes in the end is
//!   byte for byte what an undisturbed run writes.
//! - **Order.** Calls stand in the order of the sources, whatever the number of threads.
//! - **Memory** is bounded by a batch of records, and 400 bytes a call for ids and the duplicates' sketches.

mod batch;
mod error;
mod growing;
mod journal;
mod last_calls;
mod monitor;
mod open;
mod outputs;
mod place;
mod run;
mod settings;
mod step;
mod summary;

pub use error::IngestError;
pub use monitor::IngestMonitor;
pub use run::{Ingested, ingest};
pub use settings::IngestSettings;
pub use summary::IngestSummary;

#[cfg(test)]
mod tests;
