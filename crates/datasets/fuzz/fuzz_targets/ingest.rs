//! See the module of the library that the target runs.
#![no_main]

mod panics;

libfuzzer_sys::fuzz_target!(init: panics::only_ours(), |data: &[u8]| upturn_datasets_fuzz::run("ingest", data));
