//! Demonstrates the contracts alone: an encoder of your choice, exact search in memory, no files and no training.
//!
//! Requires `upturn model pull all-MiniLM-L6-v2`, which prints the folder.
//! Run it to see the two nearest moments: `cargo run --release -p upturn-examples --bin own_store -- FOLDER`
#![allow(clippy::print_stdout, reason = "an example talks to its reader")]

use std::path::Path;
use std::sync::Arc;

use anyhow::Context;
use upturn::encoder::{Encoder, EncoderOptions};
use upturn::prelude::*;
use upturn::simulator::{SimulatorConfig, simulate};
use upturn::vectorstore::memory::MemoryStore;
use upturn::{Query, RetrievalRequest, VectorStoreRetriever, points};

fn main() -> anyhow::Result<()> {
    let folder = std::env::args()
        .nth(1)
        .context("say the encoder's FOLDER")?;
    let encoder = Arc::new(Encoder::open(
        Path::new(&folder),
        &EncoderOptions::default(),
    )?);
    let store = Arc::new(MemoryStore::new(
        Embeddings::dimension(&*encoder),
        Embeddings::fingerprint(&*encoder).clone(),
    ));

    let calls: Vec<Conversation> = simulate(&SimulatorConfig::new(20))
        .map(|call| call.conversation)
        .collect();
    for call in &calls {
        let moments = encoder.encode(&[call.whole()])?.remove(0);
        store.upsert(&points(call, &moments))?;
    }

    let retriever = VectorStoreRetriever::new(encoder, store)?;
    let question =
        Query::Text("buyer: the price is above what we planned for this year".to_owned());
    for found in retriever.retrieve(&RetrievalRequest::new(question, 2))? {
        let metadata = &found.document.metadata;
        println!(
            "{:.3}  {}  {}  {:?}",
            found.score, metadata.conversation, metadata.turns, metadata.outcome
        );
    }
    Ok(())
}
