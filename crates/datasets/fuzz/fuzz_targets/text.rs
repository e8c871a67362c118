//! See the module of the library that the target runs.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| upturn_datasets_fuzz::run("text", data));
