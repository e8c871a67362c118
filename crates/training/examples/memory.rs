//! Demonstrates a training within a budget of memory: fits a frozen encoder or a tuned one to calls and prints the peak.
//!
//! Requires calls (`upturn simulate --out calls.jsonl` writes some) and the folder of an encoder (`upturn model pull
//! all-MiniLM-L6-v2` prints one). `MIB` is a [`MemoryBudget`] or `all`; with 0 epochs the encoder is frozen.
//! Run it to see the peak: `cargo run --release -p upturn-training --example memory -- CALLS.jsonl ENCODER MIB EPOCHS`

use std::path::Path;
use std::sync::Arc;

use upturn_core::{Fingerprint, VectorStore, VectorStoreError};
use upturn_datasets::{Corpus, ReadOptions, read};
use upturn_encoder::{Encoder, EncoderOptions};
use upturn_training::{CachedMoments, MemoryBudget, Silent, Trainer, TrainingConfig};
use upturn_vectorstore_memory::MemoryStore;

#[expect(clippy::print_stdout, reason = "the answer")]
fn main() -> Result<(), Box<dyn std::error::Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [calls, encoder, mib, epochs] = arguments.as_slice() else {
        return Err("memory CALLS.jsonl ENCODER MIB|all EPOCHS".into());
    };
    let memory = match mib.as_str() {
        "all" => MemoryBudget::unlimited(),
        mib => MemoryBudget::new(mib.parse()?, std::env::temp_dir()),
    };
    let reading = read(Corpus::Jsonl, Path::new(calls), &ReadOptions::default())?;
    let (after_reading, calls) = (peak(), reading.conversations);
    let encoder = Encoder::open(Path::new(encoder), &EncoderOptions::default())?;
    let config = TrainingConfig {
        epochs: epochs.parse()?,
        trainable_layers: 1,
        ..TrainingConfig::default()
    };
    let model = Trainer {
        config: &config,
        encoder: &CachedMoments::within(memory, encoder),
        stores: &store,
        monitor: &Silent,
        checkpoints: None,
    }
    .fit(&calls.iter().collect::<Vec<_>>())?;
    println!(
        "{} calls, peak after reading {after_reading}, at the end {}",
        model.labels.total(),
        peak()
    );
    Ok(())
}

#[expect(clippy::unnecessary_wraps, reason = "the form of a factory of stores")]
fn store(
    dimension: usize,
    fingerprint: &Fingerprint,
) -> Result<Arc<dyn VectorStore>, VectorStoreError> {
    Ok(Arc::new(MemoryStore::new(dimension, fingerprint.clone())))
}

/// The most memory that this process held so far, as Linux tells it; `unknown` elsewhere.
fn peak() -> String {
    let status = fs_err::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    line.map_or_else(|| "unknown".to_owned(), |peak| peak.trim().to_owned())
}
