//! What is done with hostile input: one function for each target of `cargo fuzz`, which `tests/fuzz_cases.rs` runs too.
//!
//! The first byte of an input chooses the reader, the rest is what it reads. A function returns whatever the input is;
//! it panics if a law is broken.

mod case;
mod corpora;
mod crm;
mod drained;
mod ingesting;
mod redaction;
mod rules;
mod tables;
mod text;
mod vendors;

/// A target: its name and what it does with an input.
pub type Target = (&'static str, fn(&[u8]));

/// All targets.
pub const TARGETS: [Target; 8] = [
    ("text", text::run),
    ("tables", tables::run),
    ("vendors", vendors::run),
    ("rules", rules::run),
    ("redaction", redaction::run),
    ("corpora", corpora::run),
    ("crm", crm::run),
    ("ingest", ingesting::run),
];

/// Runs the target of this name, if there is one.
pub fn run(name: &str, input: &[u8]) {
    let mut targets = TARGETS.iter();
    if let Some((_, target)) = targets.find(|(target, _)| *target == name) {
        target(input);
    }
}
