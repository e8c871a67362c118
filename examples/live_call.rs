//! Demonstrates a live call: the chance after every turn, with what moved it. Each turn embeds the last moment only.
//!
//! Requires a model and a store: `upturn train` and `upturn index` make them; `upturn simulate` writes calls.
//! Run it to see one line a turn: `cargo run --release -p upturn-examples --bin live_call -- MODEL STORE CALL.jsonl`
#![allow(clippy::print_stdout, reason = "an example talks to its reader")]

use anyhow::Context;
use upturn::datasets::{ReadOptions, read_one};
use upturn::predict::Live;
use upturn::prelude::*;

fn main() -> anyhow::Result<()> {
    let mut words = std::env::args().skip(1);
    let mut next = |what: &str| {
        words
            .next()
            .with_context(|| format!("say MODEL STORE CALL: {what} is missing"))
    };
    let (model, store, call) = (next("MODEL")?, next("STORE")?, next("CALL")?);

    let model = Model::open(model)?;
    let predictor = model.predictor(model.store(store)?)?;

    let file = std::io::BufReader::new(fs_err::File::open(&call)?);
    let call = read_one(file, &call, &ReadOptions::default())?;
    let (id, metadata) = (call.id().clone(), call.metadata().clone());
    let mut turns = call.turns().iter().cloned();
    let first = turns.next().context("nothing is said in the call")?;
    let (mut live, prediction) = Live::begin(&predictor, id, metadata, first)?;
    show(1, &prediction);
    for (said, turn) in (2..).zip(turns) {
        show(said, &live.push(turn)?);
    }
    println!("over     {:.2}", live.finished()?.probability.value());
    Ok(())
}

fn show(turns: usize, prediction: &Prediction) {
    let parts = prediction.parts.iter();
    let strongest = parts.max_by(|a, b| a.logit.abs().total_cmp(&b.logit.abs()));
    let moved = strongest.map_or("", |part| part.name.as_str());
    println!(
        "turn {turns:>2}  {:.2}  {:<6}  mostly {moved}",
        prediction.probability.value(),
        prediction.verdict.to_string()
    );
}
