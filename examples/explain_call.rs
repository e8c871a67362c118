//! Demonstrates an explanation: why a call is predicted as it is, with citations, and what to do next; no language model.
//!
//! Requires a model and a store: `upturn train` and `upturn index` make them; `upturn simulate` writes calls.
//! Run it to see the text and get a page: `cargo run --release -p upturn-examples --bin explain_call -- MODEL STORE CALL.jsonl PAGE.html`
#![allow(clippy::print_stdout, reason = "an example talks to its reader")]

use anyhow::Context;
use upturn::Filter;
use upturn::coaching::Coach;
use upturn::datasets::{ReadOptions, read_one};
use upturn::prelude::*;

fn main() -> anyhow::Result<()> {
    let mut words = std::env::args().skip(1);
    let mut next = |what: &str| {
        words
            .next()
            .with_context(|| format!("say MODEL STORE CALL PAGE: {what} is missing"))
    };
    let (model, store) = (next("MODEL")?, next("STORE")?);
    let (call, page) = (next("CALL")?, next("PAGE")?);

    let model = Model::open(model)?;
    let store = model.store(store)?;
    let coach = Coach::new(model.predictor(store.clone())?).with_store(store, Filter::default());

    let file = std::io::BufReader::new(fs_err::File::open(&call)?);
    let call = read_one(file, &call, &ReadOptions::default())?;
    let explanation = coach.explain(call.whole())?;
    println!("{}", explanation.to_text());
    let stall = explanation.answer("why might this deal stall?", &[]);
    println!("{} sentences on why it might stall", stall.sentences.len());
    fs_err::write(&page, explanation.to_html())?;
    Ok(())
}
