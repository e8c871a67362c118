//! From what recorders, chat programs and exports wrote to labelled, clean, redacted calls: [`ingest`].
//!
//! Each record is read, cleaned, given its sides, joined with the CRM, labelled, cut at its outcome, redacted, compared
//! with the calls before it, and written as a line of the canonical form, or set aside with a reason. When all is read, each call
//! is told how many of the buyer's people had been met by its day (`contacts`) and how long ago (`days_since_buyer`).
//!
//! # Laws
//!
//! - **Balance.** Records read = calls written + records set aside, always ([`IngestSummary::balances`]).
//! - **Resumption.** A run that was stopped at any point, even killed, goes on where it was; what it writes in the end is
//!   byte for byte what an undisturbed run writes.
//! - **Nothing personal in reports.** While personal data are redacted, no report names a file or quotes a word of the
//!   input, and an id in which something personal is found is hashed; numbers of files and records keep places findable.
//! - **Nothing from later.** What a call is told of its deal and its buyer was known on its day: no later call, change of
//!   stage or contact changes it.
//! - **Order.** Calls stand in the order of the sources, whatever the number of threads.
//! - **Memory** is bounded by a batch of records, and 400 bytes a call for ids and the duplicates' sketches;
//!   100 bytes a call and 50 a person in it when all is read, for what the calls before a call tell of its buyer.

mod acquaintance;
mod done;
mod error;
mod feed;
mod growing;
mod journal;
mod last_calls;
mod links;
mod meeting;
mod monitor;
mod open;
mod origins;
mod outputs;
mod place;
mod plan;
mod run;
mod settings;
mod step;
mod summary;
mod unmatched;
mod veil;

pub use done::Ingested;
pub use error::IngestError;
pub use monitor::IngestMonitor;
pub use run::ingest;
pub use settings::IngestSettings;
pub use summary::IngestSummary;

#[cfg(test)]
mod tests;
